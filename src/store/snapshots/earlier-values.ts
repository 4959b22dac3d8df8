// The earlier values that the z-scores of a snapshot's products are measured against.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import { Z_MIN_VALUES, Z_WINDOW } from '../../snapshot/robust-z.ts';
import type { Db } from '../file/open.ts';
import { valuesReader } from './recent-values.ts';

/**
 * Where to look for them: in which series, before which slot, and whether that is its newest: what
 * is read then will be read again.
 */
export type Before = { list: ListKind; seriesId: number; slotAt: Instant };

/** A product whose values are looked for. Its record says how many there can be. */
export type Sought = {
  id: number;
  /** In how many complete and partial snapshots it was, at most. */
  slotsOnList: number;
  /** null: in none. */
  firstSeenAt: Instant | null;
};

/** The known values of each scored column, the rank first. */
export type Values = readonly (readonly number[])[];

/**
 * For each product its values in the last 28 complete snapshots it was on the list, in any order.
 * One
 * range scan per snapshot serves nearly all products; only those that are short of values, and can
 * come to a score, are looked up further back, one by one.
 */
export function earlierValues(
  db: Db,
  before: Before,
  sought: readonly Sought[],
): (productId: number) => Values {
  const columns = scoredColumns(before.list);
  const none: Values = columns.map(() => []);
  const recent = listComplete(db, before, before.slotAt);
  if (recent.length < Z_MIN_VALUES) return () => none;
  const found = new Map<number, number[][]>();
  for (const { id } of sought)
    found.set(
      id,
      columns.map(() => []),
    );
  /** Reads a snapshot, for those that are not full yet. */
  const read = scanner(db, before, (id) => {
    const values = found.get(id);
    return values === undefined || (values[0]?.length ?? 0) >= Z_WINDOW ? null : values;
  });
  for (const [snapshotId] of recent) read(snapshotId);

  const oldest = recent.at(-1)?.[1] ?? before.slotAt;
  const lookUp = finder(db, before);
  for (const one of sought) {
    const { id, slotsOnList, firstSeenAt } = one;
    const values = found.get(id) ?? [];
    const most = Math.min(Z_WINDOW, slotsOnList) - (values[0]?.length ?? 0);
    // With fewer values in all there is no score, and before its first snapshot it has none.
    if (most <= 0 || slotsOnList < Z_MIN_VALUES) continue;
    if (firstSeenAt === null || firstSeenAt >= oldest) continue;
    for (const row of lookUp(one, oldest, most))
      row.forEach((value, column) => {
        if (value !== null) values[column]?.push(value);
      });
  }
  return (id) => found.get(id) ?? none;
}

/** The last 28 complete snapshots before a slot, the newest first. */
const listComplete = (
  db: Db,
  { seriesId }: Before,
  before: Instant,
): [id: number, slotAt: Instant][] =>
  db
    .statement(
      `SELECT id, slot_at FROM snapshots
      WHERE series_id = ? AND slot_at < ? AND +status = 'complete'
      ORDER BY slot_at DESC LIMIT ${Z_WINDOW}`,
    )
    .raw()
    .all(seriesId, before) as [number, Instant][];

/** Reads a snapshot into the values of the products that want them. */
function scanner(
  db: Db,
  { list }: Before,
  wantedBy: (productId: number) => number[][] | null,
): (snapshotId: number) => void {
  const valuesOf = valuesReader(db, list);
  return (snapshotId) => {
    const [ids = [], ...read] = valuesOf(snapshotId);
    for (let index = 0; index < ids.length; index++) {
      const values = wantedBy(ids[index] as number);
      if (values === null) continue;
      for (let column = 0; column < read.length; column++) {
        const value = read[column]?.[index] ?? NaN;
        if (!Number.isNaN(value)) values[column]?.push(value);
      }
    }
  };
}

/** Looks a product up in its last complete snapshots before a slot, at most so many. */
function finder(
  db: Db,
  { list, seriesId }: Before,
): (sought: Sought, before: Instant, most: number) => (number | null)[][] {
  const columns = scoredColumns(list).map((column) => `o.${column}`);
  const find = db
    .statement(
      `SELECT ${columns.join(', ')} FROM snapshots s
        CROSS JOIN ${list.table} o ON o.snapshot_id = s.id AND o.product_id = ?
      WHERE s.series_id = ? AND s.slot_at >= ? AND s.slot_at < ? AND +s.status = 'complete'
      ORDER BY s.slot_at DESC LIMIT ?`,
    )
    .raw();
  return ({ id, firstSeenAt }, before, most) =>
    find.all(id, seriesId, firstSeenAt, before, most) as (number | null)[][];
}
