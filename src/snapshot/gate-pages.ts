// Gates on one list by itself: do its pages belong together? Pure functions. A list that fails here
// is never believed, however often it comes.
import { sayFactor } from './log-ratio.ts';
import { plural } from '../lib/text.ts';
import type { RankedProduct, ServedList } from './build.ts';
import { valueNow, type Gauge, type Gauged } from './gauge.ts';

/**
 * If more products than this were served twice, ranks of two lists are mixed. One or two are an
 * ordinary move.
 */
const MAX_DUPLICATE_SHARE = 0.01;
const FEW_DUPLICATES = 2;
/** From one page to the next, the metric that orders the list may not rise by this factor. */
const MAX_STEP_FACTOR = 1.5;

/** Why the pages cannot be of one list; null when they can. */
export function whyPagesDisagree(
  list: ServedList,
  pageSize: number,
  { order }: Pick<Gauge, 'order'>,
): string | null {
  const [long] = list.longPages;
  if (long !== undefined)
    return `page ${long.page} has ${plural(long.rows, 'row')}, where a full page has ${pageSize}: the ranks after it cannot be told`;
  if (list.duplicates > Math.max(FEW_DUPLICATES, MAX_DUPLICATE_SHARE * list.rows.length))
    return `${list.duplicates} products served twice: the list was rebuilt while it was paged`;
  return order === null ? null : whyStep(list.rows, pageSize, order);
}

/**
 * Where every page on its own is ordered by the metric of the list, a page whose values are far
 * above those of the page before it belongs to another list: another region, another window,
 * another day.
 */
function whyStep(rows: readonly RankedProduct[], pageSize: number, order: Gauged): string | null {
  let step: { page: number; factor: number } | null = null;
  let before: { rank: number; count: number } | null = null;
  for (const row of rows) {
    const { rank } = row;
    const count = valueNow(row, order);
    if (count === null || count === 0) continue;
    if (before !== null && count > before.count) {
      // It rises within a page too: the list is not sorted, so its order proves nothing.
      if (pageOf(rank, pageSize) === pageOf(before.rank, pageSize)) return null;
      const factor = count / before.count;
      if (factor > MAX_STEP_FACTOR && (step === null || factor > step.factor))
        step = { page: pageOf(rank, pageSize), factor };
    }
    before = { rank, count };
  }
  return step === null
    ? null
    : `pages ${step.page - 1} and ${step.page} are not of one list: ${order.label} rise ${sayFactor(Math.log(step.factor))} times between them, in a list ordered by ${order.label}`;
}

/** The page a rank stands on, from 1. */
export const pageOf = (rank: number, pageSize: number): number =>
  Math.floor((rank - 1) / pageSize) + 1;
