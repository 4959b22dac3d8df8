// The earlier values that the z-scores of a snapshot's products are measured against.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns } from '../../list/list-kind.ts';
import { Z_MIN_VALUES, Z_WINDOW } from '../../snapshot/robust-z.ts';
import type { EarlierValues } from '../../snapshot/standing.ts';
import type { Db } from '../file/open.ts';
import { olderFinder, type Before, type Sought } from './older-values.ts';
import { valuesReader } from './recent-values.ts';

/**
 * For each product its values in the last 28 complete snapshots it was on the list, in any order.
 * One range scan per snapshot serves nearly all products; only those that are short of values, and
 * can come to a score, are looked up further back, one by one.
 */
export function earlierValues(
  db: Db,
  before: Before,
  sought: readonly Sought[],
): (productId: number) => EarlierValues | null {
  const columns = scoredColumns(before.list).length;
  const recent = listComplete(db, before, before.slotAt);
  if (recent.length < Z_MIN_VALUES) return () => null;
  const found = makeRoom(
    sought.map(({ id }) => id),
    columns,
  );
  const valuesOf = valuesReader(db, before.list);
  for (const [snapshotId] of recent) takeIn(found, valuesOf(snapshotId));

  const oldest = recent.at(-1)?.[1] ?? before.slotAt;
  const lookUp = olderFinder(db, before, oldest);
  for (const [place, one] of sought.entries()) {
    const { slotsOnList, firstSeenAt } = one;
    const most = Math.min(Z_WINDOW, slotsOnList) - (found.counts[place * columns] ?? 0);
    // With fewer values in all there is no score, and before its first snapshot it has none.
    if (most <= 0 || slotsOnList < Z_MIN_VALUES) continue;
    if (firstSeenAt === null || firstSeenAt >= oldest) continue;
    for (const sighting of lookUp(one, most))
      for (let column = 0; column < columns; column++) {
        const value = sighting[column + 1] ?? null;
        if (value !== null) add(found, place * columns + column, value);
      }
  }
  return (id) => {
    const place = found.placeOf.get(id);
    if (place === undefined) return null;
    const { values, counts } = found;
    return { values, counts, first: place * columns };
  };
}

/**
 * Room for 28 values of each column of each product, in one piece: of a snapshot of 500 rows there
 * are 42,000, and arrays that grow took ten times as long.
 */
type Room = {
  placeOf: ReadonlyMap<number, number>;
  columns: number;
  values: Float64Array;
  /** How many there are so far: by product, then by column. */
  counts: Uint8Array;
};

const makeRoom = (productIds: readonly number[], columns: number): Room => ({
  placeOf: new Map(productIds.map((id, place) => [id, place])),
  columns,
  values: new Float64Array(productIds.length * columns * Z_WINDOW),
  counts: new Uint8Array(productIds.length * columns),
});

function add({ values, counts }: Room, series: number, value: number): void {
  const count = counts[series] as number;
  if (count === Z_WINDOW) return;
  values[series * Z_WINDOW + count] = value;
  counts[series] = count + 1;
}

const NOWHERE = -1;

/** Takes in a snapshot: the ids of its products, then their values, NaN where one is not known. */
function takeIn(room: Room, [ids, ...read]: readonly Float64Array[]): void {
  if (ids === undefined) return;
  const { placeOf, columns } = room;
  const places = new Int32Array(ids.length);
  for (let index = 0; index < ids.length; index++)
    places[index] = placeOf.get(ids[index] as number) ?? NOWHERE;
  for (const [column, values] of read.entries())
    for (let index = 0; index < ids.length; index++) {
      const place = places[index] as number;
      const value = values[index] as number;
      if (place !== NOWHERE && !Number.isNaN(value)) add(room, place * columns + column, value);
    }
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
