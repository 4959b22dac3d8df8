import type { Instant } from '../lib/clock.ts';
import type { Db } from './file/open.ts';
import { pruneRequests } from './ledger.ts';
import { thinHistory, type Thinning } from './snapshots/thin.ts';

/**
 * What a database needs once a day: history thinned and the ledger cut as configured (null: not at
 * all), and the planner's statistics kept fresh. Of each index some hundred rows are looked at, so
 * that it takes milliseconds at any size. Returns what went, with the number of requests that the
 * ledger forgot.
 */
export function dailyUpkeep(
  db: Db,
  { observationsMs, ledgerMs }: { observationsMs: number | null; ledgerMs: number | null },
  now: Instant,
): { thinned: Thinning[]; requests: number } {
  const thinned =
    observationsMs === null ? [] : thinHistory(db, now - observationsMs, { dryRun: false });
  const requests = ledgerMs === null ? 0 : pruneRequests(db, now - ledgerMs);
  db.raw.pragma('analysis_limit = 400');
  // 0x10000: also tables that this connection has not queried yet.
  db.raw.pragma('optimize = 0x10002');
  return { thinned, requests };
}
