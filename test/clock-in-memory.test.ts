// Every instant that is kept in memory beyond a call, and what becomes of it when the clock was a year ahead and is set back.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { clockWatch } from '../src/daemon/clock-watch.ts';
import { giveBackAfterWork } from '../src/daemon/give-back.ts';
import { findDue } from '../src/daemon/find-due.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, SECOND_MS } from '../src/lib/clock.ts';
import { readRow } from '../src/history/import/row.ts';
import { TOP_PRODUCTS } from '../src/list/top-products.ts';
import { intervalMs } from '../src/schedule/slots.ts';
import { fetchList } from '../src/source/fetch-list.ts';
import { createLimiter } from '../src/source/limiter.ts';
import { healInstants } from '../src/store/clock-ahead.ts';
import { failureTeller } from '../src/store/file/failure-teller.ts';
import { openDatabase, type Db } from '../src/store/file/open.ts';
import { tryLock } from '../src/store/file/lock.ts';
import { importTurns } from '../src/store/snapshots/standings-chunks.ts';
import { rebuildStandings } from '../src/store/snapshots/standings.ts';
import { openLedger } from '../src/store/ledger.ts';
import { lockOut } from '../src/web/access/lock-out.ts';
import { startReceiver } from './delivery/http-receiver.ts';
import { makeHook, makeOutbox, T0 } from './delivery/outbox-world.ts';
import { makeBody, makePage, scriptedServer, sendJson } from './source/scripted-server.ts';
import { makeDeps, makeQuery } from './source/source-deps.ts';
import { keptIn, keptInstants } from './support/kept-instants.ts';
import { manualClock, type ManualClock } from './support/manual-clock.ts';
import { startSchedule } from './support/run-schedule.ts';
import {
  dayAt,
  DAY_ZERO,
  fetchedList,
  makeConfig,
  makeWatch,
  makeWorld,
  products,
} from './support/world.ts';

const YEAR_MS = 365 * DAY_MS;
/** Five minutes before a slot of every hour. */
const START = DAY_ZERO - 5 * MINUTE_MS;
const HOURLY = makeConfig({ watches: [makeWatch({ schedule: '0 * * * *' })] });
const never = new AbortController().signal;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
function openDb(): Db {
  const db = openDatabase(':memory:');
  cleanups.push(() => db.close());
  return db;
}
const ahead = (): ManualClock => manualClock(START + YEAR_MS);

/** By file and name, as test/support/kept-instants.ts finds them. */
const TESTED: Readonly<Record<string, () => unknown>> = {
  'daemon/clock-watch.ts last': () => {
    const [db, clock] = [openDb(), manualClock(START)];
    const watch = clockWatch({ db, clock, log: silent });
    expect(watch()).toBe(false);
    clock.jump(YEAR_MS);
    expect(watch()).toBe(false);
    db.raw
      .prepare("INSERT INTO digest_schedules VALUES ('weekly', '0 8 * * 1', 'UTC', ?)")
      .run(clock.now());
    clock.jump(-YEAR_MS);
    expect(watch()).toBe(true);
    expect(db.raw.prepare('SELECT scheduled_from_at FROM digest_schedules').pluck().get()).toBe(
      START,
    );
  },
  'daemon/give-back.ts workedAtMs': async () => {
    const clock = ahead();
    let given = 0;
    const memory = giveBackAfterWork(clock, () => given++);
    clock.jump(-YEAR_MS);
    await clock.advance(20 * SECOND_MS);
    memory.looked();
    expect(given).toBe(1);
  },
  'daemon/clock-watch.ts .offsetMs': async () => {
    const clock = manualClock(START);
    const watch = clockWatch({ db: openDb(), clock, log: silent });
    watch();
    // Put forward twice, and back by less than that.
    clock.jump(YEAR_MS);
    watch();
    await clock.advance(MINUTE_MS);
    clock.jump(-HOUR_MS);
    expect(watch()).toBe(true);
    expect(watch()).toBe(false);
  },
  'daemon/find-due.ts quietOn': async () => {
    const [db, clock] = [openDb(), ahead()];
    const look = () => findDue({ db, clock, log: silent }, HOURLY);
    expect(await look()).toEqual([]);
    clock.jump(-YEAR_MS);
    healInstants(db, clock.now());
    await clock.advance(5 * MINUTE_MS);
    expect((await look()).map(({ slotAt }) => slotAt)).toEqual([DAY_ZERO]);
  },
  'daemon/schedule.ts refusals': async () => {
    const [db, clock] = [openDb(), ahead()];
    let asked = 0;
    const refused = { reason: 'out_of_credits' as const, detail: 'HTTP 402' };
    const daemon = startSchedule({
      db,
      clock,
      config: () => HOURLY,
      fetchList: async () =>
        ++asked === 1
          ? { ...fetchedList([]), missing: [{ page: 1, ...refused }], refused }
          : fetchedList(products(30), { takenAt: clock.now() }),
    });
    cleanups.push(() => daemon.stop());
    await clock.advance(6 * MINUTE_MS);
    expect(asked).toBe(1);
    clock.jump(-YEAR_MS - 6 * MINUTE_MS);
    await clock.advance(6 * MINUTE_MS);
    expect(asked).toBe(2);
  },
  'web/access/lock-out.ts known': async () => {
    const clock = ahead();
    const guesses = lockOut(clock);
    for (let times = 0; times < 5; times++) guesses.failed('192.0.2.1');
    expect(guesses.waitMs('192.0.2.1')).toBe(15 * MINUTE_MS);
    clock.jump(-YEAR_MS);
    await clock.advance(15 * MINUTE_MS);
    expect(guesses.waitMs('192.0.2.1')).toBe(0);
  },
  'daemon/schedule.ts upkeptDay': async () => {
    const [db, clock] = [openDb(), ahead()];
    const config = makeConfig({
      watches: [],
      retention: {
        rawPagesMs: null,
        observationsMs: null,
        then: 'weekly',
        messagesMs: null,
        ledgerMs: 30 * DAY_MS,
      },
    });
    const fetchNothing = async () => fetchedList([]);
    const daemon = startSchedule({ db, clock, config: () => config, fetchList: fetchNothing });
    cleanups.push(() => daemon.stop());
    await clock.advance(MINUTE_MS);
    clock.jump(-YEAR_MS);
    db.raw
      .prepare(
        'INSERT INTO requests (slot_at, page, attempt, started_at, credits) VALUES (0, 1, 1, ?, 2)',
      )
      .run(START - 31 * DAY_MS);
    await clock.advance(MINUTE_MS);
    expect(db.raw.prepare('SELECT count(*) FROM requests').pluck().get()).toBe(0);
  },
  'delivery/dispatch.ts nextMs': async () => {
    const sentMs: number[] = [];
    const receiver = await startReceiver(() => {
      sentMs.push(world.clock.monotonicMs());
      world.clock.jump(sentMs.length % 2 === 1 ? YEAR_MS : -YEAR_MS);
      return { status: 204 };
    });
    cleanups.push(() => receiver.close());
    const hook = makeHook(receiver.url, { format: 'slack' });
    const world = makeOutbox([hook]);
    cleanups.push(() => world.close());
    for (let message = 0; message < 4; message++) world.put(hook, { expiresAt: T0 + 2 * YEAR_MS });
    expect(await world.deliver()).toMatchObject({ delivered: 4 });
    expect(sentMs).toEqual([0, SECOND_MS, 2 * SECOND_MS, 3 * SECOND_MS]);
  },
  'history/import/row.ts absolute': () => {
    const fields = { slot_at: isoTime(START + YEAR_MS - 1), product_id: 'p', rank: 1 };
    const readAt = (now: number) => readRow(fields, { list: TOP_PRODUCTS, now });
    expect(readAt(START + YEAR_MS)).toMatchObject({ slotAt: START + YEAR_MS - 1 });
    expect(readAt(START)).toMatchObject({
      reason: expect.stringContaining('in the future') as string,
    });
  },
  'schedule/slots.ts recentSlots': () => {
    const weekdays = (zone: string, at: number) => intervalMs('0 6 * * 1-5', zone, at);
    weekdays('UTC', START + YEAR_MS);
    expect(weekdays('UTC', START)).toBe(3 * DAY_MS);
    weekdays('UTC', START + YEAR_MS);
    // Another name of the zone: worked out afresh.
    expect(weekdays('UTC', START)).toBe(weekdays('Etc/UTC', START));
  },
  'source/fetch-page.ts .limitedMs': () => limitedPass(),
  'source/fetch-page.ts .limitedUntilMs': () => limitedPass(),
  'source/fetch-page.ts .startedAt': () => limitedPass(),
  'source/limiter.ts nextStartMs': async () => {
    const clock = ahead();
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 1 }, clock);
    await limiter.run(async () => {}, never);
    clock.jump(-YEAR_MS);
    const startedMs: number[] = [];
    const done = limiter.run(async () => startedMs.push(clock.monotonicMs()), never);
    await clock.advance(2 * SECOND_MS);
    await done;
    expect(startedMs).toEqual([SECOND_MS]);
  },
  'source/limiter.ts pausedUntilMs': async () => {
    const clock = ahead();
    const limiter = createLimiter({ requestsPerSecond: 1_000, concurrency: 1 }, clock);
    limiter.pauseUntil(clock.monotonicMs() + MINUTE_MS);
    clock.jump(-YEAR_MS);
    const startedMs: number[] = [];
    const done = limiter.run(async () => startedMs.push(clock.monotonicMs()), never);
    await clock.advance(2 * MINUTE_MS);
    await done;
    expect(startedMs).toEqual([MINUTE_MS]);
  },
  'store/file/failure-teller.ts told': async () => {
    const clock = ahead();
    const logged: object[] = [];
    const tell = failureTeller({ ...silent, error: (fields) => logged.push(fields) }, clock);
    const fail = () => tell(new Error('no'), {}, 'it failed');
    fail();
    clock.jump(-YEAR_MS);
    await clock.advance(9 * MINUTE_MS);
    fail();
    expect(logged).toHaveLength(1);
    await clock.advance(MINUTE_MS);
    fail();
    expect(logged).toHaveLength(2);
  },
  'store/snapshots/standings-chunks.ts askedMs': async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-clock-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const db = openDatabase(join(folder, 'tidemark.db'));
    cleanups.push(() => db.close());
    const clock = ahead();
    const turn = importTurns(db, clock, never);
    await turn();
    const lock = tryLock(db.path, 'standings');
    clock.jump(-YEAR_MS);
    await clock.advance(SECOND_MS);
    let isItsTurn = false;
    const waited = turn().then(() => (isItsTurn = true));
    await clock.advance(SECOND_MS);
    expect(isItsTurn).toBe(false);
    lock?.release();
    await clock.advance(SECOND_MS);
    await waited;
  },
  'store/ledger.ts spentOn': () => {
    const [db, clock] = [openDb(), ahead()];
    const pass = {
      watchId: null,
      slotAt: START,
      source: 'keyapi',
      creditsPerRequest: 2,
      dailyCredits: 2,
    };
    const ledger = openLedger(db, pass, clock);
    const spend = () => ledger.begin({ page: 1, attempt: 1 }) !== 'refused';
    expect([spend(), spend()]).toEqual([true, false]);
    clock.jump(-YEAR_MS);
    expect([spend(), spend()]).toEqual([true, false]);
    clock.jump(YEAR_MS);
    expect(spend()).toBe(false);
  },
  'store/snapshots/older-values.ts .fromAt': rememberedScores,
  'store/snapshots/older-values.ts .untilAt': rememberedScores,
};

/** A product that is rarely on the list, which was stored for a year ahead once. */
async function rememberedScores(): Promise<void> {
  const world = makeWorld();
  cleanups.push(() => world.close());
  const steady = products(12);
  for (let day = 0; day < 60; day++) {
    const ids = [...steady.slice(day % 12), ...steady.slice(0, day % 12)];
    await world.pass(
      dayAt(day === 45 ? 365 : day),
      fetchedList(day % 5 === 0 ? [...ids, 'rare'] : ids),
    );
  }
  const scores = () => world.db.raw.prepare('SELECT * FROM observations ORDER BY 1, 2').raw().all();
  const kept = scores();
  world.db.transaction(() => rebuildStandings(world.db, 1, dayAt(0)));
  expect(scores()).toEqual(kept);
}

/** A pass that is told twice to wait, while the clock is set forward and back under it. */
async function limitedPass(): Promise<void> {
  const clock = manualClock(START, { auto: true });
  const server = await scriptedServer(({ page, attempt }, response) => {
    clock.jump(page === 2 && attempt === 1 ? YEAR_MS : 0);
    if (page === 2 && attempt <= 2) {
      const headers = { 'retry-after': '600', 'content-type': 'application/json' };
      return response.writeHead(429, headers).end('{}');
    }
    clock.jump(page === 2 ? -YEAR_MS : 0);
    const served = makePage(page, 20, 60);
    sendJson(response, makeBody(served.list, served.pagination));
  });
  cleanups.push(server.close);
  const deps = makeDeps(server.url, { clock, source: { concurrency: 1 } });
  cleanups.push(deps.close);
  const list = await fetchList(deps, makeQuery({ depth: 60 }));
  expect(list.missing).toEqual([]);
  expect(list.startedAt).toBe(START);
  expect(clock.now() - START).toBeGreaterThanOrEqual(20 * MINUTE_MS);
  expect(clock.now() - START).toBeLessThan(21 * MINUTE_MS);
}

/** Of one call, over times that were stored or are worked out. No clock is read meanwhile. */
const WITHIN_A_CALL: readonly string[] = [
  'backtest/report.ts known',
  'history/import/doubts.ts bySeries',
  'rules-test/run-test.ts slotAt',
  'schedule/busy-interval.ts previous',
  'snapshot/series-walk.ts .lastSeenAt',
  'snapshot/series-walk.ts last',
  'snapshot/series-walk.ts memories',
  'store/lake/left-values.ts read',
  'store/ledger.ts spent',
  'store/snapshots/product-keeper.ts confirmed',
  'store/snapshots/standings-in-order.ts .lastSlotAt',
  'store/snapshots/standings-in-order.ts all',
  'store/snapshots/thin.ts gone',
  'web/rules/backtest.ts part',
  'web/rules/backtest.ts toldMs',
];

/** Shown as a figure of /metrics alone: nothing waits for it, and each look writes it anew. */
const SHOWN: readonly string[] = ['daemon/run-daemon.ts lookedAt'];

describe('an instant in memory, when the clock was a year ahead and is set back', () => {
  test.each(Object.entries(TESTED))('%s is nothing to wait for', async (_, check) => {
    await check();
  });

  test('each there is has its test', () => {
    // These stand in for a source, and make a past: their time is their own.
    const found = keptInstants(resolve(import.meta.dirname, '../src'), (file) =>
      /^(sandbox|demo)\//.test(file),
    );
    expect(found).toEqual([...Object.keys(TESTED), ...WITHIN_A_CALL, ...SHOWN].sort());
  });

  test.each([
    ['a variable', 'let seenAt = 0; function see(now: number) { seenAt = now; }'],
    [
      'a variable of a maker',
      'const make = () => { let last: Instant | null = null; return (now: Instant) => { last = now; }; };',
    ],
    ['a map', 'const seen = new Map<string, Instant>(); const see = () => seen.set("a", 1);'],
    [
      'a map of objects',
      'type Seen = { askedAt: number }; const seen = new WeakMap<object, Seen>(); const see = () => seen.set({}, { askedAt: 1 });',
    ],
    ['a field', 'const see = (pass: { endsAt: number }, now: number) => { pass.endsAt = now; };'],
  ])('%s is found', (_, text) => {
    expect(keptIn(text).size).toBe(1);
  });

  test('what ends with its call is not', () => {
    const text =
      'const f = (slots: Instant[]) => { let at = 0; for (const slotAt of slots) at = slotAt; return at; };';
    expect([...keptIn(text)]).toEqual([]);
  });
});
