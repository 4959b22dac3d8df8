// Decides when a list that is unlike the last complete one is simply how the list is now: a market
// that grew, or a unit that changed. Pure functions.
import type { EarlierList } from './earlier.ts';
import { pairsOf } from './earlier.ts';
import { ranksAgree } from './gate-order.ts';
import type { ServedList } from './build.ts';
import { measureOver, whyUnlike, type Yardstick } from './unlike.ts';

/** How many doubtful lists before it a list must agree with: with it they are three in a row. */
export const DOUBTED_BEFORE = 2;

/** Lists of one kind lie nearer to each other than to the list they are unlike, by this factor. */
const NEARER = 0.7;

/**
 * Does a list that was found unlike `last` agree with the doubtful ones just before it? It does
 * when it would be believed beside each of them. Where the series' own spread is no yardstick
 * (another region's market is steadier, or wilder) it must lie clearly nearer to them than to
 * `last`; and it must rank products as they do, since shuffled lists agree on nothing.
 */
export function agreesWithDoubted(
  list: ServedList,
  doubted: readonly EarlierList[],
  last: EarlierList,
  yardstick: Yardstick,
): boolean {
  if (doubted.length < DOUBTED_BEFORE) return false;
  const { gauge } = yardstick;
  const toLast = measureOver(pairsOf(list.rows, last, gauge), last.ageMs, gauge).spread;
  return doubted.every((earlier) => {
    const pairs = pairsOf(list.rows, earlier, gauge);
    if (!ranksAgree(pairs, list.rows.length)) return false;
    const measured = measureOver(pairs, earlier.ageMs, gauge);
    if (whyUnlike(list, earlier, pairs, measured, { ...yardstick, usual: [] }) !== null)
      return false;
    if (whyUnlike(list, earlier, pairs, measured, yardstick) === null) return true;
    const { spread } = measured;
    return spread !== null && toLast !== null && spread <= NEARER * toLast;
  });
}
