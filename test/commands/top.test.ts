import { afterEach, describe, expect, test } from 'vitest';
import { runTop } from '../../src/commands/reading/top.ts';
import { changeColumnsOf } from '../../src/change/columns.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { AppError } from '../../src/lib/errors.ts';
import { widthOf } from '../../src/lib/text-width.ts';
import {
  dayAt,
  fetchedList,
  makeWatch,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';
import { json, run } from '../support/run-command.ts';

let world: World;
afterEach(() => world.close());

const MARKET = { l1: 'Beauty & Personal Care', l2: 'Makeup & Perfume' };
const FIRST = fetchedList([
  { id: '601', name: 'Perfume', ...MARKET, posts: 9_100, ctr: 1.93, cost: 45_200 },
  { id: '602', name: 'Face Masks', ...MARKET, posts: 8_000, ctr: 2.1, cost: 1_230 },
  { id: '603', name: 'Power Banks', l1: 'Phones', posts: 500, ctr: 0.4, cost: 12.5 },
  { id: '604', name: 'Lamps', l1: 'Home', posts: 40, ctr: null, cost: null },
]);
const SECOND = fetchedList([
  { id: '603', name: 'Power Banks', l1: 'Phones', posts: 11_500, ctr: 0.5, cost: 97_400 },
  { id: '601', name: 'Perfume', ...MARKET, posts: 9_100, ctr: 1.83, cost: 45_200 },
  {
    id: '605',
    name: '\u001b[31mFree \u202eiPhone\r\n<b>',
    l1: '超长的类别名称超长的类别名称',
    posts: 9_000,
    ctr: 0,
    cost: 0,
  },
  {
    id: '602',
    name: 'Extra Long Hyaluronic Acid Face Masks',
    ...MARKET,
    posts: 7_000,
    ctr: 2.1,
    cost: 1_230,
  },
]);

async function twoDays(): Promise<void> {
  world = makeWorld();
  await world.pass(dayAt(0), FIRST);
  await world.pass(dayAt(1), SECOND);
}

/** Another order each day: the same list twice would be stale. */
const turned = (day: number): string[] => [...products(3).slice(day % 3), ...products(day % 3)];

describe('top', () => {
  test('shows the newest list beside the one before, in 80 columns', async () => {
    await twoDays();
    const { code, out, err } = run(runTop, { watch: 'us-daily' }, world);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
      "us-daily on Fri 2026-01-02 06:00 UTC (US, 1-day window, top 500)
      against Thu 2026-01-01 06:00, 1 day before

      #  move  product           category        posts        ±%     CTR    cost  best
      ─  ────  ────────────────  ──────────────  ─────  ────────  ──────  ──────  ────
      1    ▲2  Power Banks       Phones          11.5k  +2,200 %  0.50 %  $97.4k     1
      2    ▼1  Perfume           Beauty & Pers…   9.1k      ±0 %  1.83 %  $45.2k     1
      3   NEW  [31mFree iPhone…  超长的类别名…      9k         –  0.00 %      $0     3
      4    ▼2  Extra Long Hyal…  Beauty & Pers…     7k   −12.5 %  2.10 %  $1.23k     2
      "
    `);
  });

  test.each([60, 80, 100, 120])('keeps to %i columns', async (columns) => {
    await twoDays();
    const table = run(runTop, { watch: 'us-daily' }, world, { columns }).out.split('\n').slice(3);
    for (const line of table) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('shows all it has where there is room', async () => {
    await twoDays();
    expect(run(runTop, { watch: 'us-daily' }, world, { columns: 130 }).out.split('\n')[3]).toMatch(
      /^ *# +move +product +category +posts +±% +CTR +cost +best +slots$/,
    );
  });

  test('lists as many as asked for, and says how many more there are', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(30)));
    const rows = (out: string) =>
      out.split('\n').filter((line) => line.includes('Product p')).length;
    const [default20, two, all] = [undefined, 2, 30].map(
      (limit) => run(runTop, { watch: 'us-daily', limit }, world).out,
    );
    expect([rows(default20 ?? ''), rows(two ?? ''), rows(all ?? '')]).toEqual([20, 2, 30]);
    expect(default20).toContain('10 more: --limit 30\n');
    expect(all).not.toContain('more:');
    expect(run(runTop, { watch: 'us-daily', limit: 0 }, world).out).toBe(all);
  });

  test('needs no name where there is one watch alone, and else names what there is', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(3)));
    expect(run(runTop, {}, world).out).toBe(run(runTop, { watch: 'us-daily' }, world).out);
    world.configure({ watches: [makeWatch(), makeWatch({ name: 'gb-daily' })] });
    expect(() => run(runTop, {}, world)).toThrow('which watch?');
  });

  test('compares with the snapshot nearest to so long ago, and says how far that really is', async () => {
    world = makeWorld();
    for (const day of [0, 1, 2, 6, 7]) await world.pass(dayAt(day), fetchedList(turned(day)));
    const { out } = run(runTop, { watch: 'us-daily', compare: '7d' }, world);
    expect(out).toContain('against Thu 2026-01-01 06:00, 7 days before\n');
    expect(out).toMatch(/\n1 +▲1 +Product p2/);
    expect(run(runTop, { watch: 'us-daily', compare: '4d' }, world).out).toContain(
      'No changes: there is no complete snapshot within 12h of 4d before.\n',
    );
  });

  test('goes back to the end of a date by the configured clocks', async () => {
    world = makeWorld({ timezone: 'America/New_York' });
    for (const day of [0, 1, 2]) await world.pass(dayAt(day), fetchedList(turned(day)));
    // 06:00 UTC is 01:00 in New York.
    expect(run(runTop, { watch: 'us-daily', at: '2026-01-02' }, world).out).toContain(
      'us-daily on Fri 2026-01-02 01:00 America/New_York (US, 1-day window, top 500)\nagainst Thu 2026-01-01 01:00, 1 day before\n',
    );
    expect(run(runTop, { watch: 'us-daily', at: '2026-01-02T05:59:59Z' }, world).out).toContain(
      'us-daily on Thu 2026-01-01 01:00',
    );
  });

  test('says what lies between when the snapshot before is not the one of the slot before', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(60)));
    await world.pass(dayAt(1), fetchedList(products(60), { missing: [2] }));
    await world.pass(dayAt(2), fetchedList(['p2', 'p1', ...products(60).slice(2)]));
    expect(run(runTop, { watch: 'us-daily' }, world).out).toContain(
      'against Thu 2026-01-01 06:00, 2 days before; between them: 1 partial\n',
    );
  });
});

describe('top with --json', () => {
  test('prints all change rows, each with every change column', async () => {
    await twoDays();
    const ran = run(runTop, { watch: 'us-daily', json: true }, world);
    const rows = json(ran) as Record<string, unknown>[];
    expect(rows.map((row) => row['product_id'])).toEqual(['603', '601', '605', '602']);
    expect(Object.keys(rows[0] ?? {})).toEqual(
      changeColumnsOf(TOP_PRODUCTS).map(({ name }) => name),
    );
    expect(rows[0]).toMatchObject({
      watch: 'us-daily',
      slot_at: '2026-01-02T06:00:00.000Z',
      rank: 1,
      rank_before: 3,
      rank_gain: 2,
      status: 'stayed',
      posts: 11_500,
      posts_before: 500,
      posts_pct: 2200,
      baseline_at: '2026-01-01T06:00:00.000Z',
      gap_days: 1,
    });
    expect(ran.err).toBe('');
  });

  test('is cut only when asked', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(30)));
    expect(json(run(runTop, { watch: 'us-daily', json: true }, world))).toHaveLength(30);
    expect(json(run(runTop, { watch: 'us-daily', json: true, limit: 2 }, world))).toHaveLength(2);
  });

  test('says on stderr when something newer is not complete', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(30)));
    await world.pass(dayAt(1), fetchedList([], { missing: [1] }));
    const ran = run(runTop, { watch: 'us-daily', json: true }, world);
    expect(json(ran)).toHaveLength(30);
    expect(ran.err).toContain('The newest, Fri 2026-01-02 06:00, is failed');
  });
});

describe('top without what it needs', () => {
  test('says that the first snapshot has nothing to compare with', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), FIRST);
    expect(run(runTop, { watch: 'us-daily', limit: 1 }, world).out).toMatchInlineSnapshot(`
      "us-daily on Thu 2026-01-01 06:00 UTC (US, 1-day window, top 500)
      No changes yet: it is the first complete snapshot of this list.

      #  move  product  category                posts  ±%     CTR    cost  best  slots
      ─  ────  ───────  ──────────────────────  ─────  ──  ──────  ──────  ────  ─────
      1     –  Perfume  Beauty & Personal Care   9.1k   –  1.93 %  $45.2k     1      1
      3 more: --limit 4
      "
    `);
  });

  test('says that the snapshot before is too old', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(3)));
    await world.pass(dayAt(5), fetchedList(['p2', 'p1', 'p3']));
    expect(run(runTop, { watch: 'us-daily' }, world).out).toContain(
      'No changes: the complete snapshot before, Thu 2026-01-01 06:00, is 5 days older,\n  more than 3 intervals.\n',
    );
  });

  test('shows the last complete snapshot when the newest is not, and says why', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(60)));
    await world.pass(dayAt(1), fetchedList(products(60), { missing: [2] }));
    const { out } = run(runTop, { watch: 'us-daily', limit: 1 }, world);
    expect(out).toContain('us-daily on Thu 2026-01-01 06:00 UTC');
    expect(out).toContain(
      'The newest, Fri 2026-01-02 06:00, is partial: 40 of 60 products seen; page 2\n  missing (timeout: no answer within 30s). The last complete one is shown.\n',
    );
  });

  test.each([
    [false, ''],
    [true, '[]\n'],
  ])('says that there is no snapshot, and how to take one (json: %s)', (asJson, out) => {
    world = makeWorld();
    expect(run(runTop, { watch: 'us-daily', json: asJson }, world)).toEqual({
      code: 0,
      out,
      err: 'us-daily has no snapshot yet. Take one now: tidemark snapshot us-daily\n',
    });
  });

  test('says that there is none up to a date', async () => {
    await twoDays();
    expect(run(runTop, { watch: 'us-daily', at: '2025-06-01' }, world)).toEqual({
      code: 0,
      out: '',
      err: 'us-daily has no snapshot up to Sun 2025-06-01 23:59 UTC.\n',
    });
  });

  test('says why there is no complete snapshot yet', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(60), { missing: [2] }));
    expect(run(runTop, { watch: 'us-daily' }, world).err).toBe(
      'us-daily has no complete snapshot yet. The newest, Thu 2026-01-01 06:00 UTC, is partial: 40 of 60 products seen; page 2 missing (timeout: no answer within 30s).\n',
    );
  });

  test('suggests the watch that was meant', () => {
    world = makeWorld({ watches: [makeWatch(), makeWatch({ name: 'gb-daily', region: 'GB' })] });
    expect(() => run(runTop, { watch: 'us-dialy' }, world)).toThrow(
      expect.objectContaining({
        code: 'not_found',
        message: 'there is no watch "us-dialy"',
        hint: 'did you mean us-daily?',
      }) as AppError,
    );
    expect(() => run(runTop, { watch: 'something' }, world)).toThrow(
      expect.objectContaining({ hint: 'there is: gb-daily, us-daily' }) as AppError,
    );
  });

  test('still shows a watch that is no longer configured', async () => {
    await twoDays();
    world.configure({ watches: [] });
    expect(run(runTop, { watch: 'us-daily' }, world).out).toContain('us-daily on Fri 2026-01-02');
  });

  test('compares nothing across an edit of the query', async () => {
    await twoDays();
    world.configure({ watches: [makeWatch({ depth: 100 })] });
    await world.pass(dayAt(2), SECOND);
    expect(run(runTop, { watch: 'us-daily' }, world).out).toContain(
      'us-daily on Sat 2026-01-03 06:00 UTC (US, 1-day window, top 100)\nNo changes yet: it is the first complete snapshot of this list.\n',
    );
  });
});
