import type { Compare } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { findComparison, findNewest, type Comparison } from '../store/leaderboard.ts';
import type { SnapshotRow } from '../store/snapshots.ts';
import { staleNote, statusText } from '../terminal/comparison-text.ts';
import type { Io } from '../terminal/io.ts';
import { readAt } from '../terminal/options.ts';
import { timeWithZone } from '../terminal/times.ts';
import { requireWatch, type ReadDeps } from './known-names.ts';

/** The comparison to show, with a note when something newer is not complete; null, after saying why, when there is nothing to show. */
export function findShown(io: Io, deps: ReadDeps, watch: string, at: string | undefined, compare: Compare): { comparison: Comparison; note: string | null } | null {
  const { db, config: { timezone } } = deps;
  const until = readAt(at, timezone);
  requireWatch(deps, watch);
  const newest = findNewest(db, watch, until);
  const comparison = findComparison(db, watch, compare, until);
  if (newest !== undefined && comparison !== undefined) return { comparison, note: staleNote(newest, comparison.snapshot, timezone) };
  io.stderr(`${nothingText(watch, newest, until, timezone)}\n`);
  return null;
}

function nothingText(watch: string, newest: SnapshotRow | undefined, until: Instant | undefined, timezone: string): string {
  const when = until === undefined ? '' : ` up to ${timeWithZone(until, timezone)}`;
  if (newest !== undefined) return `${watch} has no complete snapshot${when === '' ? ' yet' : when}. The newest, ${timeWithZone(newest.slotAt, timezone)}, is ${statusText(newest)}.`;
  return when === '' ? `${watch} has no snapshot yet. Take one now: tidemark snapshot ${watch}` : `${watch} has no snapshot${when}.`;
}
