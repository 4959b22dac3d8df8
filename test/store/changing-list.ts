// A list that changes a lot, and what is derived of it: for tests that store it in different ways.
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { syncWatches } from '../../src/store/series/series.ts';
import { insertSnapshot, type NewSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { dayAt, makeWatch, NO_METRICS } from '../support/world.ts';

const open: Db[] = [];
/** Closes all that `makeDb` has opened: for `afterEach`. */
export const closeAll = (): void => open.splice(0).forEach((db) => db.close());

/** Forty days of a list of 30 that changes a lot, with gaps, partial snapshots and values that are not known. */
export const DAYS = Array.from({ length: 48 }, (_, day) => day).filter(
  (day) => ![5, 6, 20, 21, 22, 23].includes(day),
);
function statusOf(day: number) {
  if (day % 11 === 3) return 'partial';
  return day % 13 === 7 ? 'stale' : 'complete';
}

function rowsOf(day: number, count: number): RankedProduct[] {
  const order = Array.from({ length: count * 1.5 }, (_, index) => ({
    index,
    key: Math.sin(index * 12.9898 + day * (1 + (index % 3)) * 0.37) + index / 40,
  })).sort((a, b) => a.key - b.key);
  return order.slice(0, count).map(({ index }, place) => ({
    product: {
      upstreamId: `p${index}`,
      name: `Product ${index}`,
      categoryL1: null,
      categoryL2: null,
    },
    rank: place + 1,
    metrics: {
      ...NO_METRICS,
      posts: (index + day) % 9 === 0 ? null : 1_000 + ((index * 37 + day * 11) % 500),
      impressions: index % 5 === 0 ? 100 : day * index,
    },
  }));
}

/** A database with one watch; `store` stores the list of a day in it. */
export function makeDb(path = ':memory:', count = 30) {
  const db = openDatabase(path);
  open.push(db);
  const row = syncWatches(db, [makeWatch()], dayAt(-1)).get('us-daily');
  if (row === undefined) throw new Error('no watch');
  const store = (
    day: number,
    insert: (db: Db, snapshot: NewSnapshot) => number = insertSnapshot,
  ) => {
    const status = statusOf(day);
    return db.transaction(() =>
      insert(db, {
        ...row,
        slotAt: dayAt(day),
        // Whatever its slot, it is stored after those that are there.
        takenAt: dayAt(99),
        status,
        reason: status === 'complete' ? null : 'made so',
        moved: false,
        origin: insert === insertSnapshot ? 'schedule' : 'import',
        rows: rowsOf(day, count),
        setAside: 0,
        total: 30,
        pages: 2,
        intervalMs: DAY_MS,
        contentHash: null,
      }),
    );
  };
  return { db, store, ...row };
}

/** Everything that is derived, by slot and product: ids follow the order of storing. */
export const derived = (db: Db) => ({
  observations: db.raw
    .prepare(
      'SELECT s.slot_at, p.upstream_id, o.rank, o.rank_best, o.slots_on_list, o.streak, o.rank_z_e4, o.posts_z_e4, o.impressions_z_e4 FROM snapshots s JOIN observations o ON o.snapshot_id = s.id JOIN products p ON p.id = o.product_id ORDER BY 1, 2',
    )
    .raw()
    .all(),
  records: db.raw
    .prepare(
      'SELECT p.upstream_id, r.first_seen_at, r.last_seen_at, r.rank_best, r.slots_on_list FROM product_records r JOIN products p ON p.id = r.product_id ORDER BY 1',
    )
    .raw()
    .all(),
});

/** What is derived of a file into which the days came one after the other. */
export function storedInOrder(count = 30) {
  const { db, store } = makeDb(':memory:', count);
  for (const day of DAYS) store(day);
  return derived(db);
}
