// What the leaderboard and the movers of a watch are about: which snapshot, against which baseline.
import type { Compare } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { findComparison, findNewest, type Comparison } from '../store/reading/leaderboard.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import { requireWatch, type ReadDeps } from './known-names.ts';

/** Which snapshot of a watch is asked for; `at` undefined: the newest there is. */
export type ShownQuery = { watch: string; compare: Compare; at: Instant | undefined };

export type Shown = {
  query: ShownQuery;
  /** The newest snapshot of the watch by then, whatever came of it; null when there is none. */
  newest: SnapshotRow | null;
  /** The newest complete one, which is shown, and its baseline; null when there is none. */
  comparison: Comparison | null;
};

/**
 * Finds what to show as of `now`. The rows are `listLeaders` of the comparison, or `readMovers`; as
 * JSON they are arrays of change rows.
 * @throws AppError `not_found` when there is no such watch.
 */
export function findShown(deps: ReadDeps, query: ShownQuery, now: Instant): Shown {
  const { watch, compare, at } = query;
  requireWatch(deps, watch);
  // A snapshot taken while the clock was ahead does not count as the newest, unless it is asked
  // for.
  const until = at ?? now;
  return {
    query,
    newest: findNewest(deps.db, watch, until) ?? null,
    comparison: findComparison(deps.db, watch, compare, until) ?? null,
  };
}
