// What is news about single products. Pure functions.
import { RECORD_AFTER_SLOTS } from '../change/movers.ts';
import type { ChangeFact } from '../store/digests/digest-facts.ts';

/**
 * Shorter streaks are no news: by chance every fourth product has two steps in the same direction.
 */
const SHORTEST_STREAK = 3;

/** Products of the baseline that reached their best rank ever after it, the best first. */
export const recordsOf = <Row extends ChangeFact>(rows: readonly Row[]): Row[] =>
  rows
    .filter(
      ({ status, rank_best, rank_best_before, slots_before }) =>
        status === 'stayed' &&
        (slots_before ?? 0) >= RECORD_AFTER_SLOTS &&
        (rank_best ?? Infinity) < (rank_best_before ?? -Infinity),
    )
    .sort((a, b) => (a.rank_best ?? 0) - (b.rank_best ?? 0) || (a.rank ?? 0) - (b.rank ?? 0));

/** Products whose rank got better, or worse, many times in a row; the longest first. */
export const streaksOf = <Row extends ChangeFact>(rows: readonly Row[]): Row[] =>
  rows
    .filter(({ streak }) => Math.abs(streak ?? 0) >= SHORTEST_STREAK)
    .sort(
      (a, b) => Math.abs(b.streak ?? 0) - Math.abs(a.streak ?? 0) || (a.rank ?? 0) - (b.rank ?? 0),
    );

/** A move is notable from a fifth of the rank on: 10 → 8, 400 → 320. */
const NOTABLE_FACTOR = 1.25;

/** How far a product moved, as a factor of at least 1, up or down; 1 when that is not known. */
export function moveFactor({
  rank,
  rank_before: before,
}: Pick<ChangeFact, 'rank' | 'rank_before'>): number {
  return rank === null || before === null ? 1 : Math.max(rank / before, before / rank);
}

/** Does this product break the quiet: by entering, by leaving, or by a move? */
export const isNotable = (row: ChangeFact): boolean =>
  row.status === 'stayed' ? moveFactor(row) >= NOTABLE_FACTOR : row.status !== null;
