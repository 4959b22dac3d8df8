// How wide each column of a query's result is: measured over all rows, and narrowed step by step
// until a terminal's width holds them.
import type { SqlRow, SqlValue } from '../lib/sql-value.ts';
import { visibleText } from '../lib/text.ts';
import { widthOf } from '../lib/text-width.ts';

export type Layout = {
  /** The column's name, on one line or several. */
  head: readonly string[];
  width: number;
  isNumeric: boolean;
  /** Its times are shown to the minute. */
  isShortTime: boolean;
};

/** Blanks between two columns. */
export const GAP = 2;
/** Texts are cut down to this, not further. */
export const MIN_TEXT = 8;
/** Ids, names of watches and the like: cut ones would be of no use. */
const LONGEST_WORD = 24;
/** A cell is one line of a table, so there is no need to measure more of it than this. */
const MAX_CELL = 2_000;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type Measured = {
  name: string;
  values: number;
  isNumeric: boolean;
  isTime: boolean;
  isWord: boolean;
};

/**
 * A layout that is at most `available` wide; null when there is none without cutting what must not
 * be cut.
 */
export function layOut(
  columns: readonly string[],
  rows: Iterable<SqlRow>,
  available: number,
  withHeader: boolean,
): Layout[] | null {
  const measured = measure(columns, rows);
  const widest = measured.map(({ name, values, isNumeric }): Layout => ({
    head: withHeader ? [name] : [],
    width: Math.max(values, withHeader ? widthOf(name) : 0),
    isNumeric,
    isShortTime: false,
  }));
  if (excessOf(widest, available) <= 0) return widest;
  const compact = measured.map(({ name, values, isNumeric, isTime }): Layout => {
    const shortest = isTime ? widthOf(shortTime('2026-11-23T06:00:00.000Z')) : values;
    const head = withHeader ? wrapName(name, shortest) : [];
    return {
      head,
      width: Math.max(shortest, ...head.map(widthOf)),
      isNumeric,
      isShortTime: isTime,
    };
  });
  return cutTexts(compact, measured, available) ? compact : null;
}

function measure(columns: readonly string[], rows: Iterable<SqlRow>): Measured[] {
  const measured = columns.map((column): Measured => ({
    name: visibleText(column),
    values: 0,
    isNumeric: true,
    isTime: true,
    isWord: true,
  }));
  for (const row of rows) {
    measured.forEach((column, index) => {
      const value = row[index] ?? null;
      const text = cellText(value);
      column.values = Math.max(column.values, widthOf(text));
      if (value === null) return;
      column.isNumeric &&= typeof value === 'number' || typeof value === 'bigint';
      column.isTime &&= TIME.test(text);
      column.isWord &&= text.length <= LONGEST_WORD && !text.includes(' ');
    });
  }
  // A column of NULLs only says nothing about its type.
  for (const column of measured) column.isTime &&= column.values > widthOf('NULL');
  return measured;
}

const excessOf = (layouts: readonly Layout[], available: number): number =>
  layouts.reduce((sum, { width }) => sum + width, GAP * (layouts.length - 1)) - available;

/** Cuts the widest texts until all fits; false when it cannot. */
function cutTexts(
  layouts: readonly Layout[],
  measured: readonly Measured[],
  available: number,
): boolean {
  const cuttable = layouts.filter(
    (_, index) =>
      !measured[index]?.isNumeric && !measured[index]?.isTime && !measured[index]?.isWord,
  );
  const cut = (layout: Layout): number => Math.max(0, layout.width - MIN_TEXT);
  if (excessOf(layouts, available) > cuttable.reduce((sum, layout) => sum + cut(layout), 0))
    return false;
  for (let excess = excessOf(layouts, available); excess > 0; excess--) {
    const widest = cuttable.reduce<Layout | undefined>(
      (found, layout) => (layout.width > Math.max(MIN_TEXT, found?.width ?? 0) ? layout : found),
      undefined,
    );
    if (widest === undefined) return false;
    widest.width -= 1;
  }
  return true;
}

/**
 * `posts_growth` over two lines where its values are narrow; the line stays behind the part it
 * belongs to.
 */
function wrapName(name: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of name.split(/(?<=[_ ])/)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + widthOf(part) <= width)
      lines[lines.length - 1] = `${last}${part}`;
    else lines.push(part);
  }
  return lines;
}

const shortTime = (text: string): string => `${text.slice(0, '2026-11-23T06:00'.length)}Z`;

/** A value in one line. NULL is written out. */
export function cellText(value: SqlValue, isShortTime = false): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (typeof value !== 'string') return String(value);
  const text = visibleText(value.slice(0, MAX_CELL));
  return isShortTime ? shortTime(text) : text;
}
