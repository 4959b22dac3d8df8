// A day of the simulated market as it is stored, for the benchmarks.
import type { Config } from '../../src/config/config.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import type { Db } from '../../src/store/file/open.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { insertSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { marketMetrics } from '../support/market-row.ts';
import { dayAt } from '../support/world.ts';

const market = createMarket({ seed: 9 });

/** A day of the simulated market as ranked products. */
export function marketDay(day: number): RankedProduct[] {
  const rows = market.list({
    region: 'US',
    timeScope: 7,
    day: new Date(dayAt(day)).toISOString().slice(0, 10),
  });
  return rows.map((row, index) => ({
    rank: index + 1,
    product: {
      upstreamId: row.third_ecom_category.id,
      name: row.third_ecom_category.value,
      categoryL1: row.first_ecom_category.value,
      categoryL2: row.second_ecom_category.value,
    },
    metrics: marketMetrics(row),
  }));
}

/** Stores a list as the complete snapshot of a day; returns its id. Run inside a transaction. */
export function storeDay(
  db: Db,
  ids: { watchId: number; seriesId: number },
  day: number,
  rows: readonly RankedProduct[],
): number {
  return insertSnapshot(db, {
    ...ids,
    slotAt: dayAt(day),
    takenAt: dayAt(day),
    status: 'complete',
    reason: null,
    moved: false,
    origin: 'schedule',
    rows,
    setAside: 0,
    total: 500,
    pages: 25,
    intervalMs: DAY_MS,
    contentHash: null,
  });
}

/** Stores so many days of the market for the watch `us-daily` of a config; returns their ids. */
export function storeMarketDays(db: Db, config: Config, days: number): number[] {
  const ids = db.transaction(() => syncConfig(db, config, dayAt(0) - 1)).watches.get('us-daily');
  if (ids === undefined) throw new Error('no watch');
  return Array.from({ length: days }, (_, day) =>
    db.transaction(() => storeDay(db, ids, day, marketDay(day))),
  );
}
