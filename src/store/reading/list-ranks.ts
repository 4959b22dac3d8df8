import { evaluatedSql } from '../../change/baseline.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import { getSnapshot } from '../snapshots/snapshots.ts';

/**
 * The ranks of every product of a snapshot in the last snapshots with rows of its series, up to and
 * including it, oldest first; null where a product was not seen. By upstream id.
 */
export function listRanksOfList(
  db: Db,
  snapshotId: number,
  length: number,
): Map<string, (number | null)[]> {
  const snapshots = db
    .statement(
      `SELECT s.id FROM snapshots s JOIN snapshots last ON last.id = @snapshotId
      WHERE s.series_id = last.series_id AND ${evaluatedSql('s.status')} AND s.slot_at <= last.slot_at
      ORDER BY s.slot_at DESC LIMIT @length`,
    )
    .pluck()
    .all({ snapshotId, length }) as number[];
  snapshots.reverse();
  const { table } = getQuery(db, getSnapshot(db, snapshotId).seriesId).list;
  const shown = db
    .statement(
      `SELECT o.product_id, p.upstream_id FROM ${table} o JOIN products p ON p.id = o.product_id
      WHERE o.snapshot_id = ?`,
    )
    .raw()
    .all(snapshotId) as [number, string][];
  const places = new Map(shown.map(([key], place) => [key, place]));
  const ranks = shown.map(() => snapshots.map((): number | null => null));
  const read = db.statement(`SELECT product_id, rank FROM ${table} WHERE snapshot_id = ?`).raw();
  snapshots.forEach((id, index) => {
    for (const [key, rank] of read.all(id) as [number, number][]) {
      const place = places.get(key);
      const row = place === undefined ? undefined : ranks[place];
      if (row !== undefined) row[index] = rank;
    }
  });
  return new Map(shown.map(([, upstreamId], place) => [upstreamId, ranks[place] ?? []]));
}
