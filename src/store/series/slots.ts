import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import { overdueSlots, type Overdue, type SlotRecord } from '../../schedule/overdue.ts';
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
  return row === undefined ? undefined : { ...row, isLastMissed: row.isLastMissed === 1 };
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
  const { due, missed, standIn } = overdueSlots(record, now);
  const first = missed[0] ?? due;
  if (first === null) return { due, missed, standIn };
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
    standIn,
  };
}

/**
 * Deletes the record that a slot was missed, as it is taken after all. Run inside a transaction.
 */
export const forgetMissed = (db: Db, watchId: number, slotAt: Instant): void =>
  void db
    .statement("DELETE FROM snapshots WHERE watch_id = ? AND slot_at = ? AND status = 'missed'")
    .run(watchId, slotAt);

/** Records slots that passed without being taken, and why. Run inside a transaction. */
export function insertMissed(
  db: Db,
  missed: readonly { watchId: number; seriesId: number; slotAt: Instant; intervalMs: number }[],
  reason: string,
): void {
  const insert = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, status, reason, origin, interval_ms)
      VALUES (?, ?, ?, 'missed', ?, 'schedule', ?) ON CONFLICT DO NOTHING`,
  );
  for (const { watchId, seriesId, slotAt, intervalMs } of missed)
    insert.run(watchId, seriesId, slotAt, reason, intervalMs);
}
