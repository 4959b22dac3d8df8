import { cleanText } from '../lib/text.ts';
import { fitText } from '../words/fit-text.ts';
import { widthOf } from '../lib/text-width.ts';
import { paint, type Tone } from './tone.ts';

export type Column = {
  head: string;
  align?: 'left' | 'right';
  /** Text that may be cut, down to this many columns. Others are shown whole. */
  min?: number;
  /** Left out when even cut texts leave no room: the highest first. Others always stay. */
  drop?: number;
};

/** null is not known, and shown as `–`. */
export type Cell = string | number | null | { text: string; tone?: Tone | undefined };

/** The terminal to fit; by default a table is as wide as it is. */
export type Fit = { columns: number; color: boolean };

const GAP = 2;

/**
 * A head and rows, with no borders but a line under the head, each line without blanks at its end;
 * ends in a newline. Every text is cleaned of control characters. Fits the terminal: the widest
 * text that may be cut is cut first, and where that is not enough columns are left out.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  fit: Fit = { columns: Infinity, color: false },
): string {
  const shown = rows.map((row) => row.map(shownCell));
  // One at a time: as arguments of Math.max, a hundred thousand rows would overflow the stack.
  const natural = columns.map(({ head }, index) =>
    shown.reduce((most, row) => Math.max(most, widthOf(row[index]?.text ?? '')), widthOf(head)),
  );
  const widths = fitWidths(columns, natural, fit.columns);
  const kept = widths.flatMap((width, index) =>
    width === null ? [] : [{ index, width, column: columns[index] as Column }],
  );

  const line = (
    cell: (place: (typeof kept)[number]) => { text: string; tone?: Tone | undefined },
  ) =>
    `${kept
      .map((place) => {
        const { text, tone } = cell(place);
        const shownText = fitText(text, place.width);
        const blanks = ' '.repeat(Math.max(0, place.width - widthOf(shownText)));
        const painted = paint(shownText, tone, fit.color);
        return place.column.align === 'right' ? `${blanks}${painted}` : `${painted}${blanks}`;
      })
      .join(' '.repeat(GAP))
      .trimEnd()}\n`;
  return [
    line(({ column }) => ({ text: column.head, tone: 'strong' })),
    line(({ width }) => ({ text: '─'.repeat(width), tone: 'faint' })),
    ...shown.map((row) => line(({ index }) => row[index] ?? { text: '' })),
  ].join('');
}

function shownCell(cell: Cell): { text: string; tone?: Tone | undefined } {
  if (cell === null) return { text: '–', tone: 'faint' };
  return typeof cell === 'object'
    ? { ...cell, text: cleanText(cell.text) }
    : { text: typeof cell === 'number' ? String(cell) : cleanText(cell) };
}

/** The width of each column, null for those left out. */
function fitWidths(
  columns: readonly Column[],
  natural: readonly number[],
  available: number,
): (number | null)[] {
  const widths: (number | null)[] = [...natural];
  for (;;) {
    const present = widths.filter((width) => width !== null);
    const excess =
      present.reduce((sum, width) => sum + width, 0) + GAP * (present.length - 1) - available;
    if (excess <= 0) return widths;
    const widest = indexOfMost(columns, (column, index) =>
      (widths[index] ?? 0) > (column.min ?? Infinity) ? widths[index] : undefined,
    );
    const dropped = indexOfMost(columns, (column, index) =>
      widths[index] === null ? undefined : column.drop,
    );
    if (widest !== null) widths[widest] = (widths[widest] ?? 0) - 1;
    else if (dropped !== null) {
      widths[dropped] = null;
      // With one column less, texts may be wider again.
      for (const [index, width] of natural.entries())
        if (widths[index] !== null) widths[index] = width;
    } else return widths;
  }
}

/** The index for which `by` is greatest; null when it is undefined for all. */
function indexOfMost(
  columns: readonly Column[],
  by: (column: Column, index: number) => number | null | undefined,
): number | null {
  let most: { index: number; value: number } | null = null;
  columns.forEach((column, index) => {
    const value = by(column, index);
    if (typeof value === 'number' && (most === null || value > most.value)) most = { index, value };
  });
  return (most as { index: number } | null)?.index ?? null;
}
