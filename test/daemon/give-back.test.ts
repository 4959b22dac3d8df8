import { expect, test } from 'vitest';
import { collectGarbage, giveBackAfterWork } from '../../src/daemon/give-back.ts';
import { manualClock } from '../support/manual-clock.ts';

test('memory is given back once after each time of work, when 20 seconds are over without a pass', async () => {
  const clock = manualClock('2026-01-01T00:00:00Z');
  let given = 0;
  const memory = giveBackAfterWork(clock, () => given++);
  const after = async (ms: number) => {
    await clock.advance(ms);
    memory.looked();
    return given;
  };
  // Starting is work, too.
  expect(await after(0)).toBe(0);
  expect(await after(30_000)).toBe(1);
  expect(await after(3_600_000)).toBe(1);

  memory.passed();
  expect(await after(10_000)).toBe(1);
  memory.passed();
  expect(await after(19_000)).toBe(1);
  expect(await after(1_000)).toBe(2);
  expect(await after(3_600_000)).toBe(2);
});

test('what nobody holds is gone once it was given back', async () => {
  const left = new WeakRef({ page: 'x'.repeat(1_000) });
  // A WeakRef holds its target until the turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  expect(left.deref()).toBeDefined();
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(left.deref()).toBeUndefined();
});
