import { expect, test } from 'vitest';
import { manualClock } from './manual-clock.ts';

const START = '2026-11-23T06:00:00Z';

test('time stands still until it is told to move', async () => {
  const clock = manualClock(START);
  let woken = false;
  void clock.sleep(1_000).then(() => (woken = true));

  await clock.advance(999);
  expect([woken, clock.sleeping]).toEqual([false, 1]);

  await clock.advance(1);
  expect([woken, clock.sleeping, clock.now()]).toEqual([true, 0, Date.parse(START) + 1_000]);
});

test('sleepers wake in the order they are due, each at its own time, and may sleep again', async () => {
  const clock = manualClock(0);
  const woken: [string, number][] = [];
  const note = (name: string) => woken.push([name, clock.now()]);
  void clock.sleep(300).then(() => note('late'));
  void clock.sleep(100).then(async () => {
    note('early');
    await clock.sleep(100);
    note('again');
  });

  await clock.advance(1_000);

  expect(woken).toEqual([
    ['early', 100],
    ['again', 200],
    ['late', 300],
  ]);
  expect(clock.now()).toBe(1_000);
});

test('an automatic clock moves to the next sleeper by itself, and two who sleep at once wake at one time', async () => {
  const clock = manualClock(0, { auto: true });

  await Promise.all([clock.sleep(60_000), clock.sleep(60_000), clock.sleep(5_000)]);

  expect(clock.now()).toBe(60_000);
  expect(clock.sleeps.map(({ ms }) => ms)).toEqual([60_000, 60_000, 5_000]);
});

test('an abort wakes at once, without moving time', async () => {
  const clock = manualClock(0);
  const stop = new AbortController();
  const asleep = clock.sleep(60_000, stop.signal);

  stop.abort();
  await asleep;
  await clock.sleep(60_000, stop.signal);

  expect([clock.now(), clock.sleeping]).toEqual([0, 0]);
});
