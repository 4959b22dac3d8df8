// Snapshots by hand beside those of the schedule: several looks at one list are one slot.
import { afterEach, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { dayAt, fetchedList, makeRule, makeWorld, products, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

test('three taken by hand within minutes are not three slots of a rule that wants three', async () => {
  world = makeWorld({ rules: [makeRule({ when: 'rank <= 1', for: 3, onFirst: 'notify' })] });
  const take = (slotAt: number, origin: 'manual' | 'schedule') =>
    // The likes of one differ: a list that is the same row for row would be stale, and would not count.
    world.pass(
      slotAt,
      fetchedList(
        products(20).map((id, index) => ({
          id,
          likes: 1_000 + (index === 19 ? (slotAt - dayAt(0)) / MINUTE_MS : index),
        })),
      ),
      { origin },
    );
  const fired = () =>
    world.db.raw.prepare('SELECT (slot_at - ?) / ?, quiet FROM alerts').raw().all(dayAt(0), DAY_MS);

  await take(dayAt(0), 'schedule');
  for (const minute of [1, 2, 3, 30, 60]) await take(dayAt(0) + minute * MINUTE_MS, 'manual');
  expect(
    world.db.raw.prepare("SELECT count(*) FROM snapshots WHERE status = 'complete'").pluck().get(),
  ).toBe(6);
  expect(fired()).toEqual([]);

  await take(dayAt(1), 'schedule');
  for (const minute of [5, 10, 15]) await take(dayAt(1) + minute * MINUTE_MS, 'manual');
  expect(fired()).toEqual([]);
  await take(dayAt(2), 'schedule');
  expect(fired()).toEqual([[2, null]]);
});
