// The values of one column until they are written: numbers in one typed array, whatever the kind,
// since to handle one kind of value at a time is what makes writing quick.
import type { SqlValue } from '../../lib/sql-value.ts';
import type { ExportKind } from '../../store/export/views.ts';

export type Gathered = {
  readonly kind: ExportKind;
  /** So many rows it is for: room for more is made as it is needed, and no sooner. */
  readonly most: number;
  /** Rows so far. */
  count: number;
  nulls: number;
  /** Numbers as they are, times in milliseconds, texts as places in `texts`; NaN is NULL. */
  values: Float64Array;
  /** The different texts, as they were first seen; none of a column of times. */
  texts: string[];
  /** What each text is in `values`. */
  known: Map<string, number>;
  /** All values as SQLite gave them, once one is a whole number that a double does not hold. */
  exact: SqlValue[] | null;
};

/** Rows that there is room for at first: files that grow by a day have few. */
const FIRST_ROWS = 1_024;

/** Nothing yet; there will be about `most` rows at most. */
export const gather = (kind: ExportKind, most: number): Gathered => ({
  kind,
  most,
  count: 0,
  nulls: 0,
  values: new Float64Array(Math.min(most, FIRST_ROWS)),
  texts: [],
  known: new Map(),
  exact: null,
});

/** As if nothing had been gathered; the room stays. */
export function clear(column: Gathered): void {
  column.count = 0;
  column.nulls = 0;
  column.texts = [];
  column.known = new Map();
  column.exact = null;
}

function makeRoom(column: Gathered, rows: number): void {
  const needed = column.count + rows;
  const { length } = column.values;
  if (needed <= length) return;
  const values = new Float64Array(Math.max(needed, Math.min(column.most, 4 * length)));
  values.set(column.values.subarray(0, column.count));
  column.values = values;
}

/** The values that are not NULL. */
export const knownOf = ({ values, count, nulls }: Gathered): Float64Array =>
  nulls === 0
    ? values.subarray(0, count)
    : values.subarray(0, count).filter((value) => !Number.isNaN(value));

/** Adds the value that stands at `place` of each row. */
export function addFromRows(
  column: Gathered,
  rows: readonly (readonly SqlValue[])[],
  place: number,
  from: number,
  until: number,
): void {
  makeRoom(column, until - from);
  for (let row = from; row < until; row++) add(column, rows[row]?.[place] ?? null);
}

/** Adds the values at the places that `order` names, from its entry `from` on. */
export function addInOrder(
  column: Gathered,
  values: readonly SqlValue[],
  order: ArrayLike<number>,
  from: number,
  until: number,
): void {
  makeRoom(column, until - from);
  for (let row = from; row < until; row++) {
    const value = values[order[row] as number] ?? null;
    // What nearly all values are, without a call.
    if (typeof value === 'number' && column.exact === null)
      // SQLite may round to -0, which equals 0 everywhere except in a file of doubles.
      column.values[column.count++] = value + 0;
    else add(column, value);
  }
}

/** Adds one value so many times. */
export function addSame(column: Gathered, value: SqlValue, times: number): void {
  if (times === 0) return;
  makeRoom(column, times);
  const from = column.count;
  add(column, value);
  if (column.exact !== null) for (let row = 1; row < times; row++) add(column, value);
  else {
    column.values.fill(column.values[from] as number, from + 1, from + times);
    column.count = from + times;
    if (value === null) column.nulls += times - 1;
  }
}

function add(column: Gathered, value: SqlValue): void {
  const at = column.count++;
  if (column.exact !== null) column.exact.push(value);
  if (value === null) {
    column.nulls += 1;
    column.values[at] = NaN;
  } else if (typeof value === 'string') column.values[at] = ofText(column, value);
  else if (typeof value === 'number') column.values[at] = value + 0;
  else if (typeof value === 'bigint') {
    const near = Number(value);
    if (!Number.isSafeInteger(near)) keepExact(column, at, value);
    column.values[at] = near;
  } else throw new Error('bytes are in no exported column');
}

function ofText(column: Gathered, text: string): number {
  let number = column.known.get(text);
  if (number === undefined) {
    number = column.kind === 'time' ? instantOf(text) : column.texts.push(text) - 1;
    column.known.set(text, number);
  }
  return number;
}

function instantOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${text} is no time`);
  return at;
}

/** From now on values are kept as they came; those before were exact as doubles. */
function keepExact(column: Gathered, at: number, value: bigint): void {
  if (column.exact !== null) return;
  column.exact = Array.from(column.values.subarray(0, at), (known) =>
    Number.isNaN(known) ? null : known,
  );
  column.exact.push(value);
}
