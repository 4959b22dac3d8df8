// Stage 2 of 5. A pure function: from pages as served to ranks. judge.ts decides what the snapshot
// is worth.
import type { ListQuery } from '../config/config.ts';
import type { Metrics, Product, ServedPage } from '../model.ts';
import { hashRows } from './hash-rows.ts';

/** One product with its rank and metrics. */
export type RankedProduct = { product: Product; rank: number; metrics: Metrics };

/** A list as it was served, not yet judged. */
export type ServedList = {
  /** Ascending by rank; each product once. */
  rows: readonly RankedProduct[];
  /** Rows without a usable product id: they keep their place. */
  setAside: number;
  /** Rows dropped because their product had a better rank elsewhere. */
  duplicates: number;
  /** The distinct totals reported, in the order they came. */
  totals: readonly number[];
  /**
   * How many places were served, with or without a usable id: the lowest place, at most the depth.
   */
  places: number;
  /** Pages with more rows than a full page has: the ranks after them are not certain. */
  longPages: readonly { page: number; rows: number }[];
  /** A hash over all rows in order: equal hashes mean equal lists. */
  contentHash: Buffer;
};

/**
 * A rank is what the row says itself, or else the position as served, 1-based over all pages: (page
 * - 1) * size of a full page + place on the page. So a missing page, a short page in the middle or a row without an id shifts
 * nobody else's rank. A product served twice keeps its better rank. Rows below `depth` are dropped,
 * and rows beyond the size of a page, which would stand on the ranks of the next one.
 */
export function buildList(
  pages: readonly ServedPage[],
  pageSize: number,
  query: ListQuery,
): ServedList {
  const best = new Map<string, RankedProduct>();
  let setAside = 0;
  let duplicates = 0;
  let places = 0;
  for (const page of pages) {
    page.rows.slice(0, pageSize).forEach((row, index) => {
      const place = (page.page - 1) * pageSize + index + 1;
      const rank = row.product === null ? place : (row.rank ?? place);
      if (rank > query.depth) return;
      places = Math.max(places, rank);
      if (row.product === null) {
        setAside += 1;
        return;
      }
      const known = best.get(row.product.upstreamId);
      if (known !== undefined) duplicates += 1;
      // Pages ascend, but a row may give its rank itself.
      if (known === undefined || rank < known.rank)
        best.set(row.product.upstreamId, { product: row.product, rank, metrics: row.metrics });
    });
  }
  const rows = [...best.values()].sort((a, b) => a.rank - b.rank);
  const totals = pages.map((page) => page.total).filter((total) => total !== null);
  return {
    rows,
    setAside,
    duplicates,
    totals: [...new Set(totals)],
    places,
    longPages: pages
      .filter((page) => page.rows.length > pageSize)
      .map((page) => ({ page: page.page, rows: page.rows.length })),
    contentHash: hashRows(rows, query.list),
  };
}
