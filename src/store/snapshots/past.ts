// What is known of each product before a snapshot: its record, its place in the baseline, and the
// values that z-scores look back on.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { Past } from '../../snapshot/standing.ts';
import type { Db } from '../file/open.ts';
import { earlierValues } from './earlier-values.ts';

/** The snapshot that is stored. */
type Stored = {
  list: ListKind;
  seriesId: number;
  slotAt: Instant;
  /** Its `previous` baseline. */
  baselineId: number | null;
  /** It is later than all others of its series, so that records know nothing of a time after it. */
  isLatest: boolean;
};

type RecordRow = [rankBest: number, slotsOnList: number, firstSeenAt: Instant];

/**
 * The past of each of the products of a snapshot, by the product's key. All of its series before it
 * must have their standings.
 */
export function pastReader(
  db: Db,
  snapshot: Stored,
  productIds: readonly number[],
): (productId: number) => Past {
  const { list, baselineId } = snapshot;
  const recordOf = recordReader(db, snapshot);
  const records = new Map(productIds.map((id) => [id, recordOf(id)]));
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

/** Finds a product's record as it was before the snapshot; undefined when it was never seen then. */
function recordReader(
  db: Db,
  { list, seriesId, slotAt, isLatest }: Stored,
): (productId: number) => RecordRow | undefined {
  const find = db
    .statement(
      `SELECT rank_best, slots_on_list, first_seen_at, last_seen_at FROM product_records
      WHERE series_id = ? AND product_id = ?`,
    )
    .raw();
  // What it was known as at its last sighting before: its standing there.
  const sighting = db
    .statement(
      `SELECT o.rank_best, o.slots_on_list FROM snapshots s
        CROSS JOIN ${list.table} o ON o.snapshot_id = s.id AND o.product_id = ?
      WHERE s.series_id = ? AND s.slot_at >= ? AND s.slot_at < ? AND ${evaluatedSql('s.status')}
      ORDER BY s.slot_at DESC LIMIT 1`,
    )
    .raw();
  return (productId) => {
    const record = find.get(seriesId, productId) as [...RecordRow, Instant] | undefined;
    if (record === undefined) return undefined;
    const [rankBest, slotsOnList, firstSeenAt, lastSeenAt] = record;
    if (isLatest || lastSeenAt < slotAt) return [rankBest, slotsOnList, firstSeenAt];
    if (firstSeenAt > slotAt) return undefined;
    const seen = sighting.get(productId, seriesId, firstSeenAt, slotAt);
    return seen === undefined ? undefined : [...(seen as [number, number]), firstSeenAt];
  };
}
