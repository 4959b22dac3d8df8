// Where a list ends, judged by the pages served so far. Pure functions.
import { pagesFor } from '../config/pass-cost.ts';
import type { ServedPage } from '../model.ts';

/**
 * When this many pages have one smaller size and a single page is larger, it is the large page that
 * is wrong.
 */
const ENOUGH_OTHERS = 3;

/**
 * Rows on a full page as this server serves it: the most on any page. It may be fewer than were
 * asked for (KeyAPI has clamped to 10), and the first page may be a short one. 0 when no page has
 * rows. A rank is (page - 1) * this + place on the page.
 *
 * A page longer than `asked` is no full page, unless the server ignores the limit on every page;
 * nor is a single one that is longer than all others: one row too many would shift every rank after
 * it.
 */
export function fullPageSize(pages: readonly ServedPage[], asked = Infinity): number {
  const most = mostRows(pages);
  const last = lastNumber(pages);
  if (most > asked && !ignoresLimit(pages, most))
    return mostRows(pages.filter(({ page, rows }) => page < last && rows.length <= asked)) || asked;
  const others = pages.filter(({ page, rows }) => page !== last && rows.length !== most);
  const [other] = others;
  const isAlone = pages.filter(({ rows }) => rows.length === most).length === 1;
  if (other === undefined || !isAlone || others.length < ENOUGH_OTHERS) return most;
  const size = other.rows.length;
  return size > 0 && others.every(({ rows }) => rows.length === size) ? size : most;
}

const mostRows = (pages: readonly ServedPage[]): number =>
  Math.max(0, ...pages.map((page) => page.rows.length));

const lastNumber = (pages: readonly ServedPage[]): number =>
  Math.max(0, ...pages.map(({ page }) => page));

/**
 * Every page has as many rows, the last one at most: and where it has fewer, the total says no
 * more.
 */
function ignoresLimit(pages: readonly ServedPage[], most: number): boolean {
  const last = lastNumber(pages);
  if (!pages.every(({ page, rows }) => page === last || rows.length === most)) return false;
  const rest = pages.find(({ page }) => page === last)?.rows.length ?? 0;
  const totals = pages.map(({ total }) => total).filter((total) => total !== null);
  return rest === most || totals.every((total) => total === (last - 1) * most + rest);
}

/**
 * The last page needed to see the first `depth` ranks, as far as the served pages tell; at least 1.
 *
 * One page never ends the list against the others: the largest total reported counts, a `has_more`
 * that is true goes on past it, and one that is false stops short of it only when the page after it
 * is indeed empty. So a garbled page costs at most a request or two, and whether rows are missing
 * is left to whoever compares them with the total.
 */
export function lastPage(
  pages: readonly ServedPage[],
  query: { depth: number },
  askedPageSize: number,
): number {
  const pageSize = fullPageSize(pages, askedPageSize) || askedPageSize;
  const byDepth = pagesFor(query.depth, pageSize);
  const totals = pages.map((page) => page.total).filter((total) => total !== null);
  const served = new Map(pages.map((page) => [page.page, page]));

  let last = totals.length === 0 ? byDepth : pagesFor(Math.max(...totals), pageSize);
  for (
    let page = served.get(last);
    page?.hasMore === true && page.rows.length > 0;
    page = served.get(last)
  )
    last += 1;
  return Math.min(last, byDepth, endOfList(pages) ?? Infinity);
}

/**
 * The last page of a list that is proven to end: `has_more` is false (or the page empty), and the
 * next page is empty. Where no page reports a total nothing contradicts `has_more`, and its word is
 * enough. null while the end is open.
 */
export function endOfList(pages: readonly ServedPage[]): number | null {
  const hasTotal = pages.some((page) => page.total !== null);
  const served = new Map(pages.map((page) => [page.page, page]));
  const ends = pages.filter((page) => {
    if (page.hasMore === false && !hasTotal) return true;
    const isEmpty = page.rows.length === 0;
    return served.get(page.page + 1)?.rows.length === 0 && (isEmpty || page.hasMore === false);
  });
  return ends.length === 0 ? null : Math.min(...ends.map((page) => page.page));
}
