// A gate on how long the list says it is, tracked or not. If 500 products became 250, the first 300
// have lost only 50, which says little. Pure functions.
import { MIN_LEVEL, sayEarlier, type EarlierList } from './earlier.ts';
import { valueBefore, type Gauge } from './gauge.ts';

/**
 * Of clean lists of tiny markets the length fell to 81 % from day to day, and to 71 % on a holiday
 * of a wild one.
 */
const MIN_SHARE = 0.7;
/**
 * The source cuts a list at this point if its last product still has a level. Such an end does not
 * vary as a thin tail does.
 */
const MIN_SHARE_OF_CUT = 0.9;
/** A list may always lose this many, however short it is. */
const MIN_LOST = 10;

/**
 * Why a list of `length` products, as it says itself, is too short to be the earlier one; null when
 * it is not, or does not say. The earlier one was as long as its total said, or at least as it has
 * rows.
 */
export function whyShorter(
  length: number | null,
  last: EarlierList,
  gauge: Pick<Gauge, 'level'>,
): string | null {
  if (length === null) return null;
  const before = Math.max(last.total ?? 0, last.rows.size);
  if (before - length < MIN_LOST || length >= MIN_SHARE_OF_CUT * before) return null;
  if (length >= MIN_SHARE * before && !isCut(last, gauge)) return null;
  return `it says that it has ${length} products, where it had ${before} in ${sayEarlier(last)}`;
}

/** Does the list end among products that have a level? */
function isCut(last: EarlierList, { level }: Pick<Gauge, 'level'>): boolean {
  for (const row of last.rows.values()) {
    const value = valueBefore(row, level);
    if (value === null || value < MIN_LEVEL) return false;
  }
  return true;
}
