// A product's standing as of one snapshot: what is derived from its series up to and including that snapshot. Pure.
import { nextStreak, robustZ } from './robust-z.ts';

/** What of an observation a standing depends on. */
export type Seen = { rank: number; posts: number | null; impressions: number | null };

/** One product's past in a series, before the snapshot. */
export type Past = {
  /** null when it was never seen. */
  rankBest: number | null;
  slotsOnList: number;
  /** In the `previous` baseline; null when there is none. */
  baseline: { rank: number; streak: number | null } | 'absent' | null;
  /** Its values in the last 28 earlier complete snapshots it was in, in any order; those that are not known are left out. */
  ranks: readonly number[];
  posts: readonly number[];
  impressions: readonly number[];
};

/** The z-scores are ten-thousandths. */
export type Standing = {
  rankBest: number;
  slotsOnList: number;
  streak: number | null;
  rankZ: number | null;
  postsZ: number | null;
  impressionsZ: number | null;
};

export function standingOf({ rank, posts, impressions }: Seen, past: Past): Standing {
  return {
    rankBest: Math.min(rank, past.rankBest ?? rank),
    slotsOnList: past.slotsOnList + 1,
    streak: nextStreak(rank, past.baseline),
    rankZ: scaled(robustZ(rank, past.ranks)),
    postsZ: scaled(robustZ(posts, past.posts)),
    impressionsZ: scaled(robustZ(impressions, past.impressions)),
  };
}

const scaled = (z: number | null): number | null => (z === null ? null : Math.round(z * 10_000));
