// A chart of one figure of up to eight products over time, as SVG that needs no script: gaps stay
// gaps and say why, what is below the depth is a band, alerts are rings.
import { html } from 'ghtml';
import { zonedTime } from '../../lib/zoned-time.ts';
import { truncate } from '../../lib/text.ts';
import type { Chart, Place } from './chart-facts.ts';
import { lineEnds, linePath } from './chart-lines.ts';
import { rankScale, valueScale, type Scale } from './chart-scale.ts';

const WIDTH = 1040;
const HEIGHT = 320;
/** The right side has room for figures as large as small screens show them. */
const PAD = { left: 56, right: 72, top: 16, bottom: 30 };
/** What the names at the ends of several lines take, instead of the right side. */
const NAMES = 180;

/** The SVG; a sentence where nothing is known. */
export function chartSvg(chart: Chart): string {
  const known = chart.lines.flatMap(({ values }) => values.filter((value) => value !== null));
  if (known.length === 0) return '<p class="soft pad">Nothing is known of this in that time.</p>';
  const scale = chart.isRank ? rankScale(known) : valueScale(known);
  const place = placeOf(chart, scale);
  const drawn = [
    ...gapBands(chart, place.x),
    awayBand(chart, place.x),
    ...scale.ticks.map((tick) => gridLine(chart, place.y(tick), chart.write(tick))),
    ...timeTicks(chart, place.x),
    ...[...chart.lines.entries()].reverse().map(([index, line]) => linePath(line, index, place)),
    ...(chart.lines.length > 1 ? lineEnds(chart, place, PAD.top, HEIGHT - PAD.bottom) : []),
    ...marks(chart, place),
  ];
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chart.label}"><defs>
<pattern id="deep" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<line class="hatch" x1="0" y1="0" x2="0" y2="6" stroke-width="3"/></pattern></defs>!${drawn}</svg>`;
}

function placeOf({ slots, isRank, lines }: Chart, { low, high }: Scale): Place {
  const right = WIDTH - (lines.length > 1 ? NAMES : PAD.right);
  const [first, last] = [slots[0]?.at ?? 0, slots.at(-1)?.at ?? 0];
  const span = Math.max(1, last - first);
  const x = (index: number): number => {
    if (slots.length < 2) return (PAD.left + right) / 2;
    const at = slots[index]?.at ?? first;
    return round(PAD.left + ((at - first) / span) * (right - PAD.left));
  };
  const y = (value: number): number => {
    const share = (value - low) / (high - low);
    const from = isRank ? PAD.top : HEIGHT - PAD.bottom;
    const to = isRank ? HEIGHT - PAD.bottom : PAD.top;
    return round(from + share * (to - from));
  };
  return { x, y };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * Where a small screen shows the end of a chart only, the figure stands at the end, too. Of several
 * lines each has its own figure there.
 */
function gridLine({ lines }: Chart, y: number, text: string): string {
  const right = WIDTH - PAD.right;
  const again =
    lines.length > 1
      ? ''
      : html`<text class="axis again" x="${right + 6}" y="${y + 5}" aria-hidden="true">${text}</text>`;
  return html`<line class="grid" x1="${PAD.left}" x2="${right}" y1="${y}" y2="${y}"/>
<text class="axis" x="${PAD.left - 10}" y="${y + 4}" text-anchor="end">${text}</text>!${again}`;
}

/**
 * Neighbouring gaps with the same reason become one band, from the middle before to the middle
 * behind.
 */
function gapBands({ slots }: Chart, x: Place['x']): string[] {
  const bands: string[] = [];
  for (let from = 0; from < slots.length; from++) {
    const gap = slots[from]?.gap ?? null;
    if (gap === null) continue;
    let to = from;
    while (slots[to + 1]?.gap === gap) to++;
    bands.push(band(spanOf(slots.length, from, to, x), 'band', gap, PAD.top + 12));
    from = to;
  }
  return bands;
}

function spanOf(count: number, from: number, to: number, x: Place['x']): [number, number] {
  const before = from > 0 ? (x(from - 1) + x(from)) / 2 : x(from);
  const after = to < count - 1 ? (x(to) + x(to + 1)) / 2 : x(to);
  return [round(before), round(Math.max(after, before + 6))];
}

/** A band that is narrower has no room for letters at all. */
const LEAST_BAND = 12;

function band([from, to]: [number, number], kind: string, label: string, y: number): string {
  const width = round(to - from);
  const middle = round((from + to) / 2);
  // A word that has no room, as large as small screens show it, lies on its side.
  const isNarrow = width <= label.length * 9.5;
  const [anchor, turned] = isNarrow
    ? ['end', html` transform="rotate(-90 ${middle} ${PAD.top + 6})"`]
    : ['middle', ''];
  const [left, top] = isNarrow ? [middle, PAD.top + 10] : [middle, y];
  const text =
    width < LEAST_BAND
      ? ''
      : html`<text class="axis" x="${left}" y="${top}" text-anchor="${anchor}"!${turned}>${label}</text>`;
  return html`<rect class="${kind}" x="${from}" y="${PAD.top}" width="${width}" height="${HEIGHT - PAD.bottom - PAD.top}"><title>${label}</title>
</rect>!${text}`;
}

function awayBand({ slots, away }: Chart, x: Place['x']): string {
  const bands: string[] = [];
  for (let at = 0; at < away.indexes.length; at++) {
    const from = away.indexes[at] ?? 0;
    let to = from;
    while (away.indexes[at + 1] === to + 1) {
      to++;
      at++;
    }
    bands.push(
      band(spanOf(slots.length, from, to, x), 'deep', away.label, HEIGHT - PAD.bottom - 8),
    );
  }
  return bands.join('');
}

/** At most seven dates, evenly among the slots. */
function timeTicks({ slots, timeZone }: Chart, x: Place['x']): string[] {
  const step = Math.max(1, Math.ceil(slots.length / 7));
  return slots.flatMap(({ at }, index) => {
    if (index % step !== 0) return [];
    const day = zonedTime(at, timeZone).slice('Tue '.length, 'Tue 2026-01-05'.length);
    return [
      html`<text class="axis" x="${x(index)}" y="${HEIGHT - 8}" text-anchor="${x(index) > WIDTH - 60 ? 'end' : 'middle'}">${day}</text>`,
    ];
  });
}

/** A ring for every slot at which something fired, with all that fired beside it. */
function marks({ marks: all, lines, slots, timeZone }: Chart, { x, y }: Place): string[] {
  const values = lines[0]?.values ?? [];
  const bySlot = new Map<number, string>();
  for (const { index, label } of all)
    bySlot.set(index, [bySlot.get(index) ?? [], label].flat().join(', '));
  return [...bySlot].flatMap(([index, label]) => {
    const value = values[index] ?? null;
    const at = slots[index]?.at;
    if (value === null || at === undefined) return [];
    const anchor = x(index) > WIDTH - 200 ? 'end' : 'start';
    const shift = anchor === 'end' ? -9 : 9;
    const text =
      bySlot.size <= 6
        ? html`<text class="axis" x="${x(index) + shift}" y="${y(value) + 14}" text-anchor="${anchor}">${truncate(label, 30)}</text>`
        : '';
    return [
      html`<circle class="ring" cx="${x(index)}" cy="${y(value)}" r="4.5"><title>${label}, ${zonedTime(at, timeZone)}</title></circle>!${text}`,
    ];
  });
}
