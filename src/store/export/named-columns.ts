// Rows of `history` as columns, for files that are written column by column: an array for each row,
// only to be taken apart again, took half the time of reading.
import type { ListKind } from '../../list/list-kind.ts';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import { openNames, ownColumns } from './named-rows.ts';

/**
 * Rows by columns, each with its values or with the one that all rows have. `order` has where each
 * row stands in the values.
 */
export type ColumnBatch = {
  count: number;
  order: readonly number[];
  columns: readonly (readonly SqlValue[] | { same: SqlValue })[];
};

/**
 * Reads a snapshot as `openNamedRows` does, with the same values in the same order; null where that
 * answers null.
 */
export function openNamedColumns(
  db: ReadOnlyDb,
  list: ListKind,
  columns: readonly string[],
  own: readonly string[],
): ((id: number, template: SqlRow) => ColumnBatch | null) | null {
  const found = ownColumns(list, own);
  if (found === null) return null;
  const { named, kept } = found;
  const sought = ['product_id', 'rank', ...kept].map((column) => `json_group_array("${column}")`);
  const read = db
    .prepare<[number], string[]>(
      `SELECT ${sought.join(', ')} FROM ${list.table} WHERE snapshot_id = ?`,
    )
    .raw();
  const names = openNames(db, list, named);
  const places = kept.map((column) => columns.indexOf(column));
  const namePlaces = named.map((column) => columns.indexOf(column));
  return (id, template) => {
    const [ids = [], ranks = [], ...values] = (read.get(id) ?? []).map(
      (text) => JSON.parse(text) as (number | null)[],
    );
    const order = byRank(ranks as number[]);
    if (order === null) return null;
    const products = ids.map((product) => names(product as number));
    const batch: (readonly SqlValue[] | { same: SqlValue })[] = template.map((same) => ({ same }));
    namePlaces.forEach((place, index) => {
      batch[place] = products.map((product) => product?.[index] ?? null);
    });
    places.forEach((place, index) => (batch[place] = values[index] ?? []));
    // A product of another source has no row in the view.
    const rows = products.includes(null) ? order.filter((at) => products[at] !== null) : order;
    return { count: rows.length, order: rows, columns: batch };
  };
}

/** The places of the rows, ascending by their ranks; null when two have the same. */
function byRank(ranks: readonly number[]): number[] | null {
  const at: number[] = [];
  for (const [place, rank] of ranks.entries()) {
    if (at[rank] !== undefined) return null;
    at[rank] = place;
  }
  return at.filter((place) => place !== undefined);
}
