// Standings of imported snapshots that come in the order of their slots: each is stored with its
// own. Made anew at the end instead, every row would be read and written once more.
import { evaluatedSql, isEvaluatedStatus } from '../../change/baseline.ts';
import type { Clock, Instant } from '../../lib/clock.ts';
import { fairPause, writeInTurns, type Pause } from '../file/in-turns.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import type { KnownByImport, StandingsOf } from './observations.ts';
import type { RememberedProducts } from './product-keeper.ts';
import { countIn, countSnapshots, isEqual, type SnapshotCounts } from './snapshot-counts.ts';
import {
  findUnfinished,
  noteFinished,
  noteUnfinished,
  recordWriter,
  standingWriter,
  walkStandings,
  type StandingRow,
  type StandingWalk,
} from './standings.ts';

/** A snapshot that an import stores. */
type Coming = {
  seriesId: number;
  id: number;
  slotAt: Instant;
  status: string;
  intervalMs: number;
  /** How many rows it has. */
  count: number;
};

/** Makes the standings of what one import stores, where that can be done on the way. */
export type InOrder = {
  /**
   * To be awaited outside any transaction, now and then: reads what a series held before, and ends
   * those that were written to first once there are too many to remember.
   */
  catchUp(): Promise<void>;
  /** Runs `work` in a transaction. Every snapshot that the import stores goes through this. */
  transaction<T>(work: () => T): T;
  /**
   * The products that were seen lately, and the standings of a snapshot, as far as they are known at
   * once; what is not is noted. Run inside `transaction`, once its row is there.
   */
  known(coming: Coming): KnownByImport;
  /** A snapshot of the series was taken back: its standings are made anew at the end. */
  drop(seriesId: number): void;
  /** Writes the records of what was stored in order; nothing else is missing of it then. */
  finish(): Promise<void>;
};

/**
 * A series that this import writes to. `unread`: what it held before is to be read yet. `plain`: its
 * standings are made at the end.
 */
type Followed = {
  kind: 'unread' | 'followed' | 'plain';
  walk: StandingWalk | null;
  /** What the series holds, if nobody else changed it. */
  counts: SnapshotCounts;
  /** How often others had written when that was last compared. */
  comparedWrites: number;
  lastSlotAt: Instant;
  /** Standings of snapshots that were stored before the series was read. */
  missing: StandingRow[];
};

/** Products to remember over all series, some 2 KB each. */
const MOST_PRODUCTS = 12_000;
/** Snapshots that are only read between two pauses. */
const READ_AT_ONCE = 20;

/** Follows the series that one import writes to; none are known yet. */
export function openInOrder(db: Db, clock: Clock, pause: Pause = fairPause(clock)): InOrder {
  /** By series, in the order in which they came. */
  const all = new Map<number, Followed>();
  const products: RememberedProducts = new Map();
  const writes = foreignWrites(db, () => products.clear());

  /** Is a series as this import left it? Others may have taken our note for done. */
  const isStill = (seriesId: number, followed: Followed): boolean => {
    if (followed.comparedWrites === writes.count()) return true;
    followed.comparedWrites = writes.count();
    noteUnfinished(db, seriesId, followed.lastSlotAt);
    return isEqual(countSnapshots(db, seriesId), followed.counts);
  };
  const begin = ({ seriesId, slotAt }: Coming): Followed => {
    const counts = countSnapshots(db, seriesId);
    const isOnly = counts.count === 1;
    const canFollow =
      findUnfinished(db, seriesId) === null && newestSlotAt(db, seriesId) === slotAt;
    noteUnfinished(db, seriesId, slotAt);
    const followed: Followed = {
      kind: 'unread',
      walk: isOnly && canFollow ? walkStandings(db, seriesId, slotAt) : null,
      counts,
      comparedWrites: writes.count(),
      lastSlotAt: slotAt,
      missing: [],
    };
    if (!canFollow) makePlain(followed);
    else if (isOnly) followed.kind = 'followed';
    all.set(seriesId, followed);
    return followed;
  };
  const goOn = (followed: Followed, coming: Coming): Followed => {
    const { seriesId, slotAt } = coming;
    if (followed.kind === 'plain') {
      noteUnfinished(db, seriesId, slotAt);
      return followed;
    }
    followed.counts = countIn(followed.counts, coming);
    const isNext = slotAt > followed.lastSlotAt && isStill(seriesId, followed);
    followed.lastSlotAt = slotAt;
    if (isNext) return followed;
    makePlain(followed);
    noteUnfinished(db, seriesId, slotAt);
    return followed;
  };
  const read = async (seriesId: number, followed: Followed) => {
    const { counts, lastSlotAt } = followed;
    const fromSlotAt = findUnfinished(db, seriesId) ?? lastSlotAt;
    const walk = walkStandings(db, seriesId, fromSlotAt);
    let count = 0;
    for (const { rows } of walk.steps) {
      followed.missing.push(...rows);
      if (++count % READ_AT_ONCE === 0) await pause(0);
    }
    if (!isEqual(countSnapshots(db, seriesId), counts)) return makePlain(followed);
    followed.kind = 'followed';
    followed.walk = walk;
  };
  const end = async (seriesId: number, followed: Followed) => {
    const { walk, missing } = followed;
    makePlain(followed);
    if (walk === null) return;
    const turns = {
      isStill: () => (writes.look(), isStill(seriesId, followed)),
      pause,
    };
    const writeMissing = standingWriter(db, getQuery(db, seriesId).list);
    if (!(await writeInTurns(db, clock, missing, writeMissing, turns))) return;
    const records = [...walk.records()];
    if (!(await writeInTurns(db, clock, records, recordWriter(db, seriesId), turns))) return;
    db.transaction(() => {
      if (turns.isStill()) noteFinished(db, seriesId);
    });
  };
  const standingsOf = (coming: Coming): StandingsOf => {
    if (!isEvaluatedStatus(coming.status)) return () => null;
    const followed = all.get(coming.seriesId);
    const { walk } = followed === undefined ? begin(coming) : goOn(followed, coming);
    if (walk === null) return () => null;
    const { slotAt, intervalMs, status } = coming;
    return (rows) => walk.next({ slotAt, intervalMs, isComplete: status === 'complete', rows });
  };
  return {
    catchUp: async () => {
      for (const [seriesId, followed] of all)
        if (followed.kind === 'unread') await read(seriesId, followed);
      let size = 0;
      for (const { walk } of all.values()) size += walk?.products() ?? 0;
      for (const [seriesId, followed] of all) {
        if (size <= MOST_PRODUCTS) break;
        size -= followed.walk?.products() ?? 0;
        await end(seriesId, followed);
      }
    },
    transaction: (work) => {
      try {
        return db.transaction(() => {
          writes.look();
          const value = work();
          writes.ownUpToHere();
          return value;
        });
      } catch (thrown) {
        // What is remembered may be of rows that were rolled back.
        for (const followed of all.values()) makePlain(followed);
        products.clear();
        throw thrown;
      }
    },
    known: (coming) => ({ products, standingsOf: standingsOf(coming) }),
    drop: (seriesId) => {
      const followed = all.get(seriesId);
      if (followed !== undefined) makePlain(followed);
    },
    finish: async () => {
      for (const [seriesId, followed] of all) await end(seriesId, followed);
    },
  };
}

function makePlain(followed: Followed): void {
  followed.kind = 'plain';
  followed.walk = null;
  followed.missing = [];
}

/** The slot of the newest snapshot of a series that counts. */
const newestSlotAt = (db: Db, seriesId: number): Instant | null =>
  db
    .statement(
      `SELECT max(slot_at) FROM snapshots WHERE series_id = ? AND ${evaluatedSql('status')}`,
    )
    .pluck()
    .get(seriesId) as Instant | null;

/**
 * Counts how often something else wrote to the file since a transaction of ours: SQLite numbers the
 * writes of other connections, and counts the rows that this one has written.
 */
function foreignWrites(
  db: Db,
  onOthers: () => void,
): { count(): number; look(): void; ownUpToHere(): void } {
  let count = 0;
  let known = '';
  const version = db.statement('PRAGMA data_version').pluck();
  const own = db.statement('SELECT total_changes()').pluck();
  const now = () => `${String(version.get())} ${String(own.get())}`;
  return {
    count: () => count,
    look: () => {
      const seen = now();
      if (seen === known) return;
      known = seen;
      count += 1;
      onOthers();
    },
    ownUpToHere: () => {
      known = now();
    },
  };
}
