import type { Instant } from '../lib/clock.ts';
import { overdueSlots, type Overdue, type SlotRecord } from '../schedule/overdue.ts';
import type { Db } from './open.ts';

/**
 * What is stored of a watch's slots as of an instant (default: all of it); undefined for a name that was never configured. Slots after it were
 * taken while the clock was ahead: now that it is set right, they must not keep those before them from being due.
 */
export function findSlotRecord(
  db: Db,
  watch: string,
  now: Instant = Number.MAX_SAFE_INTEGER,
): (SlotRecord & { watchId: number }) | undefined {
  return db.raw
    .prepare<{ watch: string; now: Instant }, SlotRecord & { watchId: number }>(
      `
    SELECT w.id AS watchId, w.schedule, w.timezone, w.scheduled_from_at AS scheduledFromAt,
      (SELECT max(slot_at) FROM snapshots s WHERE s.watch_id = w.id AND s.slot_at <= @now AND s.origin IN ('schedule', 'catchup')) AS lastScheduledSlotAt,
      (SELECT max(slot_at) FROM snapshots s WHERE s.watch_id = w.id AND s.slot_at <= @now AND s.origin = 'manual' AND s.status IN ('complete', 'partial')) AS lastByHandAt
    FROM watches w WHERE w.name = @watch`,
    )
    .get({ watch, now });
}

/**
 * What is overdue of a watch whose record this is. A slot that has a snapshot, whoever stored it, is neither due nor
 * missed: an import may have filled it, before the start, while the daemon runs, or during the fetch.
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
      .statement('SELECT slot_at FROM snapshots WHERE watch_id = ? AND slot_at BETWEEN ? AND ?')
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
 * Forgets slots after `now` that were recorded as missed while the clock was ahead: they can still be taken. Returns how
 * many. What was really taken then stays. Run inside a transaction.
 */
export const deleteMissedAfter = (db: Db, watchId: number, now: Instant): number =>
  db.raw
    .prepare("DELETE FROM snapshots WHERE watch_id = ? AND slot_at > ? AND status = 'missed'")
    .run(watchId, now).changes;

/** Brings watermarks that a clock ahead has put into the future back to the last snapshot evaluated by `now`. Returns how many rules that were. */
export const lowerWatermarks = (db: Db, seriesId: number, now: Instant): number =>
  db.raw
    .prepare(
      `UPDATE rule_watermarks SET last_slot_at = coalesce((SELECT max(s.slot_at) FROM snapshots s WHERE s.series_id = @series AND s.slot_at <= @now AND s.status IN ('complete', 'partial')), @now)
    WHERE series_id = @series AND last_slot_at > @now`,
    )
    .run({ series: seriesId, now }).changes;

/** Records slots that passed without being taken, and why. Run inside a transaction. */
export function insertMissed(
  db: Db,
  missed: readonly { watchId: number; seriesId: number; slotAt: Instant; intervalMs: number }[],
  reason: string,
): void {
  const insert = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, status, reason, origin, interval_ms) VALUES (?, ?, ?, 'missed', ?, 'schedule', ?) ON CONFLICT DO NOTHING`,
  );
  for (const { watchId, seriesId, slotAt, intervalMs } of missed)
    insert.run(watchId, seriesId, slotAt, reason, intervalMs);
}
