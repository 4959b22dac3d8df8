// What the leaderboard and the movers of a watch are about: which snapshot, against which baseline.
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import type { Compare } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Db } from '../store/file/open.ts';
import { findLeftBetween, type LeftSnapshot } from '../store/lake/left.ts';
import { findComparison, findNewest, type Comparison } from '../store/reading/leaderboard.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import { commandText } from '../words/shell-text.ts';
import { requireWatch, type ReadDeps } from './known-names.ts';

/** Which snapshot of a watch is asked for; `at` undefined: the newest there is. */
export type ShownQuery = { watch: string; compare: Compare; at: Instant | undefined };

export type Shown = {
  query: ShownQuery;
  /** The newest snapshot of the watch by then, whatever came of it; null when there is none. */
  newest: SnapshotRow | null;
  /** The newest complete one, which is shown, and its baseline; null when there is none. */
  comparison: Comparison | null;
  /** What it would have been compared with, were that not in a lake alone; null where it is not. */
  baselineLeft: LeftSnapshot | null;
};

/**
 * Finds what to show as of `now`. The rows are `listLeaders` of the comparison, or `readMovers`; as
 * JSON they are arrays of change rows.
 * @throws AppError `not_found` when there is no such watch, or when the list of that time is in a lake
 *   alone: an older one in its place would be no answer.
 */
export function findShown(deps: ReadDeps, query: ShownQuery, now: Instant): Shown {
  const { watch, compare, at } = query;
  requireWatch(deps, watch);
  // A snapshot taken while the clock was ahead does not count as the newest, unless it is asked
  // for.
  const until = at ?? now;
  const comparison = findComparison(deps.db, watch, compare, until) ?? null;
  const left = findLeftBetween(deps.db, watch, comparison?.snapshot.slotAt ?? -1, until);
  if (left !== null) throw leftError(left);
  return {
    query,
    newest: findNewest(deps.db, watch, until) ?? null,
    comparison,
    baselineLeft: comparison && findBaselineLeft(deps.db, watch, compare, comparison),
  };
}

/** What is said of a list that was asked for, and is in a lake alone. */
export const leftError = ({ watch, slotAt, place }: LeftSnapshot): AppError =>
  new AppError(
    'not_found',
    `the list of ${watch} of ${isoTime(slotAt)} is in the lake alone, at ${place}`,
    { hint: `how to read it: ${commandText(['help', 'growing'])}` },
  );

/** A nearer list than the baseline that was found would be one that is in a lake alone. */
function findBaselineLeft(
  db: Db,
  watch: string,
  compare: Compare,
  { snapshot, baseline }: Comparison,
): LeftSnapshot | null {
  const { slotAt, intervalMs } = snapshot;
  if (compare.kind === 'ago') {
    const target = slotAt - compare.ms;
    if (baseline !== null) return null;
    return findLeftBetween(db, watch, target - intervalMs / 2 - 1, target + intervalMs / 2);
  }
  const oldest = slotAt - MAX_GAP_INTERVALS * intervalMs - 1;
  return findLeftBetween(db, watch, baseline?.slotAt ?? oldest, slotAt - 1);
}
