// The daemon's schedule on a real database and a manual clock, with what it logs kept.
import type { Config } from '../../src/config/config.ts';
import { runSchedule } from '../../src/daemon/schedule.ts';
import type { FetchList } from '../../src/pipeline.ts';
import type { Db } from '../../src/store/file/open.ts';
import type { ManualClock } from './manual-clock.ts';

export type Logged = { message: string; fields: object };

export type RunningSchedule = {
  logged: readonly Logged[];
  /** How often it has looked at what is due. */
  looks(): number;
  /** Says that the config may be another. */
  reload(): void;
  stop(): Promise<void>;
};

/** Starts it. `config` is asked at every look. */
export function startSchedule(world: {
  db: Db;
  clock: ManualClock;
  config: () => Config;
  fetchList: FetchList;
}): RunningSchedule {
  const { db, clock, config, fetchList } = world;
  const stopping = new AbortController();
  const logged: Logged[] = [];
  const keep = (fields: object, message: string) => void logged.push({ message, fields });
  let looks = 0;
  let wake = () => {};
  const running = runSchedule({
    db,
    config: () => {
      looks++;
      return config();
    },
    clock,
    fetchList,
    signal: stopping.signal,
    log: { info: keep, warn: keep, error: keep },
    onReload: (look) => {
      wake = look;
      return () => (wake = () => {});
    },
  });
  return {
    logged,
    looks: () => looks,
    reload: () => wake(),
    stop: async () => {
      stopping.abort();
      await clock.advance(0);
      await running;
    },
  };
}
