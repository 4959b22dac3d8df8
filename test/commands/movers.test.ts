import { afterEach, expect, test } from 'vitest';
import { runMovers } from '../../src/commands/reading/movers.ts';
import { dayAt, fetchedList, makeWorld, products, type World } from '../support/world.ts';
import { json, run } from '../support/run-command.ts';

let world: World;
afterEach(() => world.close());

/** p1 … p30, with some moved to other ranks. */
function reordered(moves: Record<string, number>, without: readonly string[] = []): string[] {
  const list = products(30).filter((id) => !(id in moves) && !without.includes(id));
  for (const [id, rank] of Object.entries(moves).sort((a, b) => a[1] - b[1]))
    list.splice(rank - 1, 0, id);
  return list;
}

/** Day 2 against day 1: p12 climbs to 2, p5 leaves, x1 is new, and p9, away on day 1, is back. */
async function threeDays(): Promise<void> {
  world = makeWorld();
  await world.pass(dayAt(0), fetchedList(products(30)));
  await world.pass(dayAt(1), fetchedList(reordered({}, ['p9'])));
  await world.pass(dayAt(2), fetchedList(reordered({ p12: 2, x1: 29, p9: 30 }, ['p5'])));
}

test('shows climbers, fallers, new, returned and left', async () => {
  await threeDays();
  const { code, out, err } = run(runMovers, { watch: 'us-daily', limit: 2 }, world);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatchInlineSnapshot(`
    "us-daily on Sat 2026-01-03 06:00 UTC (US, 1-day window, top 500)
    against Fri 2026-01-02 06:00, 1 day before

    Climbers: 2 of 19
    move  before  now  product      category  posts  ±%
    ────  ──────  ───  ───────────  ────────  ─────  ──
      ▲9      11    2  Product p12  Beauty        –   –
      ▲1      12   11  Product p13  Beauty        –   –

    Fallers: 2 of 3
    move  before  now  product     category  posts  ±%
    ────  ──────  ───  ──────────  ────────  ─────  ──
      ▼1       2    3  Product p2  Beauty        –   –
      ▼1       3    4  Product p3  Beauty        –   –

    New: 1
    now  product     category  posts
    ───  ──────────  ────────  ─────
     29  Product x1  Beauty        –

    Returned: 1
    now  product     category  posts  best  slots
    ───  ──────────  ────────  ─────  ────  ─────
     30  Product p9  Beauty        –     9      2

    Left: 1
    last  product     category  best  slots
    ────  ──────────  ────────  ────  ─────
       5  Product p5  Beauty       5      2
    "
  `);
});

test('lists ten of each kind unless asked otherwise', async () => {
  await threeDays();
  expect(run(runMovers, { watch: 'us-daily' }, world).out).toContain('Climbers: 10 of ');
  expect(run(runMovers, { watch: 'us-daily', limit: 30 }, world).out).not.toContain(' of ');
});

test('prints one array of change rows, kind after kind, as JSON', async () => {
  await threeDays();
  const rows = json(run(runMovers, { watch: 'us-daily', json: true }, world)) as {
    product_id: string;
    status: string;
    rank_gain: number | null;
    rank_before: number | null;
  }[];
  expect(rows[0]).toMatchObject({
    product_id: 'p12',
    status: 'stayed',
    rank: 2,
    rank_before: 11,
    rank_gain: 9,
    baseline_at: '2026-01-02T06:00:00.000Z',
  });
  expect(rows.slice(-3)).toMatchObject([
    { product_id: 'x1', status: 'new' },
    { product_id: 'p9', status: 'returned' },
    { product_id: 'p5', status: 'left', rank: null, rank_before: 5 },
  ]);
  expect(rows.every(({ status, rank_gain: gain }) => status !== 'stayed' || gain !== 0)).toBe(true);
  expect(json(run(runMovers, { watch: 'us-daily', json: true, limit: 1 }, world))).toHaveLength(5);
});

test('compares with the snapshot so long ago that was asked for', async () => {
  await threeDays();
  const { out } = run(runMovers, { watch: 'us-daily', compare: '2d', limit: 1 }, world);
  expect(out).toContain('against Thu 2026-01-01 06:00, 2 days before\n');
  expect(out).toContain('Returned: none\n');
});

test.each([[false], [true]])(
  'says that nothing moved yet at the first snapshot (json: %s)',
  async (asJson) => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(products(3)));
    const ran = run(runMovers, { watch: 'us-daily', json: asJson }, world);
    const words =
      'us-daily on Thu 2026-01-01 06:00 UTC (US, 1-day window, top 500)\nNo changes yet: it is the first complete snapshot of this list.\n';
    expect(ran).toEqual(
      asJson ? { code: 0, out: '[]\n', err: words } : { code: 0, out: words, err: '' },
    );
  },
);

test('says that there is no snapshot yet', () => {
  world = makeWorld();
  expect(run(runMovers, { watch: 'us-daily', json: true }, world)).toEqual({
    code: 0,
    out: '[]\n',
    err: 'us-daily has no snapshot yet. Take one now: tidemark snapshot us-daily\n',
  });
});
