// How far a pass looks back for the values of its z-scores.
import { afterEach, expect, test } from 'vitest';
import { rememberedProducts } from '../../src/store/snapshots/older-values.ts';
import { deleteSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { rebuildStandings } from '../../src/store/snapshots/standings.ts';
import { letOldListsLeave } from '../bench/growth/leave.ts';
import { mulberry } from '../bench/mulberry.ts';
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

/** Every score there is. */
const scoresIn = ({ db }: World): unknown[] =>
  db.raw
    .prepare(
      `SELECT s.slot_at, o.product_id, o.rank_z_e4, o.posts_z_e4 FROM snapshots s
        JOIN observations o ON o.snapshot_id = s.id ORDER BY 1, 2`,
    )
    .raw()
    .all();

test('what was found of products that come and go is the same as when it is looked up anew', async () => {
  world = makeWorld();
  const random = mulberry(5);
  const comers = products(40, 'comer');
  const passWithSome = (day: number) =>
    pass(
      day,
      comers.filter((_, index) => random() < 0.1 + index / 60),
    );
  for (let day = 0; day < 150; day++) {
    if (day === 20 || day === 70) continue;
    await passWithSome(day);
    // Slots that were missed are filled later, and what was remembered lacks them.
    if (day === 90) await passWithSome(20);
    if (day === 91) await passWithSome(70);
  }
  const scores = scoresIn(world);
  world.db.transaction(() => rebuildStandings(world.db, 1, dayAt(0)));
  expect(scoresIn(world)).toEqual(scores);
  expect(scores.filter((row) => (row as unknown[])[2] !== null).length).toBeGreaterThan(3_000);
});

test('products that left for good are forgotten, and what stays is right', async () => {
  world = makeWorld();
  // Every fifth day one more begins, which is on every other list for 60 days.
  const visitors = products(60, 'visitor');
  for (let day = 0; day < 300; day++)
    await pass(
      day,
      visitors.filter((_, index) => {
        const since = day - 5 * index;
        return since >= 0 && since < 60 && since % 2 === 0;
      }),
    );
  // 12 at any time, and those of twice 32 passes before.
  expect(rememberedProducts(world.db)).toBeGreaterThan(8);
  expect(rememberedProducts(world.db)).toBeLessThan(30);
  const scores = scoresIn(world);
  world.db.transaction(() => rebuildStandings(world.db, 1, dayAt(0)));
  expect(scoresIn(world)).toEqual(scores);
});

test('a list that is deleted counts no more, though its values were remembered', async () => {
  const scoreOf = async (isLate: boolean): Promise<unknown> => {
    world = makeWorld();
    for (let day = 0; day < 60; day++) await pass(day, day < 20 ? ['away'] : []);
    const remove = () =>
      world.db.transaction(() => [4, 5, 6, 7, 8, 9].forEach((id) => deleteSnapshot(world.db, id)));
    if (!isLate) remove();
    await pass(60, ['away']);
    if (isLate) remove();
    await pass(61, ['away']);
    const scores = scoresIn(world).slice(-13);
    world.close();
    return scores;
  };
  const late = await scoreOf(true);
  expect(late).toEqual(await scoreOf(false));
  world = makeWorld();
});

test('the list that scores look back on no more is taken over from its packed copy', async () => {
  world = makeWorld();
  for (let day = 0; day < 60; day++) await pass(day, day < 20 ? ['away'] : []);
  // From here on what is older is remembered.
  await pass(60, ['away']);
  const ran = await countStatements(world.db, () => pass(61, ['away']));

  const copies = ran.filter((sql) => sql.startsWith('SELECT packed FROM recent_values'));
  expect(copies).toHaveLength(29);
  const unpacked = ran.filter((sql) =>
    /^SELECT json_group_array\(product_id\), json_group_array\(rank\), json_group_array\(posts\)/.test(
      sql,
    ),
  );
  expect(unpacked).toEqual([]);
  expect(world.db.raw.prepare('SELECT count(*) FROM recent_values').pluck().get()).toBe(29);
});

test('of lists that are in the lake alone a pass reads those that a product was in, and no others', async () => {
  const newestScores = async (left: number): Promise<{ scores: unknown[]; read: number }> => {
    world = makeWorld();
    // 20 times in all, every sixth day; on the other days another one.
    for (let day = 0; day < 120; day++)
      await pass(day, [day % 6 === 0 ? 'comer' : `other-${day % 6}`]);
    world.db.transaction(() => letOldListsLeave(world.db, 1, left));
    // Nothing is remembered of them yet: as after a start.
    const ran = await countStatements(world.db, () => pass(120, ['comer']));
    const scores = scoresIn(world).slice(-13);
    const read = ran.filter((sql) => sql.startsWith('SELECT packed FROM lake_snapshots')).length;
    world.close();
    return { scores, read };
  };
  const here = await newestScores(0);
  const away = await newestScores(80);
  expect(away.scores).toEqual(here.scores);
  // Those of its 20 that lie in the 80 days: every sixth.
  expect(away.read).toBe(14);
  world = makeWorld();
});
