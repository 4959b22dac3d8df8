import type { Instant } from '../lib/clock.ts';
import type { SlotRecord } from '../schedule/overdue.ts';
import type { Db } from './open.ts';

/** What is stored of a watch's slots; undefined for a name that was never configured. */
export function findSlotRecord(db: Db, watch: string): (SlotRecord & { watchId: number }) | undefined {
  return db.raw.prepare<[string], SlotRecord & { watchId: number }>(`
    SELECT w.id AS watchId, w.schedule, w.timezone, w.scheduled_from_at AS scheduledFromAt,
      (SELECT max(slot_at) FROM snapshots s WHERE s.watch_id = w.id AND s.origin IN ('schedule', 'catchup')) AS lastScheduledSlotAt,
      (SELECT max(slot_at) FROM snapshots s WHERE s.watch_id = w.id AND s.origin <> 'import') AS lastSlotAt
    FROM watches w WHERE w.name = ?`).get(watch);
}

/** Records slots that passed while nobody was there to take them. Run inside a transaction. */
export function insertMissed(db: Db, missed: readonly { watchId: number; seriesId: number; slotAt: Instant; intervalMs: number }[], reason: string): void {
  const insert = db.raw.prepare(`INSERT INTO snapshots (watch_id, series_id, slot_at, status, reason, origin, interval_ms) VALUES (?, ?, ?, 'missed', ?, 'schedule', ?) ON CONFLICT DO NOTHING`);
  for (const { watchId, seriesId, slotAt, intervalMs } of missed) insert.run(watchId, seriesId, slotAt, reason, intervalMs);
}
