import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { atNextMinute } from '../../src/daemon/at-next-minute.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS, systemClock } from '../../src/lib/clock.ts';

// node-cron knows no clock but the machine's.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  ['an ordinary minute', '2026-11-26T12:58:30.250Z'],
  ['the last of a day', '2026-11-26T23:59:59.999Z'],
  ['the last of a year', '2026-12-31T23:59:01Z'],
  ['one before a 29 February', '2028-02-28T23:59:20Z'],
  ['one before the 31st', '2026-10-30T23:59:00Z'],
])('it rings once at the next full minute: %s', async (_, from) => {
  vi.setSystemTime(from);
  const rung: number[] = [];
  const callOff = atNextMinute(systemClock, () => rung.push(Date.now()));
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
  await callOff();
  expect(rung).toEqual([Math.floor(Date.parse(from) / MINUTE_MS + 1) * MINUTE_MS]);
  expect(vi.getTimerCount()).toBe(0);
});

test('called off, it does not ring and leaves no timer', async () => {
  vi.setSystemTime('2026-11-26T12:58:30Z');
  let rung = 0;
  await atNextMinute(systemClock, () => rung++)();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
  expect(rung).toBe(0);
});

test.each([
  ['ten years ahead', 3_650],
  ['ten years back', -3_650],
])('a clock that is set %s costs it nothing', async (_, days) => {
  vi.setSystemTime('2026-11-26T12:58:30Z');
  const callOff = atNextMinute(systemClock, () => {});
  await vi.advanceTimersByTimeAsync(SECOND_MS);
  vi.setSystemTime(Date.now() + days * DAY_MS);
  const { user } = process.cpuUsage();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  const { user: spent } = process.cpuUsage();
  // A task of every minute takes minutes for it.
  expect((spent - user) / 1_000).toBeLessThan(500);
  await callOff();
});
