// A product's standing as of one snapshot: what is derived from its series up to and including that
// snapshot. Pure functions.
import { nextStreak, robustZ, Z_WINDOW } from './robust-z.ts';

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
   * Its values in the last 28 earlier complete snapshots the product was in; null where it was in
   * none that counts.
   */
  values: EarlierValues | null;
};

/** The values of many products in one piece: to cut each out took as long as to score it. */
export type EarlierValues = {
  /** For each figure of each product room for 28 values, in any order; unknown ones are left out. */
  values: Float64Array;
  /** How many of these there are, by product, then in the order of `Seen`. */
  counts: Uint8Array;
  /** Where the product begins in `counts`. */
  first: number;
};

/** The z-scores are ten-thousandths, in the order of `Seen`. */
export type Standing = {
  rankBest: number;
  slotsOnList: number;
  streak: number | null;
  scores: readonly (number | null)[];
};

/** Where a product stands in its series with this snapshot counted in. */
export function standingOf(seen: Seen, past: Past): Standing {
  const [rank] = seen;
  const scores: (number | null)[] = [];
  for (let index = 0; index < seen.length; index++)
    scores.push(scaledScore(scoreAt(seen[index] ?? null, past.values, index)));
  return {
    rankBest: Math.min(rank, past.rankBest ?? rank),
    slotsOnList: past.slotsOnList + 1,
    streak: nextStreak(rank, past.baseline),
    scores,
  };
}

function scoreAt(value: number | null, of: EarlierValues | null, index: number): number | null {
  if (of === null) return null;
  const figure = of.first + index;
  return robustZ(value, of.values, figure * Z_WINDOW, of.counts[figure] ?? 0);
}

/** A z-score in ten-thousandths, as it is stored. */
export const scaledScore = (z: number | null): number | null =>
  z === null ? null : Math.round(z * 10_000);
