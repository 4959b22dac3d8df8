// Standings made anew beside other writers: worked out outside any transaction, and written a
// little at a time.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import {
  findUnfinished,
  finishStandings,
  noteFinished,
  recordWriter,
  standingWriter,
  walkStandings,
  type StandingRow,
} from './standings.ts';

/** Rows per transaction: some 20 ms, measured, where 200 ms is what another writer may wait. */
const ROWS_AT_ONCE = 2_000;
/** Snapshots that are only read between two pauses. */
const READ_AT_ONCE = 20;
/**
 * How often it begins again because the series was changed meanwhile, before it does all in one
 * transaction.
 */
const MOST_ATTEMPTS = 5;

/**
 * What `finishStandings` does, for an import of any size: no transaction writes more than 2,000
 * rows, and `pause` is awaited between them, so that others write and this process does what else
 * it has to do. Killed at any moment, it is found undone and done again.
 */
export async function finishInChunks(
  db: Db,
  seriesIds: Iterable<number>,
  pause: () => Promise<void> = nextTurn,
): Promise<void> {
  for (const seriesId of seriesIds) {
    for (let attempt = 1; ; attempt++) {
      const fromSlotAt = findUnfinished(db, seriesId);
      if (fromSlotAt === null) break;
      if (attempt > MOST_ATTEMPTS) finishStandings(db, [seriesId]);
      else await finishSeries(db, seriesId, fromSlotAt, pause);
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Ends early when the snapshots of the series were changed: what is in memory would be wrong then.
 */
async function finishSeries(
  db: Db,
  seriesId: number,
  fromSlotAt: Instant,
  pause: () => Promise<void>,
): Promise<void> {
  const before = fingerprint(db, seriesId);
  const writeStandings = standingWriter(db, getQuery(db, seriesId).list);
  /** All or nothing; false when it would be wrong. */
  const commit = (write: () => void): boolean =>
    db.transaction(() => {
      if (fingerprint(db, seriesId) !== before) return false;
      write();
      return true;
    });
  let rows: StandingRow[] = [];
  let read = 0;
  const walk = walkStandings(db, seriesId, fromSlotAt);
  for (const { rows: changed } of walk.steps) {
    rows.push(...changed);
    if (rows.length >= ROWS_AT_ONCE) {
      const full = rows;
      rows = [];
      if (!commit(() => writeStandings(full))) return;
      await pause();
    } else if (++read % READ_AT_ONCE === 0) await pause();
  }
  const writeRecords = recordWriter(db, seriesId);
  const records = [...walk.records()];
  for (let at = 0; at < records.length; at += ROWS_AT_ONCE) {
    if (!commit(() => writeRecords(records.slice(at, at + ROWS_AT_ONCE)))) return;
    await pause();
  }
  if (!commit(() => writeStandings(rows))) return;
  await pause();
  commit(() => noteFinished(db, seriesId));
}

/** Changes with any snapshot that counts for the standings of a series. */
const fingerprint = (db: Db, seriesId: number): string =>
  db
    .statement(
      `SELECT count(*) || ' ' || total(id) || ' ' || total(slot_at) || ' ' || total("rows")
      FROM snapshots WHERE series_id = ? AND ${evaluatedSql('status')}`,
    )
    .pluck()
    .get(seriesId) as string;
