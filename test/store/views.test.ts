// What people see in SQL is what alerts were decided on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daysAgo, PREVIOUS } from '../../src/change/baseline.ts';
import { evidenceIn } from '../../src/store/alerts/evidence.ts';
import { listOfDay, takeDays } from '../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';

const VIEWS = { previous: PREVIOUS, week: daysAgo(7), month: daysAgo(30) };
const VIEW_OF = { previous: 'changes', week: 'changes_7d', month: 'changes_30d' };

let world: World;
beforeAll(async () => {
  // True of each product every few slots, so that there are alerts of all kinds on all days.
  const when =
    "rank_gain % 3 = 0 or posts_delta > 2 or ctr_delta < 0 or status in ('new', 'returned', 'left')";
  world = makeWorld({
    rules: Object.entries(VIEWS).map(([name, compare]) =>
      makeRule({ name, compare, when, onFirst: 'notify' }),
    ),
  });
  await takeDays(world, 20);
  await world.pass(dayAt(20), fetchedList(listOfDay(20), { missing: [2] }));
  await takeDays(world, 25, { from: 22 });
});
afterAll(() => world.close());

describe.each(Object.entries(VIEW_OF))('the values of an alert compared with %s', (rule, view) => {
  test(`are those of its row in ${view}, to the digit`, () => {
    const alerts = world.db.raw
      .prepare<[string], { evidence: string; snapshot_id: number; product_id: string }>(
        'SELECT a.evidence, a.snapshot_id, p.upstream_id AS product_id FROM alerts a JOIN rules r ON r.id = a.rule_id JOIN products p ON p.id = a.product_id WHERE r.name = ?',
      )
      .all(rule);
    const row = world.db.raw.prepare(
      `SELECT * FROM ${view} WHERE snapshot_id = ? AND product_id = ?`,
    );
    expect(alerts.length).toBeGreaterThan(100);
    const statuses = new Set<unknown>();
    for (const { evidence, snapshot_id: snapshotId, product_id: productId } of alerts) {
      const { change } = evidenceIn(world.db, evidence);
      statuses.add(change['status']);
      expect(row.get(snapshotId, productId)).toMatchObject(change);
    }
    expect([...statuses]).toEqual(expect.arrayContaining(['new', 'left', 'stayed']));
  });
});
