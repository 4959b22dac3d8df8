// The values of products before the newest 28 snapshots of a series, for z-scores: of products that
// come and go. Finding them goes through snapshot after snapshot, over years where a product was
// seldom there, so what was found is remembered for the next pass.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import { Z_WINDOW } from '../../snapshot/robust-z.ts';
import type { Db } from '../file/open.ts';
import { dataVersion } from '../file/versions.ts';
import { indexLeft, leftFinder, type LeftIndex } from '../lake/left-values.ts';
import { valuesReader } from './recent-values.ts';

/**
 * Where to look for them: in which series, before which slot, and whether that is its newest: what
 * is read then will be read again.
 */
export type Before = { list: ListKind; seriesId: number; slotAt: Instant; isLatest: boolean };

/** A product whose values are looked for. Its record says how many there can be. */
export type Sought = {
  id: number;
  /** In how many complete and partial snapshots it was, at most. */
  slotsOnList: number;
  /** null: in none. */
  firstSeenAt: Instant | null;
};

/** A snapshot the product was in: its values there, in the order of `scoredColumns`. */
export type Sighting = [slotAt: Instant, ...values: (number | null)[]];
/** Finds the last of them, at most so many, the newest first. */
export type FindOlder = (sought: Sought, most: number) => readonly Sighting[];

/** Every sighting of a product from one slot on, the newest first, and when it was asked for. */
type Known = { fromAt: Instant; sightings: Sighting[]; askedNo: number };
/** What is known of the products of a series before a slot; `no` counts the passes. */
type Series = {
  untilAt: Instant;
  byProduct: Map<number, Known>;
  left: LeftIndex | null;
  no: number;
};
/** Of one connection, as of a state of the database. */
type Remembered = { version: number; sightings: number; bySeries: Map<number, Series> };

const rememberedBy = new WeakMap<Db['raw'], Remembered>();

/**
 * Some 100 bytes each: 3 MB at most. Of a list of 500 there are 2,000 to 3,000. Series for which
 * there is no room look them up at every pass: to give up others for them would help none.
 */
const MOST_REMEMBERED = 30_000;
/**
 * After so many passes it is forgotten what nobody asked for in as many: products that left for
 * good, which a list would otherwise add to for years.
 */
const FORGET_EVERY = 32;
/** Snapshots by which what is known is brought forward: at each pass there is one. */
const MOST_STEPS = 5;

/**
 * Forgets what was found on this connection. To be called when a snapshot is stored that is not the
 * newest of its series, and when one is deleted.
 */
export const forgetOlder = (db: Db): void => void rememberedBy.delete(db.raw);

/** How many products this connection has something in memory for, those without sightings too. */
export function rememberedProducts(db: Db): number {
  let count = 0;
  for (const { byProduct } of rememberedBy.get(db.raw)?.bySeries.values() ?? [])
    count += byProduct.size;
  return count;
}

/** Looks products up in the complete snapshots of a series before a slot. */
export function olderFinder(db: Db, before: Before, untilAt: Instant): FindOlder {
  const { list, seriesId } = before;
  // Of an older snapshot nothing will be asked again.
  if (!before.isLatest) {
    let left: LeftIndex | null = null;
    const findOnce = reader(db, before, () => (left ??= indexLeft(db, list, seriesId)));
    return (sought, most) => findOnce(sought, sought.firstSeenAt, untilAt, most);
  }
  const remembered = rememberedIn(db);
  const series = seriesIn(db, remembered, before, untilAt);
  const { byProduct } = series;
  const find = reader(db, before, () => (series.left ??= indexLeft(db, list, seriesId)));
  return (sought, most) => {
    const known = byProduct.get(sought.id);
    const next = {
      ...grown(known ?? { fromAt: untilAt, sightings: [] }, find, sought, most),
      askedNo: series.no,
    };
    const others = remembered.sightings - (known?.sightings.length ?? 0);
    const isKept = others + next.sightings.length <= MOST_REMEMBERED;
    if (isKept) byProduct.set(sought.id, next);
    else byProduct.delete(sought.id);
    remembered.sightings = others + (isKept ? next.sightings.length : 0);
    const { sightings } = next;
    return sightings.length > most ? sightings.slice(0, most) : sightings;
  };
}

function rememberedIn(db: Db): Remembered {
  const version = dataVersion(db);
  const known = rememberedBy.get(db.raw);
  if (known?.version === version) return known;
  const none: Remembered = { version, sightings: 0, bySeries: new Map() };
  rememberedBy.set(db.raw, none);
  return none;
}

/** What is known of a series up to a slot: what was known before, with the snapshots since. */
function seriesIn(db: Db, remembered: Remembered, before: Before, untilAt: Instant): Series {
  const { bySeries } = remembered;
  const known = bySeries.get(before.seriesId);
  const steps = known === undefined ? null : snapshotsBetween(db, before, known.untilAt, untilAt);
  if (known !== undefined && steps !== null) {
    const read = valuesReader(db, before.list);
    for (const [id, slotAt] of steps) remembered.sightings += takeIn(known, slotAt, read(id));
    known.untilAt = untilAt;
    known.no += 1;
    if (known.no % FORGET_EVERY === 0) remembered.sightings -= forgetUnasked(known);
    return known;
  }
  for (const { sightings } of known?.byProduct.values() ?? [])
    remembered.sightings -= sightings.length;
  const none: Series = { untilAt, byProduct: new Map(), left: known?.left ?? null, no: 0 };
  bySeries.set(before.seriesId, none);
  return none;
}

/** Forgets products that were not asked for lately; returns how many sightings they had. */
function forgetUnasked({ byProduct, no }: Series): number {
  let count = 0;
  for (const [id, { askedNo, sightings }] of byProduct) {
    if (no - askedNo <= FORGET_EVERY) continue;
    byProduct.delete(id);
    count += sightings.length;
  }
  return count;
}

/** The complete ones, the oldest first; null where the way is too long, or leads back. */
function snapshotsBetween(
  db: Db,
  { seriesId }: Before,
  fromAt: Instant,
  untilAt: Instant,
): [id: number, slotAt: Instant][] | null {
  if (fromAt > untilAt) return null;
  const found = db
    .statement(
      `SELECT id, slot_at FROM snapshots
      WHERE series_id = ? AND slot_at >= ? AND slot_at < ? AND +status = 'complete'
      ORDER BY slot_at LIMIT ${MOST_STEPS + 1}`,
    )
    .raw()
    .all(seriesId, fromAt, untilAt) as [number, Instant][];
  return found.length > MOST_STEPS ? null : found;
}

/** Adds a snapshot to what is known of its products; returns by how many sightings it grew. */
function takeIn(
  { byProduct }: Series,
  slotAt: Instant,
  [ids = [] as never, ...columns]: readonly Float64Array[],
): number {
  let grownBy = 0;
  for (let place = 0; place < ids.length; place++) {
    const known = byProduct.get(ids[place] as number);
    if (known === undefined) continue;
    // Made as long as it is to be, since one that grows keeps room for more.
    const sighting = Array<number | null>(1 + columns.length) as Sighting;
    sighting[0] = slotAt;
    for (let column = 0; column < columns.length; column++) {
      const value = (columns[column] as Float64Array)[place] as number;
      sighting[column + 1] = Number.isNaN(value) ? null : value;
    }
    known.sightings.unshift(sighting);
    grownBy += 1;
    if (known.sightings.length <= Z_WINDOW) continue;
    known.sightings.pop();
    known.fromAt = known.sightings.at(-1)?.[0] ?? slotAt;
    grownBy -= 1;
  }
  return grownBy;
}

/** What is known, with as many older sightings as are wanted. */
function grown(
  { fromAt, sightings }: Omit<Known, 'askedNo'>,
  find: Find,
  sought: Sought,
  most: number,
): Omit<Known, 'askedNo'> {
  const { firstSeenAt } = sought;
  const wanted = most - sightings.length;
  if (wanted <= 0 || firstSeenAt === null || fromAt <= firstSeenAt) return { fromAt, sightings };
  const older = find(sought, firstSeenAt, fromAt, wanted);
  return {
    fromAt: older.length < wanted ? firstSeenAt : (older.at(-1)?.[0] ?? firstSeenAt),
    sightings: [...sightings, ...older],
  };
}

type Find = (sought: Sought, fromAt: Instant | null, untilAt: Instant, most: number) => Sighting[];

function reader(db: Db, { list, seriesId }: Before, indexed: () => LeftIndex): Find {
  const columns = scoredColumns(list).map((column) => `o.${column}`);
  const find = db
    .statement(
      `SELECT s.slot_at, ${columns.join(', ')} FROM snapshots s
        CROSS JOIN ${list.table} o ON o.snapshot_id = s.id AND o.product_id = ?
      WHERE s.series_id = ? AND s.slot_at >= ? AND s.slot_at < ? AND +s.status = 'complete'
      ORDER BY s.slot_at DESC LIMIT ?`,
    )
    .raw();
  const findLeft = leftFinder(db, list, seriesId, indexed);
  return ({ id }, fromAt, untilAt, most) => {
    if (fromAt === null) return [];
    const here = find.all(id, seriesId, fromAt, untilAt, most) as Sighting[];
    return newestOf(most, here, findLeft(id, fromAt, untilAt, most));
  };
}

/** Of two places, each with its newest first. What alerts were decided on stays in the database. */
const newestOf = (most: number, here: Sighting[], left: Sighting[]): Sighting[] =>
  left.length === 0 ? here : [...here, ...left].sort(([a], [b]) => b - a).slice(0, most);
