// The rows of any query as a table for people. What does not fit the terminal even with its texts cut becomes one
// block of lines per row.
import type { SqlRow, SqlValue } from '../history/sql/spool.ts';
import { visibleText } from '../lib/text.ts';
import { fitText, widthOf } from './fit-text.ts';
import { paint } from './tone.ts';

/** `columns` is the width to fit; Infinity cuts nothing. */
export type TableOptions = { columns: number; color: boolean; withHeader: boolean };

type Layout = { head: string; width: number; natural: number; isNumeric: boolean };

const GAP = 2;
/** Texts are cut down to this, not further. */
const MIN_TEXT = 8;
/** A cell of a table is one line; more of it than this is not worth measuring. */
const MAX_CELL = 2_000;

/** Piece by piece. `rows` is called twice: to measure, and to print. Numbers are right-aligned and never cut, and NULL is said. */
export function* resultTable(columns: readonly string[], rows: () => Iterable<SqlRow>, options: TableOptions): Generator<string> {
  if (columns.length === 0) return;
  const layouts = measure(columns, rows(), options.withHeader);
  const lines = shrink(layouts, options.columns) ? tableLines(layouts, rows(), options) : blockLines(layouts, rows(), options);
  for (const line of lines) yield `${line}\n`;
}

function measure(columns: readonly string[], rows: Iterable<SqlRow>, withHeader: boolean): Layout[] {
  const layouts = columns.map((column): Layout => {
    const head = visibleText(column);
    return { head, width: 0, natural: withHeader ? widthOf(head) : 0, isNumeric: true };
  });
  for (const row of rows) {
    layouts.forEach((layout, index) => {
      const value = row[index] ?? null;
      layout.natural = Math.max(layout.natural, widthOf(cellText(value)));
      layout.isNumeric &&= value === null || typeof value === 'number' || typeof value === 'bigint';
    });
  }
  for (const layout of layouts) layout.width = layout.natural;
  return layouts;
}

/** Cuts the widest texts until all fits; false when it cannot. */
function shrink(layouts: readonly Layout[], available: number): boolean {
  let excess = layouts.reduce((sum, { width }) => sum + width, GAP * (layouts.length - 1)) - available;
  for (; excess > 0; excess--) {
    const cuttable = layouts.filter(({ width, isNumeric }) => !isNumeric && width > MIN_TEXT);
    if (cuttable.length === 0) return false;
    cuttable.reduce((widest, layout) => (layout.width > widest.width ? layout : widest)).width -= 1;
  }
  return true;
}

function* tableLines(layouts: readonly Layout[], rows: Iterable<SqlRow>, { color, withHeader }: TableOptions): Generator<string> {
  const join = (cells: readonly string[]) => cells.join(' '.repeat(GAP)).trimEnd();
  if (withHeader) {
    yield join(layouts.map((layout) => paint(pad(fitText(layout.head, layout.width), layout), 'strong', color)));
    yield join(layouts.map(({ width }) => paint('─'.repeat(width), 'faint', color)));
  }
  for (const row of rows) yield join(layouts.map((layout, index) => cell(row[index] ?? null, layout, color)));
}

function* blockLines(layouts: readonly Layout[], rows: Iterable<SqlRow>, { columns, color }: TableOptions): Generator<string> {
  const label = Math.min(Math.max(...layouts.map(({ head }) => widthOf(head))), Math.floor(columns / 2));
  let number = 0;
  for (const row of rows) {
    yield paint(`── row ${++number} ${'─'.repeat(Math.max(2, Math.min(40, columns - 12)))}`, 'faint', color);
    for (const [index, { head }] of layouts.entries()) {
      const value = row[index] ?? null;
      const left = { width: label, isNumeric: false };
      yield `${paint(pad(fitText(head, label), left), 'strong', color)}${' '.repeat(GAP)}${cell(value, { width: columns - label - GAP, isNumeric: false }, color).trimEnd()}`;
    }
  }
}

function cell(value: SqlValue, layout: Pick<Layout, 'width' | 'isNumeric'>, color: boolean): string {
  return paint(pad(fitText(cellText(value), layout.width), layout), value === null ? 'faint' : undefined, color);
}

function pad(text: string, { width, isNumeric }: Pick<Layout, 'width' | 'isNumeric'>): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isNumeric ? `${blanks}${text}` : `${text}${blanks}`;
}

function cellText(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  return typeof value === 'string' ? visibleText(value.slice(0, MAX_CELL)) : String(value);
}
