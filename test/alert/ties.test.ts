import { afterEach, describe, expect, test } from 'vitest';
import { reproductionSql } from '../../src/store/alerts/reproduce.ts';
import { roundTo4 } from '../../src/lib/decimals.ts';
import { getAlert } from '../../src/store/alerts/alerts.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

/** Rises of exactly 16.40625 %, -16.40625 % and 0.03125 %, of money, percentages and counts. */
const PAIRS: [before: number, now: number, pct: number][] = [
  [6.4, 7.45, 16.4063],
  [12.8, 14.9, 16.4063],
  [6.4, 5.35, -16.4063],
  [640, 745, 16.4063],
  [3200, 3201, 0.0313],
  [1.93, 1.83, -5.1813],
];

describe('a percentage that ends exactly on a half of the fourth decimal', () => {
  test('is rounded away from zero in views, rules, evidence and the statement that reproduces it', async () => {
    world = makeWorld({
      rules: [makeRule({ when: 'abs(cost_pct) = 16.4063', onFirst: 'notify' })],
    });
    const list = (which: 0 | 1) =>
      fetchedList(PAIRS.map((pair, i) => ({ id: `p${i}`, cost: pair[which], posts: 10 + which })));
    await world.pass(dayAt(0), list(0));
    const { fired } = await world.pass(dayAt(1), list(1));
    expect(
      world.db.raw.prepare('SELECT cost_pct FROM leaderboard ORDER BY product_id').pluck().all(),
    ).toEqual(PAIRS.map(([, , pct]) => pct));
    expect(fired).toBe(4);
    for (const id of [1, 2, 3, 4]) {
      const alert = getAlert(world.db, id);
      if (alert === undefined) throw new Error('no alert');
      expect(Math.abs(Number(alert.evidence.change['cost_pct']))).toBe(16.4063);
      expect(world.db.raw.prepare(reproductionSql(world.db, alert).slice(0, -1)).all()).toEqual([
        expect.objectContaining({ cost_pct: alert.evidence.change['cost_pct'], when: 1 }),
      ]);
    }
  });

  test('is rounded so in code too, and what is no half stays what it is', () => {
    world = makeWorld();
    expect(PAIRS.map(([before, now]) => roundTo4(((now - before) * 100) / before))).toEqual(
      PAIRS.map(([, , pct]) => pct),
    );
    expect([-0.00001, 0.00004, -0.00005, 1.83 - 1.93, 1e12].map(roundTo4)).toEqual([
      0, 0, -0.0001, -0.1, 1e12,
    ]);
  });
});

test('a quoted number decides alike in a rule and in the statement that reproduces it', async () => {
  world = makeWorld({
    rules: [makeRule({ when: "rank_gain >= '2' and cost_delta > '0.5'", onFirst: 'notify' })],
  });
  const list = (ids: string[], cost: number) => fetchedList(ids.map((id) => ({ id, cost })));
  await world.pass(dayAt(0), list(['a', 'b', 'c'], 1));
  await world.pass(dayAt(1), list(['c', 'a', 'b'], 2));
  const alert = getAlert(world.db, 1);
  if (alert === undefined) throw new Error('it did not fire');
  expect(alert.evidence.change['product_id']).toBe('c');
  expect(world.db.raw.prepare(reproductionSql(world.db, alert).slice(0, -1)).all()).toEqual([
    expect.objectContaining({ rank_gain: 2, when: 1 }),
  ]);
});

test('the record of a product that stays away is that of its last sighting, live and in a view, also when that was thinned', async () => {
  world = makeWorld({ rules: [makeRule({ when: "status = 'left' and slots_on_list >= 3" })] });
  for (let day = 0; day < 3; day++)
    await world.pass(dayAt(day), fetchedList(['b', 'a', `x${day}`]));
  await world.pass(dayAt(3), fetchedList(['b', 'x3', 'y']));
  const state = () =>
    world.db.raw
      .prepare(
        "SELECT resolved_reason FROM alerts JOIN products p ON p.id = product_id WHERE p.upstream_id = 'a'",
      )
      .pluck()
      .all();
  expect(state()).toEqual([null]);
  world.db.raw.exec(
    "DELETE FROM observations WHERE product_id = (SELECT id FROM products WHERE upstream_id = 'a')",
  );
  await world.pass(dayAt(4), fetchedList(['b', 'x4', 'y']));
  expect(state()).toEqual([null]);
});
