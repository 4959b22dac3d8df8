import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import {
  overdueSlots,
  type OpenSlot,
  type Overdue,
  type SlotRecord,
} from '../../schedule/overdue.ts';
import type { Db } from '../file/open.ts';

/**
 * What is stored of a watch's slots as of an instant (default: all of it); undefined for a name
 * that was never configured. Slots after it were taken while the clock was ahead: now that it is
 * set right, they must not keep those before them from being due.
 */
export function findSlotRecord(
  db: Db,
  watch: string,
  now: Instant = Number.MAX_SAFE_INTEGER,
): (SlotRecord & { watchId: number }) | undefined {
  const row = db
    .statement(
      `
    SELECT w.id AS watchId, w.schedule, w.timezone, w.scheduled_from_at AS scheduledFromAt,
      s.slot_at AS lastScheduledSlotAt, s.status IS 'missed' AS isLastMissed,
      (SELECT max(slot_at) FROM snapshots s WHERE s.watch_id = w.id AND s.slot_at <= @now
        AND s.origin = 'manual' AND ${evaluatedSql('s.status')}) AS lastByHandAt
    FROM watches w
    LEFT JOIN snapshots s ON s.id = (SELECT id FROM snapshots t WHERE t.watch_id = w.id AND t.slot_at <= @now
      AND t.origin IN ('schedule', 'catchup') ORDER BY t.slot_at DESC LIMIT 1)
    WHERE w.name = @watch`,
    )
    .get({ watch, now }) as
    (Omit<SlotRecord, 'isLastMissed'> & { isLastMissed: number; watchId: number }) | undefined;
  if (row === undefined) return undefined;
  return { ...row, isLastMissed: row.isLastMissed === 1, open: findOpenSlot(db, row.watchId) };
}

/** The latest slot of a watch whose list was not published; null where there never was one. */
export const findOpenSlot = (db: Db, watchId: number): OpenSlot | null =>
  (db
    .statement(
      `SELECT slot_at AS slotAt, series_id AS seriesId, data_date AS dataDate,
        asked_at AS askedAt, asks FROM open_slots WHERE watch_id = ?`,
    )
    .get(watchId) as OpenSlot | undefined) ?? null;

/**
 * Writes down that the list of a slot was asked for and not published; with `counts` false that it
 * was to be, and no request was sent. Run inside a transaction. Returns how often it was asked for.
 */
export function noteOpenSlot(
  db: Db,
  { watchId, seriesId }: { watchId: number; seriesId: number },
  { slotAt, dataDate, askedAt }: Omit<OpenSlot, 'seriesId' | 'asks'>,
  counts = true,
): number {
  return db
    .statement(
      `INSERT INTO open_slots (watch_id, series_id, slot_at, data_date, asked_at, asks)
      VALUES (@watchId, @seriesId, @slotAt, @dataDate, @askedAt, 1)
      ON CONFLICT DO UPDATE SET series_id = excluded.series_id, slot_at = excluded.slot_at,
        data_date = excluded.data_date, asked_at = excluded.asked_at,
        asks = iif(slot_at = excluded.slot_at AND series_id = excluded.series_id, asks + @counts, 1)
      RETURNING asks`,
    )
    .pluck()

    .get({ watchId, seriesId, slotAt, dataDate, askedAt, counts: counts ? 1 : 0 }) as number;
}

/**
 * What is overdue of a watch with this record. A slot that has a snapshot, whoever stored it, is
 * neither due nor missed: an import may have filled it before the start, while the daemon ran, or
 * during the fetch.
 */
export function findOverdue(
  db: Db,
  record: SlotRecord & { watchId: number },
  now: Instant,
): Overdue {
  const overdue = overdueSlots(record, now);
  const { due, missed, waiting } = overdue;
  const first = missed[0] ?? due ?? waiting?.open.slotAt ?? null;
  if (first === null) return overdue;
  const filled = new Set(
    db
      .statement(
        "SELECT slot_at FROM snapshots WHERE watch_id = ? AND slot_at BETWEEN ? AND ? AND status <> 'missed'",
      )
      .pluck()
      .all(record.watchId, first, now),
  );
  return {
    due: due === null || filled.has(due) ? null : due,
    missed: missed.filter((slot) => !filled.has(slot)),
    standIn: overdue.standIn,
    waiting: waiting === null || filled.has(waiting.open.slotAt) ? null : waiting,
  };
}

/**
 * Deletes the record that a slot was missed, as it is taken after all. Run inside a transaction.
 */
export const forgetMissed = (db: Db, watchId: number, slotAt: Instant): void =>
  void db
    .statement("DELETE FROM snapshots WHERE watch_id = ? AND slot_at = ? AND status = 'missed'")
    .run(watchId, slotAt);

/** A slot that passed, and of a dated list the date that was lost with it. */
export type MissedSlot = {
  watchId: number;
  seriesId: number;
  slotAt: Instant;
  intervalMs: number;
  dataDate?: string | null;
};

/** Records slots that passed without being taken, and why. Run inside a transaction. */
export function insertMissed(db: Db, missed: readonly MissedSlot[], reason: string): void {
  const insert = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, data_date, status, reason, origin, interval_ms)
      VALUES (?, ?, ?, ?, 'missed', ?, 'schedule', ?) ON CONFLICT DO NOTHING`,
  );
  for (const { watchId, seriesId, slotAt, intervalMs, dataDate = null } of missed)
    insert.run(watchId, seriesId, slotAt, dataDate, reason, intervalMs);
}
