// Passes of a dated list, asked for from a real server.
import { openSource, type Source } from '../../src/source/open-source.ts';
import { runPass } from '../../src/pipeline.ts';
import type { PassOutcome } from '../../src/pass/outcome.ts';
import type { Config } from '../../src/config/config.ts';
import type { Instant } from '../../src/lib/clock.ts';
import type { SnapshotOrigin } from '../../src/model.ts';
import { datedWatch, openShop, type Shop } from './dated-list.ts';
import { makeAccount, makeWorld, type World } from './world.ts';

export type DatedWorld = World & {
  shop: Shop;
  /** The pass of a slot, which it moves the clock on to. */
  take(slotAt: Instant | string, watch?: string, origin?: SnapshotOrigin): Promise<PassOutcome>;
  /** All rows of a statement, as arrays. */
  all(sql: string): unknown[];
  close(): Promise<void>;
};

/** A world with one watch of a day's list unless `overrides` says otherwise, one minute before 2026-01-01 06:00. */
export async function openDatedWorld(overrides: Partial<Config> = {}): Promise<DatedWorld> {
  const shop = await openShop();
  const world = makeWorld({
    sources: [makeAccount(), shop.source],
    watches: [datedWatch()],
    ...overrides,
  });
  const source: Source = openSource(shop.source, world.clock, Math.random);
  return {
    ...world,
    get config() {
      return world.config;
    },
    shop,
    take: async (at, name = world.config.watches[0]?.name, origin = 'schedule') => {
      const slotAt = typeof at === 'number' ? at : Date.parse(at);
      if (slotAt > world.clock.now()) await world.clock.advance(slotAt - world.clock.now());
      const watch = world.config.watches.find((candidate) => candidate.name === name);
      if (watch === undefined) throw new Error(`no watch ${name}`);
      const signal = new AbortController().signal;
      const { db, config, clock } = world;
      return runPass(
        { db, config, clock, signal, fetchList: source.fetchList },
        watch,
        slotAt,
        origin,
      );
    },
    all: (sql) => world.db.raw.prepare(sql).raw().all(),
    close: async () => {
      await source.close();
      await shop.close();
      world.close();
    },
  };
}
