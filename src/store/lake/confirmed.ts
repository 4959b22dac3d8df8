// What a verification of a lake found to be there, value for value.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';

/** The one file of a month and a watch in a table of a lake, as it was read. */
export type MonthFile = {
  /** As `LakePlace` says it. */
  place: string;
  folder: string;
  watch: string;
  month: string;
  tableId: string;
  version: number;
  path: string;
  bytes: number;
  sha256: Buffer;
};

/** Snapshots that the file has, value for value, with the hash of their rows. */
export type MonthProof = MonthFile & { units: { id: number; slotAt: Instant; rowsHash: Buffer }[] };

/**
 * Writes down what was confirmed; what was confirmed of the same month before is forgotten. A
 * snapshot that is gone by now is passed over. One transaction.
 */
export function saveConfirmed(db: Db, proofs: readonly MonthProof[], now: Instant): void {
  const findWatch = db.statement('SELECT id FROM watches WHERE name = ?').pluck();
  const save = db
    .statement(
      `INSERT INTO lake_months (place, folder, table_id, watch_id, month, version, path, bytes,
        sha256, confirmed_at)
      VALUES (@place, @folder, @tableId, @watchId, @month, @version, @path, @bytes, @sha256, @now)
      ON CONFLICT DO UPDATE SET table_id = excluded.table_id, version = excluded.version,
        path = excluded.path, bytes = excluded.bytes, sha256 = excluded.sha256,
        confirmed_at = excluded.confirmed_at
      RETURNING id`,
    )
    .pluck();
  const forget = db.statement('DELETE FROM lake_confirmed WHERE month_id = ?');
  const add = db.statement(
    `INSERT INTO lake_confirmed (snapshot_id, month_id, rows_hash)
    SELECT id, @monthId, @rowsHash FROM snapshots WHERE id = @id AND slot_at = @slotAt
    ON CONFLICT DO UPDATE SET month_id = excluded.month_id, rows_hash = excluded.rows_hash`,
  );
  db.transaction(() => {
    for (const { units, watch, ...file } of proofs) {
      const watchId = findWatch.get(watch) as number | undefined;
      if (watchId === undefined) continue;
      const monthId = save.get({ ...file, watchId, now }) as number;
      forget.run(monthId);
      for (const unit of units) add.run({ ...unit, monthId });
    }
  });
}

/** A file that was confirmed, and what of it; `rowsHashes` by the id of the snapshot. */
export type Confirmed = MonthFile & { id: number; rowsHashes: ReadonlyMap<number, Buffer> };

/** What is known of a month; null when it was never confirmed. */
export function findConfirmed(
  db: ReadOnlyDb,
  month: Pick<MonthFile, 'place' | 'folder' | 'watch' | 'month'>,
): Confirmed | null {
  const file = db
    .prepare<typeof month, MonthFile & { id: number }>(
      `SELECT m.id, m.place, m.folder, w.name AS watch, m.month, m.table_id AS tableId, m.version,
        m.path, m.bytes, m.sha256
      FROM lake_months m JOIN watches w ON w.id = m.watch_id
      WHERE m.place = @place AND m.folder = @folder AND w.name = @watch AND m.month = @month`,
    )
    .get(month);
  if (file === undefined) return null;
  const units = db
    .prepare<[number], [number, Buffer]>(
      'SELECT snapshot_id, rows_hash FROM lake_confirmed WHERE month_id = ?',
    )
    .raw()
    .all(file.id);
  return { ...file, rowsHashes: new Map(units) };
}

/** The newest version of a table that was confirmed; null when none was. */
export const newestConfirmed = (
  db: ReadOnlyDb,
  table: Pick<MonthFile, 'place' | 'folder'>,
): Pick<MonthFile, 'tableId' | 'version'> | null =>
  db
    .prepare<typeof table, Pick<MonthFile, 'tableId' | 'version'>>(
      `SELECT table_id AS tableId, version FROM lake_months
      WHERE place = @place AND folder = @folder ORDER BY confirmed_at DESC, version DESC LIMIT 1`,
    )
    .get(table) ?? null;
