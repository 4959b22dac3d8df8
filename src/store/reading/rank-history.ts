import { evaluatedSql } from '../../change/baseline.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import { getSnapshot } from '../snapshots/snapshots.ts';

/** Ranks by product id, oldest first; null where the product was not seen. */
export type RankHistory = ReadonlyMap<string, readonly (number | null)[]>;

/**
 * The ranks of some products in the last snapshots with rows of the same series, up to and
 * including the given one. What came after it does not show, so that a message looks the same
 * whenever it is rendered.
 */
export function listRankHistory(
  db: Db,
  snapshotId: number,
  productIds: readonly string[],
  length: number,
): RankHistory {
  const snapshots = db
    .statement(
      `
    SELECT s.id FROM snapshots s JOIN snapshots last ON last.id = @snapshotId
    WHERE s.series_id = last.series_id AND ${evaluatedSql('s.status')} AND s.slot_at <= last.slot_at
    ORDER BY s.slot_at DESC LIMIT @length
  `,
    )
    .pluck()
    .all({ snapshotId, length }) as number[];
  snapshots.reverse();
  const { list } = getQuery(db, getSnapshot(db, snapshotId).seriesId);
  const find = db
    .statement(
      `SELECT o.rank FROM ${list.table} o
      JOIN products p ON p.id = o.product_id AND p.source = '${list.seriesSource}'
      WHERE o.snapshot_id = ? AND p.upstream_id = ?`,
    )
    .pluck();
  return new Map(
    productIds.map((productId) => [
      productId,
      snapshots.map((id) => (find.get(id, productId) as number | undefined) ?? null),
    ]),
  );
}
