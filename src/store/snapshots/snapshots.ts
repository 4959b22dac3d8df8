import { and, eq, sql } from 'drizzle-orm';
import { evaluatedSql, isEvaluatedStatus, newestCompleteSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { SnapshotOrigin, SnapshotStatus } from '../../model.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import type { Verdict } from '../../snapshot/judge.ts';
import { findBaseline } from './baseline.ts';
import { deleteJudgement, saveJudgement } from './judgements.ts';
import { deleteObservations, insertObservations, type Place } from './observations.ts';
import { unsettle } from '../alerts/rule-states.ts';
import type { Db } from '../file/open.ts';
import { preparedOnce } from '../file/prepared.ts';
import { putLeftBack, takeLeft, type LeftRow } from '../lake/left.ts';
import { getQuery } from '../series/series.ts';
import { snapshots } from '../schema/snapshots.ts';
import type { InOrder } from './standings-in-order.ts';
import { finishStandings, noteUnfinished } from './standings.ts';

/** What a list was found to be, beside its status. */
export type Judgement = Pick<Verdict, 'note' | 'shortfall' | 'spread'>;

/** A snapshot about to be stored. `rows` is empty when it failed or was missed. */
export type NewSnapshot = {
  watchId: number;
  seriesId: number;
  slotAt: Instant;
  /** Of a dated list; null, or nothing, for one of now. */
  dataDate?: string | null;
  takenAt: Instant | null;
  status: SnapshotStatus;
  reason: string | null;
  moved: boolean;
  origin: SnapshotOrigin;
  rows: readonly RankedProduct[];
  setAside: number;
  total: number | null;
  pages: number;
  intervalMs: number;
  contentHash: Buffer | null;
  /** What it was found to be; none when it was not judged. */
  judgement?: Judgement | null;
};

export type SnapshotRow = typeof snapshots.$inferSelect;

const bySlot = preparedOnce((orm) =>
  orm
    .select()
    .from(snapshots)
    .where(
      and(
        eq(snapshots.watchId, sql.placeholder('watchId')),
        eq(snapshots.slotAt, sql.placeholder('slotAt')),
      ),
    )
    .prepare(),
);

/** The snapshot of a watch and slot, if there is one: a slot is never taken twice. */
export const findSnapshot = (db: Db, watchId: number, slotAt: Instant): SnapshotRow | undefined =>
  bySlot(db).get({ watchId, slotAt });

/** The slot of the complete snapshot that a series has of a date; null where there is none. */
export function findOfDate(db: Db, seriesId: number, dataDate: string | null): Instant | null {
  if (dataDate === null) return null;
  const found = db
    .statement(
      `SELECT slot_at FROM snapshots WHERE series_id = ? AND data_date = ? AND +status = 'complete'
      ORDER BY slot_at LIMIT 1`,
    )
    .pluck()
    .get(seriesId, dataDate);
  return (found as Instant | undefined) ?? null;
}

const byId = preparedOnce((orm) =>
  orm
    .select()
    .from(snapshots)
    .where(eq(snapshots.id, sql.placeholder('id')))
    .prepare(),
);

/** A snapshot that is known to exist. */
export function getSnapshot(db: Db, id: number): SnapshotRow {
  const row = byId(db).get({ id });
  if (row === undefined) throw new Error(`no snapshot ${id}`);
  return row;
}

/**
 * Stores a snapshot with its observations, products and product records. Run inside a transaction.
 * Returns its id. Where later snapshots of the series are stored already, their standings are noted
 * as unfinished: many rows, for `finishInChunks` outside this transaction.
 */
export function insertSnapshot(db: Db, snapshot: NewSnapshot): number {
  const { rows, judgement = null } = snapshot;
  // An import that is under way or was killed leaves snapshots without standings. What is decided
  // now must count them, so they are made first.
  if (rows.length > 0) finishStandings(db, [snapshot.seriesId]);
  const id = insertRow(db, snapshot);
  if (judgement !== null) saveJudgement(db, id, judgement);
  if (rows.length === 0) return id;
  const place = placeOf(db, snapshot);
  const { list } = getQuery(db, snapshot.seriesId);
  insertObservations(db, { ...snapshot, id, list, baselineId: findBaseline(db, id) }, place);
  if (place === 'earlier') {
    noteUnfinished(db, snapshot.seriesId, snapshot.slotAt);
    unsettle(db, snapshot.seriesId);
  }
  return id;
}

/** By hand: Drizzle takes a quarter of a millisecond to write the same statement. */
function insertRow(db: Db, { rows, dataDate = null, moved, ...snapshot }: NewSnapshot): number {
  takeLeft(db, snapshot.watchId, snapshot.slotAt);
  return Number(
    db
      .statement(
        `INSERT INTO snapshots (watch_id, series_id, slot_at, data_date, taken_at, status, reason,
          moved, origin, "rows", set_aside, total, pages, interval_ms, content_hash)
        VALUES (@watchId, @seriesId, @slotAt, @dataDate, @takenAt, @status, @reason,
          @moved, @origin, @rows, @setAside, @total, @pages, @intervalMs, @contentHash)`,
      )
      .run({ ...snapshot, dataDate, moved: moved ? 1 : 0, rows: rows.length }).lastInsertRowid,
  );
}

function placeOf(db: Db, snapshot: NewSnapshot): Place {
  if (!isEvaluatedStatus(snapshot.status)) return 'none';
  return hasLaterCounted(db, snapshot) ? 'earlier' : 'latest';
}

/**
 * Stores a snapshot in the place of one without rows (failed or missed) of its slot if there is one:
 * for imports. It has the standings that `inOrder` knows, or none: those are made by
 * `finishInChunks`, once all are stored. Run inside a transaction. Returns its id.
 */
export function importSnapshot(
  db: Db,
  snapshot: NewSnapshot,
  inOrder: Pick<InOrder, 'known'> | null = null,
): number {
  const { rows, judgement = null, seriesId, slotAt, status, intervalMs } = snapshot;
  const before = findSnapshot(db, snapshot.watchId, slotAt);
  const id = before === undefined ? insertRow(db, snapshot) : replaceRow(db, before, snapshot);
  if (judgement !== null) saveJudgement(db, id, judgement);
  const coming = { seriesId, id, slotAt, status, intervalMs, count: rows.length };
  if (inOrder === null && isEvaluatedStatus(status)) noteUnfinished(db, seriesId, slotAt);
  const known = inOrder?.known(coming);
  const { list } = getQuery(db, seriesId);
  insertObservations(db, { ...snapshot, id, list, baselineId: null }, 'none', known);
  return id;
}

/** The pages served at that time, and what was found of them, do not belong to this list. */
function replaceRow(
  db: Db,
  before: SnapshotRow,
  { judgement: _judgement, ...snapshot }: NewSnapshot,
): number {
  if (before.rows > 0) throw new Error(`snapshot ${before.id} has rows already`);
  db.statement('DELETE FROM raw_pages WHERE snapshot_id = ?').run(before.id);
  deleteJudgement(db, before.id);
  db.orm
    .update(snapshots)
    .set({ ...snapshot, rows: snapshot.rows.length })
    .where(eq(snapshots.id, before.id))
    .run();
  return before.id;
}

/**
 * Undoes `importSnapshot`: the slot is again what it was, `before`; `left`: it was in the lake
 * alone. Run inside a transaction.
 */
export function takeBackImport(
  db: Db,
  id: number,
  before: SnapshotRow | undefined,
  left: LeftRow | null,
): void {
  if (left !== null) putLeftBack(db, left);
  if (before === undefined) return deleteSnapshot(db, id);
  deleteJudgement(db, id);
  deleteObservations(db, id);
  db.orm.update(snapshots).set(before).where(eq(snapshots.id, id)).run();
}

/**
 * Later snapshots from a clock ahead do not count: because of them standings would be made anew at
 * every pass until the clock has caught up.
 */
const hasLaterCounted = (db: Db, { seriesId, slotAt, takenAt }: NewSnapshot): boolean =>
  db
    .statement(
      `SELECT EXISTS (SELECT 1 FROM snapshots WHERE series_id = ? AND slot_at > ? AND slot_at <= ? AND ${evaluatedSql('status')})`,
    )
    .pluck()
    .get(seriesId, slotAt, takenAt ?? slotAt) === 1;

/**
 * Deletes a snapshot that no alert refers to, with its observations and raw pages; its requests
 * stay in the ledger, and what was said of it stays said. Records and standings keep what they know
 * of it. Run inside a transaction.
 */
export function deleteSnapshot(db: Db, id: number): void {
  db.statement('UPDATE requests SET snapshot_id = NULL WHERE snapshot_id = ?').run(id);
  db.statement('UPDATE notifications SET snapshot_id = NULL WHERE snapshot_id = ?').run(id);
  deleteJudgement(db, id);
  db.statement('DELETE FROM raw_pages WHERE snapshot_id = ?').run(id);
  deleteObservations(db, id);
  db.statement('DELETE FROM snapshots WHERE id = ?').run(id);
}

/**
 * How long the list of a series was last: its total as the source last reported it (null when it
 * never did), and the pages of the last complete snapshot (0 when there is none).
 */
export function findExtent(
  db: Db,
  seriesId: number,
  now: Instant,
): { total: number | null; pages: number } {
  const own = "t.series_id = @seriesId AND t.slot_at <= @now AND t.origin <> 'import'";
  const last = db
    .statement(
      `SELECT (SELECT t.total FROM snapshots t WHERE ${own} AND t.total IS NOT NULL
        ORDER BY t.slot_at DESC LIMIT 1) AS total, ${newestCompleteSql(own, 'pages')} AS pages`,
    )
    .get({ seriesId, now }) as { total: number | null; pages: number | null };
  return { total: last.total, pages: last.pages ?? 0 };
}
