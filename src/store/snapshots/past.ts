// What is known of each product before a snapshot: its record, its place in the baseline, and the
// values that z-scores look back on.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { Past } from '../../snapshot/standing.ts';
import { readColumns } from '../file/columns.ts';
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
  const records = readRecords(db, snapshot, productIds);
  const valuesOf = earlierValues(
    db,
    snapshot,
    productIds.map((id) => {
      const [, slotsOnList, firstSeenAt] = records.get(id) ?? [null, 0, null];
      return { id, slotsOnList, firstSeenAt };
    }),
  );
  const baseline = baselineId === null ? null : readBaseline(db, list, baselineId);
  return (productId) => {
    const [rankBest, slotsOnList] = records.get(productId) ?? [null, 0];
    return {
      rankBest,
      slotsOnList,
      baseline: baseline === null ? null : (baseline.get(productId) ?? 'absent'),
      values: valuesOf(productId),
    };
  };
}

function readBaseline(
  db: Db,
  { table }: ListKind,
  snapshotId: number,
): Map<number, { rank: number; streak: number | null }> {
  const [ids = [], ranks = [], streaks = []] = readColumns(
    db,
    ['product_id', 'rank', 'streak'],
    `FROM ${table} WHERE snapshot_id = ?`,
    [snapshotId],
  ) as number[][];
  return new Map(
    ids.map((id, at) => [id, { rank: ranks[at] as number, streak: streaks[at] ?? null }]),
  );
}

/** The records of products as they were before the snapshot; none of those never seen then. */
function readRecords(
  db: Db,
  { list, seriesId, slotAt, isLatest }: Stored,
  productIds: readonly number[],
): Map<number, RecordRow> {
  const [ids = [], rankBest = [], slotsOnList = [], firstSeenAt = [], lastSeenAt = []] =
    readColumns(
      db,
      ['product_id', 'rank_best', 'slots_on_list', 'first_seen_at', 'last_seen_at'],
      `FROM product_records
      WHERE series_id = ? AND product_id IN (SELECT value FROM json_each(?))`,
      [seriesId, JSON.stringify(productIds)],
    ) as number[][];
  // What it was known as at its last sighting before: its standing there.
  const sighting = db
    .statement(
      `SELECT o.rank_best, o.slots_on_list FROM snapshots s
        CROSS JOIN ${list.table} o ON o.snapshot_id = s.id AND o.product_id = ?
      WHERE s.series_id = ? AND s.slot_at >= ? AND s.slot_at < ? AND ${evaluatedSql('s.status')}
      ORDER BY s.slot_at DESC LIMIT 1`,
    )
    .raw();
  const records = new Map<number, RecordRow>();
  for (const [at, id] of ids.entries()) {
    const first = firstSeenAt[at] as Instant;
    if (isLatest || (lastSeenAt[at] as Instant) < slotAt) {
      records.set(id, [rankBest[at] as number, slotsOnList[at] as number, first]);
      continue;
    }
    if (first > slotAt) continue;
    const seen = sighting.get(id, seriesId, first, slotAt) as [number, number] | undefined;
    if (seen !== undefined) records.set(id, [...seen, first]);
  }
  return records;
}
