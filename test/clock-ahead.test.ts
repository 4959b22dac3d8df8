// A clock that was ahead once, while the daemon ran or while it was down: after it is right again all goes on within a minute.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../src/config/config.ts';
import { deliverDue, type DeliverySummary } from '../src/delivery/dispatch.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/lib/clock.ts';
import { openDatabase, type Db } from '../src/store/file/open.ts';
import { startReceiver, type Receiver } from './delivery/http-receiver.ts';
import { makeHook } from './delivery/outbox-world.ts';
import { makeDigest } from './digest/market-world.ts';
import { manualClock, type ManualClock } from './support/manual-clock.ts';
import { startSchedule, type RunningSchedule } from './support/run-schedule.ts';
import {
  DAY_ZERO,
  fetchedList,
  makeConfig,
  makeRule,
  makeWatch,
  products,
} from './support/world.ts';

/** Thursday, just before a slot. */
const START = DAY_ZERO - 5 * MINUTE_MS;
let db: Db;
let clock: ManualClock;
let receiver: Receiver;
let taken: number;
let settings: Config;
const config = () => settings;
beforeEach(async () => {
  db = openDatabase(':memory:');
  clock = manualClock(START);
  receiver = await startReceiver();
  taken = 0;
  settings = makeHourly();
});
afterEach(async () => {
  await receiver.close();
  db.close();
});

const makeHourly = () =>
  makeConfig({
    watches: [makeWatch({ schedule: '0 * * * *' })],
    // A new leader in every list: an alert a snapshot.
    rules: [makeRule({ when: 'rank = 1', onFirst: 'notify', resolved: true })],
    channels: [makeHook(receiver.url)],
    digests: [makeDigest({ schedule: '30 * * * *', notify: [] })],
  });

const start = (): RunningSchedule =>
  startSchedule({
    db,
    clock,
    config,
    fetchList: async () => {
      taken++;
      return fetchedList([`leader${taken}`, ...products(30)], { takenAt: clock.now() });
    },
  });

/** One look at the outbox, as the dispatcher has one a second. */
const deliver = (): Promise<DeliverySummary> =>
  deliverDue({
    db,
    channels: config().channels,
    smtp: null,
    timezone: 'UTC',
    clock,
    random: () => 0,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });

const statusOf = (slotAt: number) =>
  db.raw.prepare('SELECT status FROM snapshots WHERE slot_at = ?').pluck().get(slotAt);
const count = (sql: string) => db.raw.prepare(sql).pluck().get() as number;
const told = (daemon: RunningSchedule) =>
  daemon.logged.filter(({ message }) => message.startsWith('the clock was ahead'));

describe.each([
  ['five hours', 5 * HOUR_MS],
  ['ten days', 10 * DAY_MS],
])('a clock that was ahead by %s', (_, aheadMs) => {
  test.each(['while the daemon runs', 'before it starts again'])(
    'and is set back %s',
    async (when) => {
      let daemon = start();
      receiver.reply = () => ({ status: 503 });
      await clock.advance(30 * MINUTE_MS);
      await deliver();

      clock.jump(aheadMs);
      await clock.advance(45 * MINUTE_MS);
      await deliver();
      await clock.advance(10 * MINUTE_MS);
      await deliver();
      expect(
        count('SELECT count(*) FROM snapshots WHERE slot_at > (SELECT 1767250800000)'),
      ).toBeGreaterThan(0);

      if (when === 'before it starts again') await daemon.stop();
      clock.jump(-aheadMs);
      if (when === 'before it starts again') daemon = start();
      receiver.reply = () => ({ status: 204 });
      receiver.received.length = 0;
      await clock.advance(MINUTE_MS);

      // It is 07:20: the slot of 07:00 passed while the clock was ahead.
      const newest = DAY_ZERO + HOUR_MS;
      expect(statusOf(newest)).toBe('complete');
      expect(told(daemon).length).toBeGreaterThan(0);

      // Every message waits no longer, and goes out once.
      await deliver();
      const sent = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(new Set(sent).size).toBe(sent.length);
      expect(
        count("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'expired')"),
      ).toBe(0);
      expect(count("SELECT count(*) FROM deliveries WHERE state = 'delivered'")).toBe(
        count('SELECT count(*) FROM notifications'),
      );

      // And so it goes on: the next slot, its alert, and the digest of the hour.
      const digests = count('SELECT count(*) FROM digests WHERE slot_at <= 1767254400000');
      await clock.advance(75 * MINUTE_MS);
      await deliver();
      await daemon.stop();
      expect(statusOf(newest + HOUR_MS)).toBe('complete');
      expect(count('SELECT count(*) FROM digests WHERE slot_at <= 1767259800000')).toBeGreaterThan(
        digests,
      );
      expect(count("SELECT count(*) FROM deliveries WHERE state <> 'delivered'")).toBe(0);
    },
    30_000,
  );
});

test('a watch and a digest that were first met by a clock ahead are due from now on', async () => {
  clock.jump(365 * DAY_MS);
  const ahead = start();
  await clock.advance(MINUTE_MS);
  await ahead.stop();
  clock.jump(-365 * DAY_MS);
  const daemon = start();
  await clock.advance(40 * MINUTE_MS);
  await daemon.stop();
  expect(statusOf(DAY_ZERO)).toBe('complete');
  expect(count('SELECT count(*) FROM digests')).toBe(1);
  expect(told(daemon).map(({ fields }) => fields)).toMatchObject([
    { column: 'watches.scheduled_from_at', count: 1 },
    { column: 'digest_schedules.scheduled_from_at', count: 1 },
  ]);
});

test('a source that refused while the clock was ahead is asked again', async () => {
  const refused = { reason: 'out_of_credits' as const, detail: 'HTTP 402' };
  let asked = 0;
  const daemon = startSchedule({
    db,
    clock,
    config,
    fetchList: async () => {
      asked++;
      return asked === 1
        ? { ...fetchedList([]), missing: [{ page: 1, ...refused }], refused }
        : fetchedList(products(30), { takenAt: clock.now() });
    },
  });
  await clock.advance(0);
  clock.jump(2 * DAY_MS);
  await clock.advance(2 * MINUTE_MS);
  expect(asked).toBe(1);
  clock.jump(-2 * DAY_MS);
  await clock.advance(HOUR_MS);
  await daemon.stop();
  expect(statusOf(DAY_ZERO)).toBe('complete');
});

test('messages go on within seconds while a pass takes as long as a source lets it', async () => {
  let asked = 0;
  let end = () => {};
  const daemon = startSchedule({
    db,
    clock,
    config,
    fetchList: async () => {
      asked++;
      if (asked > 1) await new Promise<void>((resolve) => (end = resolve));
      return fetchedList([`leader${asked}`, ...products(30)], { takenAt: clock.now() });
    },
  });
  clock.jump(365 * DAY_MS);
  receiver.reply = () => ({ status: 503 });
  await clock.advance(10 * MINUTE_MS);
  await deliver();
  await clock.advance(HOUR_MS);
  expect(asked).toBe(2);
  clock.jump(-365 * DAY_MS);
  receiver.reply = () => ({ status: 204 });
  expect(await deliver()).toMatchObject({ delivered: 0 });
  await clock.advance(10 * SECOND_MS);
  expect((await deliver()).delivered).toBeGreaterThan(0);
  end();
  await daemon.stop();
});

test('a clock that goes right is no news', async () => {
  const daemon = start();
  await clock.advance(90 * MINUTE_MS);
  await daemon.stop();
  expect(told(daemon)).toEqual([]);
});
