// What is measured on a world: what the daemon does again and again, and what people look at.
import { runDueDigests } from '../../../src/digest/run-due.ts';
import { buildDigest } from '../../../src/digest/build.ts';
import { findDue } from '../../../src/daemon/find-due.ts';
import { tidyUp } from '../../../src/daemon/tidy-up.ts';
import { deliverDue, runDispatcher } from '../../../src/delivery/dispatch.ts';
import { enqueue } from '../../../src/delivery/enqueue.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../src/lib/clock.ts';
import type { FetchedList, Ledger } from '../../../src/model.ts';
import { runPass } from '../../../src/pipeline.ts';
import { findShown } from '../../../src/report/shown.ts';
import { readStatus } from '../../../src/report/status.ts';
import { listOpenAlerts } from '../../../src/store/reading/open-alerts.ts';
import { listLeaders } from '../../../src/store/reading/leaderboard.ts';
import { alertsMessage } from '../../delivery/sample-messages.ts';
import { dayAt, makeWatch } from '../../support/world.ts';
import { LAST_DAY } from './lists.ts';
import type { Grown } from './world.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Something that is done on a world, so many `times` in one measurement. */
export type Work = {
  what: string;
  times: number;
  /** How many of it one run does. */
  units: number;
  /** Ready to be called again and again. */
  on(world: Grown): { prepare?(): Promise<void> | void; run(): Promise<void> | void };
};

export const TICK: Work = {
  what: 'idle tick',
  times: 20,
  units: 1,
  on: (world) => {
    const { db, clock, config } = world;
    const deps = { db, clock, log, signal: new AbortController().signal };
    return {
      run: async () => {
        const due = await findDue(deps, config);
        if (due.length > 0) throw new Error(`${due.length} due`);
        runDueDigests({ ...deps, config });
        await tidyUp(deps, config);
      },
    };
  },
};

const SECONDS = 50;
export const IDLE_SECONDS: Work = {
  what: 'idle second',
  times: 1,
  units: SECONDS,
  on: (world) => {
    const { db, clock, config } = world;
    return {
      run: async () => {
        const stop = new AbortController();
        const running = runDispatcher(
          {
            ...{ db, clock, log, channels: config.channels, smtp: null, timezone: 'UTC' },
            random: () => 0.5,
          },
          stop.signal,
        );
        for (let second = 0; second < SECONDS; second++) await clock.advance(SECOND_MS);
        stop.abort();
        await running;
        clock.jump(-SECONDS * SECOND_MS);
      },
    };
  },
};

const MESSAGES = 20;
export const DELIVERY: Work = {
  what: 'delivery',
  times: 1,
  units: MESSAGES,
  on: ({ db, config, clock }) => {
    let keys = 0;
    const [channel] = config.channels;
    if (channel === undefined) throw new Error('no channel');
    return {
      prepare: () =>
        db.transaction(() => {
          for (let index = 0; index < MESSAGES; index++)
            enqueue(db, {
              ...{ key: `new-${keys++}`, channel, message: alertsMessage(), alerts: [] },
              now: clock.now(),
            });
        }),
      run: async () => {
        const { delivered } = await deliverDue({
          ...{ db, log, channels: config.channels, smtp: null, timezone: 'UTC' },
          ...{ clock, random: () => 0.5 },
        });
        if (delivered !== MESSAGES) throw new Error(`${delivered} delivered`);
      },
    };
  },
};

export const STATUS: Work = {
  what: 'status',
  times: 5,
  units: 1,
  on: ({ db, config, clock }) => ({
    run: () => void readStatus(db, config, clock.now()),
  }),
};

export const LEADERBOARD: Work = {
  what: 'leaderboard',
  times: 3,
  units: 1,
  on: ({ db, config, clock }) => ({
    run: () => {
      const query = { watch: 'us-daily', compare: { kind: 'previous' }, at: undefined } as const;
      const { comparison } = findShown({ db, config }, query, clock.now());
      if (comparison === null) throw new Error('nothing to show');
      listLeaders(db, comparison, undefined);
      listOpenAlerts(db, 'us-daily');
    },
  }),
};

export const DIGEST: Work = {
  what: 'digest',
  times: 1,
  units: 1,
  on: ({ db, config }) => ({
    run: () => {
      const slotAt = dayAt(LAST_DAY) + MINUTE_MS;
      const [digest] = config.digests;
      if (digest === undefined) throw new Error('no digest');
      const watches = config.watches.slice(0, 1);
      const period = { sinceAt: slotAt - 7 * DAY_MS, slotAt, periods: 1 };
      const named = { ...digest, watches: ['us-daily'] };
      buildDigest(db, {
        config: { ...config, watches },
        digest: named,
        period,
        origin: 'schedule',
      });
    },
  }),
};

/** With 25 requests in the ledger, and nothing on the network. */
export const passOf = (lists: readonly FetchedList[]): Work => ({
  what: 'pass',
  times: 1,
  units: 1,
  on: (world) => {
    const { db, clock, seriesId } = world;
    let at = 0;
    const shift = db.raw.prepare(
      `UPDATE snapshots SET slot_at = slot_at + ${DAY_MS} WHERE series_id <> ? AND slot_at > ?`,
    );
    return {
      // Other watches have lists of the same days; and each pass finds an empty log.
      prepare: () => {
        at += 1;
        clock.jump(DAY_MS);
        shift.run(seriesId, dayAt(0));
        db.raw.pragma('wal_checkpoint(TRUNCATE)');
      },
      run: async () => {
        const list = lists[at];
        if (list === undefined) throw new Error('no list');
        const outcome = await runPass(
          {
            ...{ db, clock, config: world.config, signal: new AbortController().signal },
            fetchList: async (_, ledger) => fetched(ledger, { ...list, startedAt: clock.now() }),
          },
          world.config.watches[0] ?? makeWatch(),
          dayAt(LAST_DAY + at),
          'schedule',
        );
        if (outcome.kind !== 'taken' || outcome.result.status !== 'complete')
          throw new Error(JSON.stringify(outcome));
      },
    };
  },
});

function fetched(ledger: Ledger, list: FetchedList): FetchedList {
  for (let page = 1; page <= list.pages.length; page++) {
    const request = ledger.begin({ page, attempt: 1 });
    if (request === 'refused') throw new Error('refused');
    ledger.end(request.id, {
      ...{ durationMs: 90, httpStatus: 200, bodyCode: 0, detail: null },
      outcome: 'ok',
      upstreamRequestId: null,
    });
  }
  return list;
}
