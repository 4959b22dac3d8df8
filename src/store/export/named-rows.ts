// Rows of `history` from the table of its list alone. Joined with products, SQLite brings the names
// of each of them anew in every snapshot, and each time as another text.
import type { ListKind } from '../../list/list-kind.ts';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';

/** As in the view: columns of products, by their names there. */
const NAMES: Readonly<Record<string, string>> = {
  product_id: 'upstream_id',
  product: 'name',
  category_l1: 'category_l1',
  category_l2: 'category_l2',
};

/**
 * Reads the rows of a snapshot as `history` has them, in the order of ranks: each is `template` with
 * the columns `own` filled in at their places in `columns`. Names are read once per product, so that
 * one reader serves one read transaction. Null for a snapshot with two rows of one rank, which the
 * view orders by the ids of their products. Null at once when `own` has others than those of
 * products, ranks and metrics.
 */
export function openNamedRows(
  db: ReadOnlyDb,
  list: ListKind,
  columns: readonly string[],
  own: readonly string[],
): ((id: number, template: SqlRow) => readonly SqlRow[] | null) | null {
  const split = ownColumns(list, own);
  if (split === null) return null;
  const { named, kept } = split;
  const read = db
    .prepare<[number], SqlValue[]>(
      `SELECT product_id, rank${kept.map((column) => `, "${column}"`).join('')}
      FROM ${list.table} WHERE snapshot_id = ? ORDER BY rank`,
    )
    .raw();
  const names = openNames(db, list, named);
  const places = kept.map((column) => columns.indexOf(column));
  const namePlaces = named.map((column) => columns.indexOf(column));
  return (id, template) => {
    const found = read.all(id);
    if (found.some((row, index) => row[1] === found[index - 1]?.[1])) return null;
    const rows: SqlRow[] = [];
    for (const values of found) {
      const product = names(values[0] as number);
      if (product === null) continue;
      const row = template.slice();
      for (let index = 0; index < namePlaces.length; index++)
        row[namePlaces[index] as number] = product[index] ?? null;
      for (let index = 0; index < places.length; index++)
        row[places[index] as number] = values[index + 2] ?? null;
      rows.push(row);
    }
    return rows;
  };
}

/**
 * Which of the columns are those of a product, and which stand in the table of the list; null where
 * some are neither.
 */
export function ownColumns(
  list: ListKind,
  own: readonly string[],
): { named: string[]; kept: string[] } | null {
  const measured = ['rank', ...list.metrics.map(({ column }) => column)];
  const named = own.filter((column) => column in NAMES);
  const kept = own.filter((column) => measured.includes(column));
  return named.length + kept.length < own.length ? null : { named, kept };
}

/** The names of a product, kept once read; null for one of another source. */
export function openNames(
  db: ReadOnlyDb,
  { seriesSource }: ListKind,
  columns: readonly string[],
): (productId: number) => SqlRow | null {
  const read = db
    .prepare<[number, string], SqlRow>(
      `SELECT ${['id', ...columns.map((column) => NAMES[column])].join(', ')}
      FROM products WHERE id = ? AND source = ?`,
    )
    .raw();
  const known = new Map<number, SqlRow | null>();
  return (productId) => {
    let names = known.get(productId);
    if (names === undefined) {
      names = read.get(productId, seriesSource)?.slice(1) ?? null;
      known.set(productId, names);
    }
    return names;
  };
}
