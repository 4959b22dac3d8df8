// What is known of each product before a snapshot: its record, its place in the baseline, and the
// values that z-scores look back on.
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { Past } from '../../snapshot/standing.ts';
import type { Db } from '../file/open.ts';
import { earlierValues } from './earlier-values.ts';

/** The snapshot that is stored, later than all others of its series. */
type Later = {
  list: ListKind;
  seriesId: number;
  slotAt: Instant;
  /** Its `previous` baseline. */
  baselineId: number | null;
};

type RecordRow = [rankBest: number, slotsOnList: number, firstSeenAt: Instant];

/** The past of each of the products of a snapshot, by the product's key. */
export function pastReader(
  db: Db,
  snapshot: Later,
  productIds: readonly number[],
): (productId: number) => Past {
  const { list, seriesId, baselineId } = snapshot;
  const find = db
    .statement(
      'SELECT rank_best, slots_on_list, first_seen_at FROM product_records WHERE series_id = ? AND product_id = ?',
    )
    .raw();
  const records = new Map(
    productIds.map((id) => [id, find.get(seriesId, id) as RecordRow | undefined]),
  );
  const valuesOf = earlierValues(
    db,
    snapshot,
    productIds.map((id) => {
      const [, slotsOnList, firstSeenAt] = records.get(id) ?? [null, 0, null];
      return { id, slotsOnList, firstSeenAt };
    }),
  );
  const baselineRows =
    baselineId === null
      ? []
      : (db
          .statement(`SELECT product_id, rank, streak FROM ${list.table} WHERE snapshot_id = ?`)
          .raw()
          .all(baselineId) as [number, number, number | null][]);
  const baseline = new Map(
    baselineRows.map(([productId, rank, streak]) => [productId, { rank, streak }]),
  );
  return (productId) => {
    const [rankBest, slotsOnList] = records.get(productId) ?? [null, 0];
    return {
      rankBest,
      slotsOnList,
      baseline: baselineId === null ? null : (baseline.get(productId) ?? 'absent'),
      values: valuesOf(productId),
    };
  };
}
