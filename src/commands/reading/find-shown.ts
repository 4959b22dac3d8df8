import type { Compare } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import { findComparison, findNewest, type Comparison } from '../../store/reading/leaderboard.ts';
import type { SnapshotRow } from '../../store/snapshots/snapshots.ts';
import { comparisonLines, staleNote, statusText } from '../../terminal/comparison-text.ts';
import { wrapText } from '../../terminal/fit-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readAt } from '../../terminal/options.ts';
import { timeWithZone } from '../../words/times.ts';
import { requireWatch, type ReadDeps } from '../../report/known-names.ts';

/** What `top` and `movers` show: a comparison, what it is of in words, and a note (part of the heading) when something newer is not complete. */
export type Shown = { comparison: Comparison; heading: string; note: string | null };

/** Finds what to show, or says why there is nothing and returns null. */
export function findShown(
  io: Io,
  deps: ReadDeps,
  watch: string,
  at: string | undefined,
  compare: Compare,
): Shown | null {
  const {
    db,
    config: { timezone },
  } = deps;
  const until = readAt(at, timezone);
  // Without `--at`, what a clock ahead has taken is not the newest.
  const latest = until ?? io.clock.now();
  requireWatch(deps, watch);
  const newest = findNewest(db, watch, latest);
  const comparison = findComparison(db, watch, compare, latest);
  if (newest === undefined || comparison === undefined) {
    io.stderr(`${nothingText(watch, newest, until, timezone)}\n`);
    return null;
  }
  const note = staleNote(newest, comparison.snapshot, timezone);
  const lines = [
    ...comparisonLines(watch, comparison, compare, timezone),
    ...(note === null ? [] : [note]),
  ];
  return {
    comparison,
    heading: lines.map((line) => wrapText(line, io.columns, '  ')).join('\n'),
    note,
  };
}

function nothingText(
  watch: string,
  newest: SnapshotRow | undefined,
  until: Instant | undefined,
  timezone: string,
): string {
  const when = until === undefined ? '' : ` up to ${timeWithZone(until, timezone)}`;
  if (newest !== undefined)
    return `${watch} has no complete snapshot${when === '' ? ' yet' : when}. The newest, ${timeWithZone(newest.slotAt, timezone)}, is ${statusText(newest)}.`;
  return when === ''
    ? `${watch} has no snapshot yet. Take one now: tidemark snapshot ${watch}`
    : `${watch} has no snapshot${when}.`;
}
