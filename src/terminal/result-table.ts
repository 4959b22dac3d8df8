// The rows of any query as a table for people. What does not fit the terminal even with its texts
// cut becomes one block of lines per row.
import type { SqlRow, SqlValue } from '../lib/sql-value.ts';
import { visibleText } from '../lib/text.ts';
import { fitText } from '../words/fit-text.ts';
import { widthOf } from '../lib/text-width.ts';
import { cellText, GAP, layOut, MIN_TEXT, type Layout } from './result-layout.ts';
import { paint } from './tone.ts';

/** `columns` is the width to fit; Infinity cuts nothing. */
export type TableOptions = { columns: number; color: boolean; withHeader: boolean };

/**
 * Piece by piece. `rows` is called twice: to measure, and to print. Numbers are right-aligned and
 * never cut, and NULL is said.
 */
export function* resultTable(
  columns: readonly string[],
  rows: () => Iterable<SqlRow>,
  options: TableOptions,
): Generator<string> {
  if (columns.length === 0) return;
  const layouts = layOut(columns, rows(), options.columns, options.withHeader);
  for (const line of layouts === null
    ? blockLines(columns, rows(), options)
    : tableLines(layouts, rows(), options))
    yield `${line}\n`;
}

function* tableLines(
  layouts: readonly Layout[],
  rows: Iterable<SqlRow>,
  { color, withHeader }: TableOptions,
): Generator<string> {
  const join = (cells: readonly string[]) => cells.join(' '.repeat(GAP)).trimEnd();
  const height = Math.max(...layouts.map(({ head }) => head.length));
  // Names stand on the line of their values.
  for (let line = height; line > 0; line--)
    yield join(
      layouts.map((layout) =>
        paint(pad(fitText(layout.head.at(-line) ?? '', layout.width), layout), 'strong', color),
      ),
    );
  if (withHeader) yield join(layouts.map(({ width }) => paint('─'.repeat(width), 'faint', color)));
  for (const row of rows)
    yield join(layouts.map((layout, index) => cell(row[index] ?? null, layout, color)));
}

function* blockLines(
  names: readonly string[],
  rows: Iterable<SqlRow>,
  { columns, color }: TableOptions,
): Generator<string> {
  const heads = names.map(visibleText);
  const label = Math.min(Math.max(...heads.map(widthOf)), Math.floor(columns / 2));
  const left = { width: label, isNumeric: false };
  // However narrow a terminal says it is, values are there.
  const width = Math.max(MIN_TEXT, columns - label - GAP);
  const right = { width, isNumeric: false, isShortTime: false };
  let number = 0;
  for (const row of rows) {
    yield paint(
      `── row ${++number} ${'─'.repeat(Math.max(2, Math.min(40, columns - 12)))}`,
      'faint',
      color,
    );
    for (const [index, head] of heads.entries())
      yield `${paint(pad(fitText(head, label), left), 'strong', color)}${' '.repeat(GAP)}${cell(row[index] ?? null, right, color).trimEnd()}`;
  }
}

function cell(value: SqlValue, layout: Omit<Layout, 'head'>, color: boolean): string {
  return paint(
    pad(fitText(cellText(value, layout.isShortTime && value !== null), layout.width), layout),
    value === null ? 'faint' : undefined,
    color,
  );
}

function pad(text: string, { width, isNumeric }: Pick<Layout, 'width' | 'isNumeric'>): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isNumeric ? `${blanks}${text}` : `${text}${blanks}`;
}
