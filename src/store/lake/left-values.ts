// What z-scores look back on of snapshots that are in a lake alone: the scored values of products
// that come and go. Of those that stay on the list the database has enough.
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { packColumns, unpackColumns } from '../../snapshot/packed-columns.ts';
import { Z_WINDOW } from '../../snapshot/robust-z.ts';
import type { Db } from '../file/open.ts';
import { labelOf, valuesReader } from '../snapshots/recent-values.ts';

/** The snapshot, and the slot from which on its series stays in the database. */
type Leaving = { id: number; seriesId: number; borderAt: Instant };

/**
 * Packs the values of one of the snapshots that leave: those of products that are on fewer than 28 of the
 * complete lists that stay. Null where there are none, and of a list that is not complete.
 */
export function scoredReader(
  db: Db,
  list: ListKind,
  leaving: readonly Leaving[],
): (snapshot: Leaving) => Buffer | null {
  const isComplete = db
    .statement("SELECT EXISTS (SELECT 1 FROM snapshots WHERE id = ? AND status = 'complete')")
    .pluck();
  const often = db
    .statement(
      `SELECT o.product_id FROM snapshots s JOIN ${list.table} o ON o.snapshot_id = s.id
      WHERE s.series_id = ? AND s.slot_at >= ? AND +s.status = 'complete'
      GROUP BY 1 HAVING count(*) >= ${Z_WINDOW}`,
    )
    .pluck();
  const valuesOf = valuesReader(db, list);
  // Read here, before the turns: it looks at every list that stays.
  const served = new Map<number, ReadonlySet<number>>();
  for (const { seriesId, borderAt } of leaving)
    if (!served.has(seriesId))
      served.set(seriesId, new Set(often.all(seriesId, borderAt) as number[]));
  return ({ id, seriesId }) => {
    if (isComplete.get(id) !== 1) return null;
    const [ids = [], ...columns] = valuesOf(id);
    const kept = [...ids.keys()].filter(
      (at) => served.get(seriesId)?.has(ids[at] as number) !== true,
    );
    if (kept.length === 0) return null;
    return packColumns(
      labelOf(list),
      [ids, ...columns].map((column) => Float64Array.from(kept, (at) => column[at] as number)),
    );
  };
}

/** A snapshot: its slot, and the known values of each scored column; null where one is not known. */
export type LeftSighting = [slotAt: Instant, ...values: (number | null)[]];

/** Finds the newest of a product from one slot until another, at most so many. */
export type FindLeft = (
  productId: number,
  fromAt: Instant,
  untilAt: Instant,
  most: number,
) => LeftSighting[];

/**
 * In which snapshots of a series that are in a lake alone each product is, the newest first. It
 * takes 4 bytes for each of them: of a list of 500 some 270 KB for 1,000 snapshots.
 */
export type LeftIndex = {
  slots: readonly Instant[];
  /** Where the places of a product begin and end. */
  parts: ReadonlyMap<number, readonly [from: number, to: number]>;
  places: Uint32Array;
};

/**
 * Reads all that is packed of a series. To look through it for each product that comes back took
 * 10 ms of every pass where 1,000 snapshots had left.
 */
export function indexLeft(db: Db, list: ListKind, seriesId: number): LeftIndex {
  const label = labelOf(list);
  const slots: Instant[] = [];
  const lists: Float64Array[] = [];
  const counts = new Map<number, number>();
  const stored = db
    .statement(
      `SELECT slot_at, packed FROM lake_snapshots
      WHERE series_id = ? AND packed IS NOT NULL ORDER BY slot_at DESC`,
    )
    .raw()
    .iterate(seriesId) as Iterable<[Instant, Buffer]>;
  for (const [slotAt, packed] of stored) {
    const ids = unpackColumns(label, packed)?.[0] ?? new Float64Array();
    slots.push(slotAt);
    lists.push(ids);
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const parts = new Map<number, [from: number, to: number]>();
  let total = 0;
  for (const [id, count] of counts) {
    parts.set(id, [total, total]);
    total += count;
  }
  const places = new Uint32Array(total);
  for (const [place, ids] of lists.entries())
    for (const id of ids) {
      const part = parts.get(id);
      if (part !== undefined) places[part[1]++] = place;
    }
  return { slots, parts, places };
}

/**
 * The values of products in snapshots of a series that are in a lake alone, the newest first. With
 * another metric scored since, what was packed before is not read. `indexed` is asked for when a
 * product is looked for.
 */
export function leftFinder(
  db: Db,
  list: ListKind,
  seriesId: number,
  indexed: () => LeftIndex,
): FindLeft {
  const find = db
    .statement('SELECT packed FROM lake_snapshots WHERE series_id = ? AND slot_at = ?')
    .pluck();
  const read = new Map<Instant, readonly Float64Array[]>();
  const columnsAt = (slotAt: Instant): readonly Float64Array[] => {
    const known = read.get(slotAt);
    if (known !== undefined) return known;
    // One that was taken back since is found no more.
    const packed = (find.get(seriesId, slotAt) ?? null) as Buffer | null;
    const columns = packed === null ? [] : (unpackColumns(labelOf(list), packed) ?? []);
    read.set(slotAt, columns);
    return columns;
  };
  return (productId, fromAt, untilAt, most) => {
    const { slots, parts, places } = indexed();
    const [from, to] = parts.get(productId) ?? [0, 0];
    const found: LeftSighting[] = [];
    for (const place of places.subarray(from, to)) {
      const slotAt = slots[place] as Instant;
      if (slotAt < fromAt || found.length === most) break;
      if (slotAt >= untilAt) continue;
      const [ids, ...columns] = columnsAt(slotAt);
      const at = ids?.indexOf(productId) ?? -1;
      if (at >= 0) found.push([slotAt, ...columns.map((column) => knownOf(column[at] as number))]);
    }
    return found;
  };
}

const knownOf = (value: number): number | null => (Number.isNaN(value) ? null : value);
