// Which dates of a dated list are stored.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

/** The dates of a series of which rows are stored, whatever they were found to be. */
export const listStoredDates = (db: Db, seriesId: number): Set<string> =>
  new Set(
    db
      .statement(
        'SELECT DISTINCT data_date FROM snapshots WHERE series_id = ? AND data_date IS NOT NULL AND "rows" > 0',
      )
      .pluck()
      .all(seriesId) as string[],
  );

/**
 * The first free slot from an instant on, second by second: one that holds rows is that of another
 * list.
 */
export function freeSlot(db: Db, watchId: number, from: Instant): Instant {
  const isTaken = db
    .statement('SELECT 1 FROM snapshots WHERE watch_id = ? AND slot_at = ? AND "rows" > 0')
    .pluck();
  let slotAt = from;
  while (isTaken.get(watchId, slotAt) !== undefined) slotAt += 1_000;
  return slotAt;
}
