// The lines of a chart, and what stands at their ends where there are several.
import { html } from 'ghtml';
import { isolated, truncate } from '../../lib/text.ts';
import type { Chart, ChartLine, Place } from './chart-facts.ts';

/** Characters of a name that fit beside the chart. */
const MOST_NAME = 18;
/** Between the names of two lines, as small screens show them. */
const APART = 16;

/** A line with its gaps; a value between two gaps is a dot. */
export function linePath({ name, values }: ChartLine, index: number, { x, y }: Place): string {
  let line = '';
  let dots = '';
  let isOpen = false;
  values.forEach((value, at) => {
    if (value === null) {
      isOpen = false;
      return;
    }
    const isAlone = !isOpen && (values[at + 1] ?? null) === null;
    if (isAlone) dots += `M${x(at)} ${y(value)}h0.1`;
    else line += `${isOpen ? 'L' : 'M'}${x(at)} ${y(value)}`;
    isOpen = true;
  });
  const kind = index === 0 ? 'series first' : 'series';
  const path = (d: string, more: string) =>
    d === ''
      ? ''
      : html`<path class="${kind}${more}" d="${d}" stroke-linecap="round" stroke-linejoin="round"><title>${name}</title></path>`;
  return path(line, '') + path(dots, ' alone');
}

type End = { x: number; y: number; index: number; text: string };

/** `#7 Clip-In Wefts` where each line ends; lines that end close together have theirs spread. */
export function lineEnds(chart: Chart, { x, y }: Place, top: number, bottom: number): string[] {
  const ends = chart.lines.flatMap(({ name, values }, index): End[] => {
    const at = values.findLastIndex((value) => value !== null);
    const value = values[at] ?? null;
    if (value === null) return [];
    const text = `${chart.write(value)} ${isolated(truncate(name, MOST_NAME))}`;
    return [{ x: x(at) + 8, y: y(value) + 4, index, text }];
  });
  return spread(ends, top + 4, bottom + 4).map(
    (end) =>
      html`<text class="end !${end.index === 0 ? 'first' : ''}" x="${end.x}" y="${end.y}">${end.text}</text>`,
  );
}

/** No two closer than a line of text: downwards first, and up again from below the bottom. */
function spread(ends: readonly End[], top: number, bottom: number): End[] {
  const placed = [...ends].sort((a, b) => a.y - b.y);
  let free = top;
  for (const end of placed) {
    end.y = Math.max(end.y, free);
    free = end.y + APART;
  }
  let most = bottom;
  for (const end of placed.reverse()) {
    end.y = Math.min(end.y, most);
    most = end.y - APART;
  }
  return placed;
}
