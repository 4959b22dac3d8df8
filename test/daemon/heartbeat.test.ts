import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHeartbeat, targetOf, type Heartbeat } from '../../src/daemon/heartbeat.ts';
import { MINUTE_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { startReceiver, type Receiver } from '../delivery/http-receiver.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { makeConfig, makeWatch } from '../support/world.ts';

let receiver: Receiver;
let clock: ManualClock;
let stopping: AbortController;
let heart: Heartbeat;
let logged: string[];
let isPrivate: boolean;

beforeEach(async () => {
  receiver = await startReceiver(() => ({ status: 200, body: 'OK' }));
  clock = manualClock('2026-01-01T06:00:00Z');
  stopping = new AbortController();
  logged = [];
  isPrivate = true;
});
afterEach(async () => {
  stopping.abort();
  await heart.ended;
  await receiver.close();
});

const start = () => {
  const keep = (_: object, text: string) => void logged.push(text);
  heart = startHeartbeat({
    config: () =>
      makeConfig({
        watches: [makeWatch(), makeWatch({ name: 'gb-daily' })],
        heartbeat: {
          url: makeSecret(`${receiver.url}/ping/uuid`),
          everyMs: 5 * MINUTE_MS,
          allowPrivate: isPrivate,
        },
      }),
    clock,
    log: { info: keep, warn: keep, error: keep },
    signal: stopping.signal,
  });
};
/** The next calls, as soon as they are there. */
const calls = async (count: number) => {
  await expect.poll(() => receiver.received.length, { timeout: 5_000 }).toBe(count);
  await expect.poll(() => clock.sleeping, { timeout: 5_000 }).toBe(1);
  return receiver.received.map(({ path }) => path);
};

test('beats at the start, after each pass and on the timer; a failing watch is a failure until it recovers', async () => {
  start();
  await calls(1);
  await clock.advance(5 * MINUTE_MS);
  await calls(2);
  heart.passed('us-daily', 'complete');
  await clock.advance(0);
  await calls(3);
  heart.passed('us-daily', 'failed');
  await clock.advance(0);
  await calls(4);
  // Another that is well, and the timer, do not hide it.
  heart.passed('gb-daily', 'partial');
  await clock.advance(0);
  await calls(5);
  await clock.advance(5 * MINUTE_MS);
  await calls(6);
  heart.passed('us-daily', 'complete');
  await clock.advance(0);
  expect(await calls(7)).toEqual([
    '/ping/uuid',
    '/ping/uuid',
    '/ping/uuid',
    '/ping/uuid/fail',
    '/ping/uuid/fail',
    '/ping/uuid/fail',
    '/ping/uuid',
  ]);
  expect(logged).toEqual([]);
});

test('tries three times, and says once that it does not get through', async () => {
  receiver.reply = () => ({ status: 503 });
  start();
  for (const count of [1, 2]) {
    await calls(count);
    await clock.advance(10_000);
  }
  await calls(3);
  expect(logged).toEqual(['the heartbeat does not get through']);
  receiver.reply = () => ({ status: 200 });
  await clock.advance(5 * MINUTE_MS);
  await calls(4);
  expect(logged.at(-1)).toBe('the heartbeat gets through again');
});

test('an address of the own network is called only where that is allowed', async () => {
  isPrivate = false;
  start();
  await expect.poll(() => clock.sleeping).toBe(1);
  await clock.advance(20_000);
  await expect.poll(() => logged.length, { timeout: 5_000 }).toBe(1);
  expect(receiver.received).toEqual([]);
});

test('Uptime Kuma has one address for both', () => {
  const url = new URL('http://kuma.local/api/push/abc?status=up&msg=OK&ping=');
  expect(targetOf(url, []).href).toBe('http://kuma.local/api/push/abc?status=up&msg=OK&ping=');
  expect(targetOf(url, ['us-daily']).search).toBe('?status=down&msg=failed%3A+us-daily&ping=');
  expect(targetOf(new URL('https://hc.example.com/a/b/?x=1'), ['w']).href).toBe(
    'https://hc.example.com/a/b/fail?x=1',
  );
});
