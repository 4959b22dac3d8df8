import { baselineSql, PREVIOUS } from '../../change/baseline.ts';
import type { Compare } from '../../config/config.ts';
import type { Db } from '../file/open.ts';

/**
 * The id of what a stored snapshot is compared with; null when there is no baseline. `maxGapMs`
 * null: 3 intervals.
 */
export function findBaseline(
  db: Db,
  snapshotId: number,
  compare: Compare = PREVIOUS,
  maxGapMs: number | null = null,
): number | null {
  const baseline = baselineSql(compare, maxGapMs === null ? undefined : String(maxGapMs));
  const sql = `SELECT ${baseline} FROM snapshots s WHERE s.id = ?`;
  return (db.statement(sql).pluck().get(snapshotId) as number | null | undefined) ?? null;
}
