// Gate: a list whose earlier lists were sorted by their metric, and that is not. Shuffled pages
// have every product and every value, and only the ranks are wrong. Pure.
import type { ServedList } from './build.ts';
import type { EarlierList, Pair } from './earlier.ts';
import { valueBefore, valueNow, type Gauge } from './gauge.ts';

/**
 * Rows out of place that an ordinary list may have: one row garbled, a tie broken by hidden digits.
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
 * How many values must be taken out so that the others never rise: all but the longest run that
 * does not, found in n log n steps by keeping for each length the largest value such a run can end
 * with (patience sorting).
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
 * Of two lists in one order the ranks of a product lie this near, in lengths of the list: at random
 * it is a third.
 */
const NEAR_RANKS = 1 / 6;

/** Do both lists rank their products alike? Shuffled lists agree on nothing with each other. */
export function ranksAgree(pairs: readonly Pair[], length: number): boolean {
  const moved = pairs.reduce((sum, { now, before }) => sum + Math.abs(now.rank - before.rank), 0);
  return moved <= NEAR_RANKS * length * pairs.length;
}
