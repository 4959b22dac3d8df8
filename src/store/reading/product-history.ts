// Read queries behind `product`: one product's record and history in the series a watch follows.
import { and, asc, count, desc, eq, gt, inArray, lte, ne } from 'drizzle-orm';
import { EVALUATED_STATUSES, evaluatedSql, pairsSql, PREVIOUS } from '../../change/baseline.ts';
import { leftSql, presentSql } from '../../change/rows-sql.ts';
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { ChangeRow } from './leaderboard.ts';
import { findLeft } from '../lake/left.ts';
import type { Db } from '../file/open.ts';
import { productRecords } from '../schema/observations.ts';
import { products } from '../schema/products.ts';
import { snapshots } from '../schema/snapshots.ts';
import { series, watches } from '../schema/watches.ts';
import { getQuery } from '../series/series.ts';
import type { SnapshotRow } from '../snapshots/snapshots.ts';

/** A product that was seen in a series, with its record there. Times are slots. */
export type KnownProduct = {
  productId: number;
  upstreamId: string;
  name: string;
  categoryL1: string | null;
  categoryL2: string | null;
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  rankBest: number;
  slotsOnList: number;
};

/**
 * What a snapshot of a series showed of one product: its change row, one that says it left, or null
 * where it was not seen.
 */
export type HistoryPoint = { snapshot: SnapshotRow; change: ChangeRow | null };

const isEvaluated = inArray(snapshots.status, [...EVALUATED_STATUSES]);

/**
 * The newest complete or partial snapshot of a watch up to `now`: its series is the one that is
 * followed now.
 */
export function findNewestEvaluated(db: Db, watch: string, now: Instant): SnapshotRow | undefined {
  return db.orm
    .select({ snapshot: snapshots })
    .from(snapshots)
    .innerJoin(watches, eq(watches.id, snapshots.watchId))
    .where(and(eq(watches.name, watch), isEvaluated, lte(snapshots.slotAt, now)))
    .orderBy(desc(snapshots.slotAt))
    .limit(1)
    .get()?.snapshot;
}

/** Every product ever seen in a series, by name. */
export function listKnownProducts(db: Db, seriesId: number): KnownProduct[] {
  const { firstSeenAt, lastSeenAt, rankBest, slotsOnList } = productRecords;
  const { id: productId, upstreamId, name, categoryL1, categoryL2 } = products;
  return db.orm
    .select({
      productId,
      upstreamId,
      name,
      categoryL1,
      categoryL2,
      firstSeenAt,
      lastSeenAt,
      rankBest,
      slotsOnList,
    })
    .from(productRecords)
    .innerJoin(products, eq(products.id, productRecords.productId))
    .where(eq(productRecords.seriesId, seriesId))
    .orderBy(asc(name), asc(upstreamId))
    .all();
}

/** How many complete and partial snapshots a series has, with those that are in the lake alone. */
export function countEvaluated(db: Db, seriesId: number): number {
  const held =
    db.orm
      .select({ count: count() })
      .from(snapshots)
      .where(and(eq(snapshots.seriesId, seriesId), isEvaluated))
      .get()?.count ?? 0;
  return held + (findLeft(db.raw, { seriesId }, 'evaluated')?.snapshots ?? 0);
}

/** The last slot at which a product had its best rank, also one that is in the lake alone. */
export function findBestAt(
  db: Db,
  seriesId: number,
  { productId, rankBest }: KnownProduct,
): Instant | null {
  const { table } = getQuery(db, seriesId).list;
  const known = { seriesId, productId, rankBest };
  return db
    .statement(
      `SELECT max(slot_at) FROM (
        SELECT s.slot_at FROM snapshots s
          JOIN ${table} o ON o.snapshot_id = s.id AND o.product_id = @productId
        WHERE s.series_id = @seriesId AND ${evaluatedSql('s.status')} AND o.rank = @rankBest
        UNION ALL SELECT slot_at FROM lake_bests
        WHERE series_id = @seriesId AND product_id = @productId AND rank = @rankBest)`,
    )
    .pluck()
    .get(known) as Instant | null;
}

/** Other lists the watch has followed, under earlier queries. */
export function countEarlierSeries(db: Db, { watchId, seriesId }: SnapshotRow): number {
  return db.orm
    .selectDistinct({ id: series.id })
    .from(series)
    .innerJoin(snapshots, eq(snapshots.seriesId, series.id))
    .where(and(eq(series.watchId, watchId), ne(series.id, seriesId)))
    .all().length;
}

const PAIRS = `(SELECT * FROM ${pairsSql(PREVIOUS)} WHERE s.series_id = @series AND s.slot_at > @since) s`;
const changesSql = (list: ListKind): string =>
  `${presentSql(list, PAIRS, ['s.id AS snapshot_id'])} WHERE o.product_id = @product
UNION ALL ${leftSql(list, PAIRS, ['s.id AS snapshot_id'])} AND bo.product_id = @product`;

/**
 * Every snapshot of a series after a slot, oldest first, with what it showed of a product beside
 * the `previous` baseline.
 */
export function listHistory(
  db: Db,
  seriesId: number,
  productId: number,
  since: Instant,
): HistoryPoint[] {
  const rows = db
    .statement(changesSql(getQuery(db, seriesId).list))
    .all({ series: seriesId, product: productId, since }) as (ChangeRow & {
    snapshot_id: number;
  })[];
  const changes = new Map(
    rows.map(({ snapshot_id, ...change }) => [snapshot_id, change as ChangeRow]),
  );
  return db.orm
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.seriesId, seriesId), gt(snapshots.slotAt, since)))
    .orderBy(asc(snapshots.slotAt))
    .all()
    .map((snapshot) => ({ snapshot, change: changes.get(snapshot.id) ?? null }));
}
