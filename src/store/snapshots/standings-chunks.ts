// Makes standings anew while others write: they are worked out outside any transaction, and written
// a little at a time.
import type { Clock, Instant } from '../../lib/clock.ts';
import { fairPause, writeInTurns, type Pause } from '../file/in-turns.ts';
import { isHeld, tryLock, type Lock } from '../file/lock.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import { countSnapshots, isEqual } from './snapshot-counts.ts';
import {
  findUnfinished,
  noteFinished,
  recordWriter,
  standingWriter,
  walkStandings,
  type StandingRow,
} from './standings.ts';

/** Rows that are gathered before they are written, so that memory is bounded. */
const GATHERED = 2_000;
/** Snapshots that are only read between two pauses. */
const READ_AT_ONCE = 20;
/**
 * How many times it begins again because the series was changed in the meantime, before it asks
 * imports to wait.
 */
const MOST_ATTEMPTS = 3;

/**
 * Makes the standings anew that imports have left out, for an import of any size: no transaction
 * lasts longer than 200 ms, and `pause` is awaited between them, so that others write and this
 * process does what else it has to do. Killed at any moment, it is found undone and done again.
 */
export async function finishInChunks(
  db: Db,
  seriesIds: Iterable<number>,
  clock: Clock,
  pause: Pause = fairPause(clock),
): Promise<void> {
  for (const seriesId of seriesIds) await whenFinished(db, seriesId, clock, () => {}, pause);
}

/**
 * Runs `work` in a transaction in which the series has all its standings. Missing ones are made
 * before it, in transactions of their own. If imports keep adding snapshots in the meantime, they
 * are asked to wait after a few tries.
 */
export async function whenFinished<T>(
  db: Db,
  seriesId: number,
  clock: Clock,
  work: () => T,
  pause: Pause = fairPause(clock),
): Promise<T> {
  let holdUp: Lock | null = null;
  try {
    for (let attempt = 1; ; attempt++) {
      if (attempt > MOST_ATTEMPTS) holdUp ??= askImportsToWait(db);
      const fromSlotAt = findUnfinished(db, seriesId);
      if (fromSlotAt !== null) await finishSeries(db, seriesId, fromSlotAt, clock, pause);
      const done = db.transaction(() =>
        findUnfinished(db, seriesId) === null ? { value: work() } : null,
      );
      if (done !== null) return done.value;
    }
  } finally {
    holdUp?.release();
  }
}

/**
 * Asks imports to wait. Null when another process has asked already, and in memory, where there is
 * no other process.
 */
const askImportsToWait = (db: Db): Lock | null =>
  db.path === ':memory:' ? null : tryLock(db.path, 'standings');

/** How often an import that waits looks again. */
const WAITING_MS = 50;

/**
 * Returns a function for an import to await before it stores a snapshot: it waits while another
 * process makes standings anew and could otherwise never finish.
 */
export function importTurns(db: Db, clock: Clock, signal: AbortSignal): () => Promise<void> {
  let askedMs = -Infinity;
  return async () => {
    // Asking opens a file, so it is not done for every row.
    if (db.path === ':memory:' || clock.monotonicMs() - askedMs < WAITING_MS) return;
    while (!signal.aborted && isHeld(db.path, 'standings')) await clock.sleep(WAITING_MS, signal);
    askedMs = clock.monotonicMs();
  };
}

/**
 * Makes the standings of one series. Ends early when its snapshots were changed: what is in memory
 * would be wrong then.
 */
async function finishSeries(
  db: Db,
  seriesId: number,
  fromSlotAt: Instant,
  clock: Clock,
  pause: Pause,
): Promise<void> {
  const before = countSnapshots(db, seriesId);
  const turns = { isStill: () => isEqual(countSnapshots(db, seriesId), before), pause };
  const writeStandings = standingWriter(db, getQuery(db, seriesId).list);
  let rows: StandingRow[] = [];
  let read = 0;
  const walk = walkStandings(db, seriesId, fromSlotAt);
  for (const { rows: changed } of walk.steps) {
    rows.push(...changed);
    if (rows.length >= GATHERED) {
      const full = rows;
      rows = [];
      if (!(await writeInTurns(db, clock, full, writeStandings, turns))) return;
    } else if (++read % READ_AT_ONCE === 0) await pause(0);
  }
  const records = [...walk.records()];
  if (!(await writeInTurns(db, clock, records, recordWriter(db, seriesId), turns))) return;
  if (!(await writeInTurns(db, clock, rows, writeStandings, turns))) return;
  db.transaction(() => {
    if (turns.isStill()) noteFinished(db, seriesId);
  });
}
