// Products that left stay away for years: what nothing new can be said of is not looked at again.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';

const DEPTH = 30;
const LEAVING = 10;

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.close());

/** Ten products leave for good every day, and ten come. */
const listOf = (day: number): string[] =>
  Array.from({ length: DEPTH }, (_, index) => `p${day * LEAVING + index}`);

const pass = (day: number, list: string[] = listOf(day), origin?: 'import') =>
  world.pass(dayAt(day), fetchedList(list), origin === undefined ? {} : { origin });

const rowsLookedAt = (): number =>
  world.db.raw.prepare('SELECT count(*) FROM temp.change_rows').pluck().get() as number;

const openAlerts = (): string[] =>
  world.db.raw
    .prepare(
      `SELECT p.upstream_id FROM alerts a JOIN products p ON p.id = a.product_id
      WHERE a.resolved_at IS NULL ORDER BY a.id`,
    )
    .pluck()
    .all() as string[];

const reminded = (): number =>
  world.db.raw
    .prepare('SELECT count(*) FROM alerts WHERE reminded_slot_at IS NOT NULL')
    .pluck()
    .get() as number;

test('a pass looks at as many rows after a year of products that left as after a week', async () => {
  const rules = [makeRule({ when: "status = 'left' and rank_best <= 25", for: 2 })];
  world.configure({ rules });
  for (let day = 0; day < 7; day++) await pass(day);
  const afterAWeek = rowsLookedAt();
  for (let day = 7; day < 60; day++) await pass(day);

  expect(openAlerts().length).toBeGreaterThan(500);
  expect(rowsLookedAt()).toBe(afterAWeek);
});

test('a product that comes back after weeks ends its alert, and leaving again begins another', async () => {
  world.configure({ rules: [makeRule({ when: "status = 'left'" })] });
  for (let day = 0; day < 20; day++) await pass(day);
  expect(openAlerts()).toContain('p0');
  await pass(20, [...listOf(20), 'p0']);
  expect(openAlerts()).not.toContain('p0');
  await pass(21);
  await pass(22);
  expect(openAlerts().filter((id) => id === 'p0')).toEqual(['p0']);
});

test('a reminder that a rule begins to ask for comes for what left long ago', async () => {
  const rule = makeRule({ when: "status = 'left'" });
  world.configure({ rules: [rule] });
  for (let day = 0; day < 10; day++) await pass(day);
  expect(reminded()).toBe(0);
  world.configure({ rules: [{ ...rule, repeatMs: 2 * DAY_MS }] });
  await pass(10);
  expect(reminded()).toBe(openAlerts().length - 2 * LEAVING);
});

test('an older list that comes in later changes what is said of products that left before', async () => {
  world.configure({ rules: [makeRule({ when: "status = 'left' and rank_best > 5" })] });
  for (let day = 1; day < 8; day++) await pass(day);
  expect(openAlerts()).toContain('p19');
  // It turns out that p19 once was the first of the list.
  await pass(0, ['p19', ...listOf(1).filter((id) => id !== 'p19')], 'import');
  await pass(8);
  expect(openAlerts()).not.toContain('p19');
  expect(openAlerts()).toContain('p18');
});
