// How many products a whole list would have shown, and what is missing of them. Pure functions.
import { plural } from '../lib/text.ts';
import type { FetchedList, MissingPage, ServedPage } from '../model.ts';
import type { ServedList } from './build.ts';

/**
 * How many different products a whole list would have shown: of `depth` as many as the largest
 * total says there are, and never fewer than places were served. Without a total the list ends
 * where it is proven to end, or else goes on to `depth`.
 */
export function expectedRows(
  { pages, missing }: Pick<FetchedList, 'pages' | 'missing'>,
  places: number,
  depth: number,
): number {
  const total = largestTotal(pages);
  if (total !== null) return Math.min(depth, Math.max(total, places));
  return isEndKnown(pages, missing) ? places : depth;
}

/**
 * How many products the list says there are, tracked or not: the largest total, or where it has
 * none, and is proven to end within the depth, its places. null when it does not say.
 */
export function lengthOf(
  { pages, missing }: Pick<FetchedList, 'pages' | 'missing'>,
  places: number,
): number | null {
  const total = largestTotal(pages);
  if (total !== null) return Math.max(total, places);
  return isEndKnown(pages, missing) ? places : null;
}

/**
 * The last page says that nothing follows, or nothing did; and none after it was found to be
 * needed.
 */
function isEndKnown(pages: readonly ServedPage[], missing: readonly MissingPage[]): boolean {
  const last = pages.at(-1);
  if (last === undefined || missing.some(({ page }) => page > last.page)) return false;
  return last.hasMore === false || last.rows.length === 0;
}

/** Of totals that differ the largest counts: too few would make a list whole that is not. */
export function largestTotal(pages: readonly ServedPage[]): number | null {
  const totals = pages.map(({ total }) => total).filter((total) => total !== null);
  return totals.length === 0 ? null : Math.max(...totals);
}

/**
 * What a list falls short of although every page was served. Equal texts mean the same shortfall.
 * Null when a page is missing, or nothing is.
 */
export function shortfallOf(
  { pages, missing }: Pick<FetchedList, 'pages' | 'missing'>,
  list: ServedList,
  expected: number,
): string | null {
  const short = expected - list.rows.length;
  if (missing.length > 0 || pages.length === 0 || short <= 0) return null;
  return `${short} short, ${list.setAside} without id, ${list.duplicates} twice`;
}

/**
 * After this many lists in a row with the same shortfall, a new one with it is complete: it is how
 * the list is.
 */
export const SHORTFALLS_BEFORE = 2;

/** Why a list with rows is not whole. */
export function whyPartial(fetched: FetchedList, list: ServedList, expected: number): string {
  const parts = [
    list.rows.length < expected
      ? `${list.rows.length} of ${expected} products seen`
      : `${plural(list.rows.length, 'product')} seen`,
  ];
  if (fetched.missing.length > 0) parts.push(sayMissing(fetched.missing));
  if (list.setAside > 0) parts.push(`${plural(list.setAside, 'row')} without a product id`);
  if (list.duplicates > 0)
    parts.push(
      `${plural(list.duplicates, 'product')} served twice: the list moved while it was paged`,
    );
  if (list.totals.length > 1)
    parts.push(`the total changed from ${list.totals.join(' to ')} while it was paged`);
  if (parts.length === 1) parts.push('pages were shorter than they should be');
  return parts.join('; ');
}

/** Why there are no rows at all. */
export function whyEmpty(fetched: FetchedList, list: ServedList): string {
  if (list.setAside > 0) {
    const why = (fetched.doubts ?? []).map((doubt) => `; ${doubt}`).join('');
    return `none of the ${list.setAside} rows served has a product id${why}`;
  }
  if (fetched.missing.length === 0) return 'the source answered with an empty list';
  const [first] = fetched.missing;
  return first?.reason === 'daily_credits' ? first.detail : sayMissing(fetched.missing);
}

/** `page 3 missing (timeout: no answer within 30s)`, by reason. */
function sayMissing(missing: readonly MissingPage[]): string {
  const byDetail = new Map<string, number[]>();
  for (const { page, reason, detail } of missing) {
    const key = `${reason}: ${detail}`;
    byDetail.set(key, [...(byDetail.get(key) ?? []), page]);
  }
  return [...byDetail]
    .map(
      ([detail, pages]) =>
        `${pages.length === 1 ? 'page' : 'pages'} ${pages.join(', ')} missing (${detail})`,
    )
    .join('; ');
}
