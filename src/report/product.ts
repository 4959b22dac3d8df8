// One product's record and history in the list that a watch follows now.
import { DAY_MS, isoTime, isoTimeOrNull, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { cleanText } from '../lib/text.ts';
import type { Db } from '../store/file/open.ts';
import type { ListQuery } from '../config/config.ts';
import { findLeft, leftJson, type LeftPart } from '../store/lake/left.ts';
import { getQuery } from '../store/series/series.ts';
import {
  countEarlierSeries,
  countEvaluated,
  findBestAt,
  findNewestEvaluated,
  listHistory,
  listKnownProducts,
  type HistoryPoint,
  type KnownProduct,
} from '../store/reading/product-history.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import { commandText } from '../words/shell-text.ts';
import { requireWatch, type ReadDeps } from './known-names.ts';
import { matchProducts, searchProducts } from './match-products.ts';

/** The products that a text may mean, and the newest snapshot of the list they are on. */
export type FoundProducts = { newest: SnapshotRow; products: readonly KnownProduct[] };

export type ProductRecord = {
  /** The last slot at which it had its best rank. */
  bestAt: Instant | null;
  /** How many snapshots the list has had, whether the product was on it or not. */
  snapshots: number;
  latest: HistoryPoint;
};

export type ProductReport = {
  watch: string;
  product: KnownProduct;
  list: ListQuery;
  record: ProductRecord;
  /** Oldest first. */
  points: readonly HistoryPoint[];
  /**
   * Lists that the watch followed before its query was edited; they are not part of the history.
   */
  earlierLists: number;
  /** What of that time is in a lake alone; null where all of it is here. */
  left: LeftPart | null;
};

/**
 * Products of a watch by id, by name in any case, or by a part of the name: at least one.
 * @throws AppError `not_found` when there is no such watch, no complete snapshot, or no such
 *   product.
 */
export function findProducts(
  deps: ReadDeps,
  watch: string,
  text: string,
  now: Instant,
): FoundProducts {
  requireWatch(deps, watch);
  const newest = findNewestEvaluated(deps.db, watch, now);
  if (newest === undefined)
    throw new AppError('not_found', `${watch} has no complete snapshot yet`, {
      hint: `see why: ${commandText(['status'])}`,
    });
  const known = listKnownProducts(deps.db, newest.seriesId);
  const named = matchProducts(text, known);
  const products = named.length > 0 ? named : searchProducts(text, known);
  if (products.length === 0) throw notFound(watch, text, known);
  return { newest, products };
}

function notFound(watch: string, text: string, known: readonly KnownProduct[]): AppError {
  const meant = nearest(
    text,
    known.map(({ name }) => name),
  );
  return new AppError('not_found', `${watch} never showed a product ${JSON.stringify(text)}`, {
    hint:
      meant === undefined
        ? `see what is on the list: ${commandText(['top', watch])}`
        : `did you mean ${commandText(['product', watch, cleanText(meant)])}?`,
  });
}

/** The record of a product, and the snapshots of the `days` up to the newest one. */
export function readProduct(
  db: Db,
  watch: string,
  newest: SnapshotRow,
  product: KnownProduct,
  days: number,
): ProductReport {
  const { seriesId, slotAt } = newest;
  const since = slotAt - days * DAY_MS;
  const points = listHistory(db, seriesId, product.productId, since).filter(
    ({ snapshot }) => snapshot.slotAt <= slotAt,
  );
  return {
    watch,
    product,
    list: getQuery(db, seriesId),
    record: {
      bestAt: findBestAt(db, seriesId, product),
      snapshots: countEvaluated(db, seriesId),
      latest: points.find(({ snapshot }) => snapshot.id === newest.id) as HistoryPoint,
    },
    points,
    earlierLists: countEarlierSeries(db, newest),
    left: findLeft(db.raw, { seriesId, fromAt: since + 1, toAt: slotAt }),
  };
}

/** The shape of `product --json`; `change` is null in a snapshot that does not show the product. */
export const productJson = ({ watch, product, record, points, left }: ProductReport) => ({
  watch,
  ...leftJson(left),
  product: {
    id: product.upstreamId,
    name: product.name,
    category_l1: product.categoryL1,
    category_l2: product.categoryL2,
  },
  record: {
    rank: record.latest.change?.rank ?? null,
    rank_best: product.rankBest,
    rank_best_at: isoTimeOrNull(record.bestAt),
    first_seen_at: isoTime(product.firstSeenAt),
    last_seen_at: isoTime(product.lastSeenAt),
    slots_on_list: product.slotsOnList,
    snapshots: record.snapshots,
    streak: record.latest.change?.['streak'] ?? null,
  },
  history: points.map(({ snapshot, change }) => ({
    slot_at: isoTime(snapshot.slotAt),
    ...(snapshot.dataDate === null ? {} : { data_date: snapshot.dataDate }),
    snapshot_id: snapshot.id,
    snapshot_status: snapshot.status,
    reason: snapshot.reason,
    change,
  })),
});
