import type { Instant } from '../lib/clock.ts';
import type { Db } from './file/open.ts';
import { thinHistory, type Thinning } from './snapshots/thin.ts';

/**
 * What a database needs once a day: history thinned as configured (`observationsMs` null: not at all), and the planner's
 * statistics kept fresh. Of each index some hundred rows are looked at, so that it takes milliseconds at any size.
 */
export function dailyUpkeep(
  db: Db,
  { observationsMs }: { observationsMs: number | null },
  now: Instant,
): Thinning[] {
  const thinned =
    observationsMs === null ? [] : thinHistory(db, now - observationsMs, { dryRun: false });
  db.raw.pragma('analysis_limit = 400');
  // 0x10000: also tables that this connection has not queried yet.
  db.raw.pragma('optimize = 0x10002');
  return thinned;
}
