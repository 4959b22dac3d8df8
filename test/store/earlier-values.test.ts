// How far a pass looks back for the values of its z-scores.
import { afterEach, expect, test } from 'vitest';
import { countStatements } from '../support/count-statements.ts';
import { dayAt, fetchedList, makeWorld, products, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const steady = products(12);
const pass = (day: number, extra: readonly string[] = []) =>
  world.pass(
    dayAt(day),
    // Turned from day to day, as two equal lists would be stale.
    fetchedList(
      [...steady.slice(day % 12), ...steady.slice(0, day % 12), ...extra].map((id, index) => ({
        id,
        posts: 1_000 - 10 * index - day,
      })),
    ),
  );

test('only for products that can come to a score are snapshots searched further back', async () => {
  world = makeWorld();
  for (let day = 0; day < 60; day++)
    await pass(day, [...(day < 5 ? ['rare'] : []), ...(day < 20 ? ['away'] : [])]);
  const ran = await countStatements(world.db, () => pass(60, ['rare', 'away', 'fresh']));

  const searched = ran.filter((sql) => /FROM snapshots s\s+CROSS JOIN observations o/.test(sql));
  expect(searched).toHaveLength(1);
  const scores = world.db.raw
    .prepare(
      `SELECT p.upstream_id, o.rank_z_e4 IS NOT NULL FROM observations o
        JOIN products p ON p.id = o.product_id
      WHERE o.snapshot_id = (SELECT max(id) FROM snapshots) AND p.upstream_id IN ('rare', 'away', 'fresh', 'p1')
      ORDER BY 1`,
    )
    .raw()
    .all();
  expect(scores).toEqual([
    ['away', 1],
    ['fresh', 0],
    ['p1', 1],
    ['rare', 0],
  ]);
});
