// A gate on lists whose earlier lists were sorted by their metric. Shuffled pages have every
// product and every value, and only the ranks are wrong. Pure functions.
import type { ServedList } from './build.ts';
import type { EarlierList, Pair } from './earlier.ts';
import { valueBefore, valueNow, type Gauge } from './gauge.ts';

/**
 * An ordinary list may have so many rows out of place: one garbled row, or a tie that hidden digits
 * broke.
 */
const FEW_OUT_OF_PLACE = 3;
const SORTED_SHARE = 0.01;
const UNSORTED_SHARE = 0.02;

/** Why the order is wrong; null when it is right, or when it never was by the metric. */
export function whyOutOfOrder(
  list: ServedList,
  last: EarlierList,
  { order }: Pick<Gauge, 'order'>,
): string | null {
  if (order === null) return null;
  const now = outOfPlace(list.rows.map((row) => valueNow(row, order)));
  if (now.rows <= Math.max(FEW_OUT_OF_PLACE, UNSORTED_SHARE * now.of)) return null;
  const ranked = [...last.rows.values()].sort((a, b) => a.rank - b.rank);
  const before = outOfPlace(ranked.map((row) => valueBefore(row, order)));
  if (before.of === 0 || before.rows > SORTED_SHARE * before.of) return null;
  return `${now.rows} of ${now.of} products are out of place: the list is not ordered by ${order.label}, as it was before`;
}

/**
 * How many values must be taken out so that the rest never rises. That is all but the longest run
 * that does not rise, found in n log n steps (patience sorting): for each length, the largest value
 * is kept that such a run can end with.
 */
export function outOfPlace(values: readonly (number | null)[]): { rows: number; of: number } {
  const ends: number[] = [];
  let of = 0;
  for (const value of values) {
    if (value === null) continue;
    of += 1;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) >= value) low = middle + 1;
      else high = middle;
    }
    ends[low] = value;
  }
  return { rows: of - ends.length, of };
}

/**
 * In two lists of one order the ranks of a product lie this near, as a share of the length; at
 * random they are a third apart.
 */
const NEAR_RANKS = 1 / 6;

/** Do both lists rank their products alike? Two shuffled lists do not. */
export function ranksAgree(pairs: readonly Pair[], length: number): boolean {
  const moved = pairs.reduce((sum, { now, before }) => sum + Math.abs(now.rank - before.rank), 0);
  return moved <= NEAR_RANKS * length * pairs.length;
}
