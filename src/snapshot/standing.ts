// A product's standing as of one snapshot: what is derived from its series up to and including that
// snapshot. Pure functions.
import { nextStreak, robustZ } from './robust-z.ts';

/**
 * The values of an observation that a standing depends on, in the order of `scoredColumns`: the
 * rank, then the scored metrics.
 */
export type Seen = readonly [rank: number, ...metrics: (number | null)[]];

/** One product's past in a series, before the snapshot. */
export type Past = {
  /** null when it was never seen. */
  rankBest: number | null;
  slotsOnList: number;
  /** In the `previous` baseline; null when there is none. */
  baseline: { rank: number; streak: number | null } | 'absent' | null;
  /**
   * For each figure of `Seen` its values in the last 28 earlier complete snapshots the product was
   * in, in any order; those that are not known are left out.
   */
  values: readonly ArrayLike<number>[];
};

/** The z-scores are ten-thousandths, in the order of `Seen`. */
export type Standing = {
  rankBest: number;
  slotsOnList: number;
  streak: number | null;
  scores: readonly (number | null)[];
};

const NONE: readonly number[] = [];

/** Where a product stands in its series with this snapshot counted in. */
export function standingOf(seen: Seen, past: Past): Standing {
  const [rank] = seen;
  const scores: (number | null)[] = [];
  for (let index = 0; index < seen.length; index++)
    scores.push(scaledScore(robustZ(seen[index] ?? null, past.values[index] ?? NONE)));
  return {
    rankBest: Math.min(rank, past.rankBest ?? rank),
    slotsOnList: past.slotsOnList + 1,
    streak: nextStreak(rank, past.baseline),
    scores,
  };
}

/** A z-score in ten-thousandths, as it is stored. */
export const scaledScore = (z: number | null): number | null =>
  z === null ? null : Math.round(z * 10_000);
