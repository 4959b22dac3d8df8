// Which earlier snapshot a change is measured against. One rule, written once in SQL, for views,
// rules and digests.
import type { Compare } from '../config/config.ts';

/** Snapshots whose changes are told: the others are stale, suspect, failed or missed. */
export const EVALUATED_STATUSES = ['complete', 'partial'] as const;

/** Whether a snapshot of this status is evaluated. */
export const isEvaluatedStatus = (status: string): boolean =>
  EVALUATED_STATUSES.some((evaluated) => evaluated === status);

/**
 * SQL for the same question about a column, such as `s.status`. A `+` before the column keeps
 * SQLite from building an index on it.
 */
export const evaluatedSql = (column: string): string =>
  `${column} IN (${EVALUATED_STATUSES.map((status) => `'${status}'`).join(', ')})`;

/** Default of `max_gap`, in intervals of the schedule. */
export const MAX_GAP_INTERVALS = 3;

/**
 * SQL for the id of the baseline of snapshot `s`, NULL when there is none. Distances are slot to
 * slot.
 *
 * `previous`: the latest earlier complete snapshot of the series, unless it is more than `maxGapMs`
 * (SQL, default three intervals) older; a gap of exactly that still serves. `ago`: the complete
 * snapshot nearest to that long ago, at most half an interval away, inclusive, the earlier of two,
 * never itself or a later one.
 *
 * `among`: where it is looked for; `lake_snapshots` are those that are in a lake alone.
 */
export function baselineSql(
  compare: Compare,
  maxGapMs = `${MAX_GAP_INTERVALS} * s.interval_ms`,
  among: 'snapshots' | 'lake_snapshots' = 'snapshots',
): string {
  const isEarlier = "t.series_id = s.series_id AND t.status = 'complete' AND t.slot_at < s.slot_at";
  if (compare.kind === 'previous')
    return `(SELECT t.id FROM ${among} t WHERE ${isEarlier} AND t.slot_at >= s.slot_at - (${maxGapMs}) ORDER BY t.slot_at DESC LIMIT 1)`;
  const target = `(s.slot_at - ${compare.ms})`;
  // SQLite 3.40 (Debian's shell) knows no outer column in this ORDER BY: so the distance is a
  // column of its own. The inner LIMIT keeps the subquery from being folded away again.
  return `(SELECT c.id FROM (SELECT t.id, t.slot_at, abs(t.slot_at - ${target}) AS distance FROM ${among} t
    WHERE ${isEarlier} AND t.slot_at BETWEEN ${target} - s.interval_ms / 2 AND ${target} + s.interval_ms / 2 LIMIT -1) c ORDER BY c.distance, c.slot_at LIMIT 1)`;
}

/**
 * SQL for the newest complete snapshot `t` among those of a condition, such as `t.watch_id = w.id`:
 * its id, or another of its columns; NULL when there is none.
 */
export const newestCompleteSql = (
  among: string,
  column = 'id',
  table: 'snapshots' | 'lake_snapshots' = 'snapshots',
): string =>
  `(SELECT t.${column} FROM ${table} t WHERE ${among} AND t.status = 'complete' ORDER BY t.slot_at DESC LIMIT 1)`;

/** FROM item `s` for all evaluated snapshots, each with its baseline. */
export const pairsSql = (compare: Compare): string =>
  `(SELECT s.*, ${baselineSql(compare)} AS baseline_id FROM snapshots s WHERE ${evaluatedSql('+s.status')}) s`;

export const PREVIOUS: Compare = { kind: 'previous' };
/** The comparison with `days` days ago. */
export const daysAgo = (days: number): Compare => ({
  kind: 'ago',
  ms: days * 86_400_000,
  text: `${days}d`,
});
