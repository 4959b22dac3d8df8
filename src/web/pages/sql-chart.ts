// A result as a chart, if its columns allow one: times and a figure make a line, names and a figure
// make bars.
import { html } from 'ghtml';
import { cleanText, truncate } from '../../lib/text.ts';
import { chartSvg } from '../parts/chart.ts';
import type { PageContext } from '../parts/page.ts';
import type { Answered } from './ask-sql.ts';

const MOST_POINTS = 1_000;
const MOST_BARS = 30;
const TIME = /^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/;

/** Empty where nothing can be drawn. An id is no figure, though it is a number. */
export function resultChart({ deps }: PageContext, { columns, rows }: Answered): string {
  const numbers = columns.flatMap((name, index) =>
    rows.length > 1 &&
    !/(^|_)id$/.test(name) &&
    rows.every((row) => row[index] === null || typeof row[index] === 'number')
      ? [{ name, index }]
      : [],
  );
  const time = columns.findIndex((_, index) =>
    rows.every((row) => typeof row[index] === 'string' && TIME.test(row[index])),
  );
  const [first] = numbers;
  if (first === undefined) return '';
  // Several rows of one time are no line.
  const times = new Set(rows.map((row) => row[time]));
  if (time >= 0 && times.size < rows.length) return '';
  if (time >= 0) return lines(deps.config.timezone, rows, time, numbers.slice(0, 8));
  return bars(columns, rows, first);
}

type Named = { name: string; index: number };

function lines(timeZone: string, rows: Answered['rows'], time: number, figures: Named[]): string {
  const ordered = [...rows]
    .slice(0, MOST_POINTS)
    .sort((a, b) => (String(a[time]) < String(b[time]) ? -1 : 1));
  const isRank = figures[0]?.name === 'rank';
  const svg = chartSvg({
    label: `${figures.map(({ name }) => name).join(', ')} over time; the table below has the figures`,
    isRank,
    slots: ordered.map((row) => ({ at: Date.parse(String(row[time])), gap: null })),
    lines: figures.slice(0, 1).map(({ name, index }) => ({
      name,
      values: ordered.map((row) => (typeof row[index] === 'number' ? row[index] : null)),
    })),
    away: { indexes: [], label: '' },
    marks: [],
    write: (value) => (isRank ? `#${value}` : String(value)),
    timeZone,
  });
  const drawn = rows.length > MOST_POINTS ? `, ${MOST_POINTS} of ${rows.length} rows drawn` : '';
  return html`<div class="card chart" tabindex="0" role="group" aria-label="Chart"><p class="small soft">${figures[0]?.name ?? ''}${drawn}</p>!${svg}</div>`;
}

const ROW = 22;
const WIDTH = 1040;
const LABEL = 260;

function bars(columns: readonly string[], rows: Answered['rows'], { name, index }: Named): string {
  const label = columns.findIndex((_, at) => rows.every((row) => typeof row[at] === 'string'));
  if (label < 0) return '';
  const shown = rows.slice(0, MOST_BARS);
  const most = Math.max(...shown.map((row) => Math.abs(Number(row[index] ?? 0))), 1e-9);
  const drawn = shown.map((row, at) => {
    const value = Number(row[index] ?? 0);
    const width = (Math.abs(value) / most) * (WIDTH - LABEL - 90);
    const said = truncate(cleanText(String(row[label])), 36);
    return html`<text class="axis" x="${LABEL - 8}" y="${at * ROW + 15}" text-anchor="end">${said}</text>
<rect class="bar first" x="${LABEL}" y="${at * ROW + 4}" width="${Math.round(width)}" height="${ROW - 8}"/>
<text class="axis" x="${Math.round(LABEL + width + 6)}" y="${at * ROW + 15}">${String(value)}</text>`;
  });
  const height = shown.length * ROW;
  return html`<div class="card chart" tabindex="0" role="group" aria-label="Chart"><p class="small soft">${name}!${rows.length > shown.length ? html`, the first ${shown.length} rows` : ''}</p>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name} as bars; the table below has the figures">
!${drawn}</svg></div>`;
}
