// Lists that are in a lake alone, as `retention.observations` with `then: lake` leaves them. The lake itself is not made:
// a pass looks at nothing of it.
import type { Instant } from '../../../src/lib/clock.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import type { Db } from '../../../src/store/file/open.ts';
import { scoredReader } from '../../../src/store/lake/left-values.ts';
import { deleteSnapshot } from '../../../src/store/snapshots/snapshots.ts';

/** Takes the oldest lists of a series out of the database. Run inside a transaction. */
export function letOldListsLeave(db: Db, seriesId: number, count: number): void {
  if (count === 0) return;
  const slots = db.raw
    .prepare('SELECT id, slot_at AS slotAt FROM snapshots WHERE series_id = ? ORDER BY slot_at')
    .all(seriesId) as { id: number; slotAt: Instant }[];
  const borderAt = slots[count]?.slotAt ?? NaN;
  const leaving = slots.slice(0, count).map(({ id }) => ({ id, seriesId, borderAt }));
  const packed = scoredReader(db, TOP_PRODUCTS, leaving);
  db.raw.exec(`INSERT INTO lake_months
      (id, place, folder, table_id, watch_id, month, version, path, bytes, sha256, confirmed_at)
    SELECT 1, '/lake', 'history', 'table', watch_id, '2026-06', 1, 'file', 1, zeroblob(32), 0
    FROM series WHERE id = ${seriesId}`);
  const move = db.raw.prepare(
    `INSERT INTO lake_snapshots (id, watch_id, series_id, slot_at, data_date, taken_at, status,
      reason, moved, origin, "rows", interval_ms, content_hash, month_id, rows_hash, packed)
    SELECT id, watch_id, series_id, slot_at, data_date, taken_at, status,
      reason, moved, origin, "rows", interval_ms, content_hash, 1, zeroblob(32), ?
    FROM snapshots WHERE id = ?`,
  );
  for (const one of leaving) {
    move.run(packed(one), one.id);
    deleteSnapshot(db, one.id);
  }
  db.raw.prepare('UPDATE series SET thinned_until_at = ? WHERE id = ?').run(borderAt + 1, seriesId);
}
