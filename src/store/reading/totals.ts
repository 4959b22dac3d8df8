import type { Db } from '../file/open.ts';
import { listTables } from '../series/list-tables.ts';

/** How much a database holds in all. */
export type Totals = {
  snapshots: number;
  observations: number;
  /** That were told. */ alerts: number;
  /** Id of the latest that was told; null when none was. */ lastAlert: number | null;
};

/** Counts a whole database. Takes as long as it is large. */
export function readTotals(db: Db): Totals {
  const one = (sql: string) => db.statement(sql).pluck().get() as number | null;
  return {
    snapshots: one('SELECT count(*) FROM snapshots') ?? 0,
    observations: listTables(db.raw).reduce(
      (sum, table) => sum + (one(`SELECT count(*) FROM ${table}`) ?? 0),
      0,
    ),
    alerts: one('SELECT count(*) FROM alerts WHERE quiet IS NULL') ?? 0,
    lastAlert: one('SELECT max(id) FROM alerts WHERE quiet IS NULL'),
  };
}

/** Upstream id of the first on the leaderboard of a watch; undefined when it has none. */
export const findLeader = (db: Db, watch: string): string | undefined =>
  db
    .statement('SELECT product_id FROM leaderboard WHERE watch = ? AND rank = 1')
    .pluck()
    .get(watch) as string | undefined;
