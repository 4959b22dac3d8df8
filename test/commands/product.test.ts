import { afterEach, describe, expect, test } from 'vitest';
import { runProduct } from '../../src/commands/reading/product.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import type { AppError } from '../../src/lib/errors.ts';
import { insertMissed } from '../../src/store/series/slots.ts';
import { findWatchRow } from '../support/watch-row.ts';
import {
  dayAt,
  fetchedList,
  makeWatch,
  makeWorld,
  products,
  type RowSpec,
  type World,
} from '../support/world.ts';
import { json, run } from '../support/run-command.ts';

let world: World;
afterEach(() => world.close());

const PERFUME = { id: '601583', name: 'Perfume', l1: 'Beauty', l2: 'Scents' };

/** Thirty products with Perfume put at a rank, or nowhere. */
function listWith(rank: number | null, posts = 1000): RowSpec[] {
  const list: RowSpec[] = products(29);
  if (rank !== null) list.splice(rank - 1, 0, { ...PERFUME, posts, ctr: 1.93, cost: 45_200 });
  return list;
}

/** Ranks 20, 15, 10, away, missed, 12, failed, not seen, 4. */
async function nineDays(): Promise<void> {
  world = makeWorld();
  await world.pass(dayAt(0), fetchedList(listWith(20)));
  await world.pass(dayAt(1), fetchedList(listWith(15, 1500)));
  await world.pass(dayAt(2), fetchedList(listWith(10, 1400)));
  await world.pass(dayAt(3), fetchedList(listWith(null)));
  world.db.transaction(() =>
    insertMissed(
      world.db,
      [{ ...findWatchRow(world), slotAt: dayAt(4), intervalMs: DAY_MS }],
      'the slot passed while the daemon was down or busy',
    ),
  );
  await world.pass(dayAt(5), fetchedList(listWith(12, 2000)));
  await world.pass(dayAt(6), fetchedList([], { missing: [1] }));
  await world.pass(dayAt(7), fetchedList(listWith(2), { pageSize: 10, missing: [1] }));
  await world.pass(dayAt(8), fetchedList(listWith(4, 11_500)));
}

describe('a product', () => {
  test('is shown with its record, a line of ranks, and a table in which gaps are gaps', async () => {
    await nineDays();
    const { code, out, err } = run(runProduct, { watch: 'us-daily', product: '601583' }, world);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
      "Perfume (601583), Beauty > Scents
      us-daily (US, 1-day window, top 500)

      now         rank 4 (▲8 from 12), Fri 2026-01-09 06:00 UTC
      best rank   4, last on Fri 2026-01-09 06:00 UTC
      first seen  Thu 2026-01-01 06:00 UTC
      on list     5 of 7 snapshots

      Rank in 9 snapshots, from 4 (high) to 20 (low)
      │▁▃▅  ▅  █│

      UTC               rank  move  posts       ±%     CTR    cost  note
      ────────────────  ────  ────  ─────  ───────  ──────  ──────  ──────────────────
      2026-01-09 06:00     4    ▲8  11.5k   +475 %  1.93 %  $45.2k
      2026-01-08 06:00     –     –      –        –       –       –  partial: not seen…
      2026-01-07 06:00     –     –      –        –       –       –  failed: page 1 mi…
      2026-01-06 06:00    12  BACK     2k        –  1.93 %  $45.2k
      2026-01-05 06:00     –     –      –        –       –       –  missed: the slot…
      2026-01-04 06:00     –  LEFT      –        –       –       –  not on list
      2026-01-03 06:00    10    ▲5   1.4k   −6.7 %  1.93 %  $45.2k
      2026-01-02 06:00    15    ▲5   1.5k  +50.0 %  1.93 %  $45.2k
      2026-01-01 06:00    20     –     1k        –  1.93 %  $45.2k
      "
    `);
  });

  test('that is off the list says since when', async () => {
    await nineDays();
    await world.pass(dayAt(9), fetchedList(listWith(null)));
    expect(run(runProduct, { watch: 'us-daily', product: '601583' }, world).out).toContain(
      'now         not on the list; last seen Fri 2026-01-09 06:00 UTC\n',
    );
    await world.pass(dayAt(10), fetchedList(listWith(2), { pageSize: 10, missing: [1] }));
    expect(run(runProduct, { watch: 'us-daily', product: '601583' }, world).out).toContain(
      'now         not seen on Sun 2026-01-11 06:00 UTC, a partial snapshot; last seen Fri 2026-01-09 06:00 UTC\n',
    );
  });

  test('shows as many days as asked for, and of these as many snapshots', async () => {
    await nineDays();
    const { out } = run(
      runProduct,
      { watch: 'us-daily', product: '601583', days: 5, limit: 2 },
      world,
    );
    expect(out).toContain('Rank in 5 snapshots, from 4 (high) to 12 (low)\n│ ▁  █│\n');
    expect(out).toContain('3 more: --limit 5\n');
    expect(out.split('\n').filter((line) => /^2026-/.test(line))).toHaveLength(2);
  });

  test('shows all snapshots with a limit of 0, however old, unless days are asked for', async () => {
    world = makeWorld();
    for (const day of [0, 1, 70]) await world.pass(dayAt(day), fetchedList(listWith(3 + day)));
    const lines = (args: { limit?: number; days?: number }) =>
      run(runProduct, { watch: 'us-daily', product: '601583', ...args }, world)
        .out.split('\n')
        .filter((line) => /^2026-/.test(line)).length;
    expect([lines({}), lines({ limit: 0 }), lines({ limit: 0, days: 5 })]).toEqual([1, 3, 1]);
  });

  test('fits a long line of ranks by showing the best of every few', async () => {
    world = makeWorld({ watches: [makeWatch({ schedule: '0 * * * *' })] });
    for (let hour = 0; hour < 30; hour++)
      await world.pass(dayAt(0) + hour * 3_600_000, fetchedList(listWith(1 + hour)));
    const { out } = run(runProduct, { watch: 'us-daily', product: '601583' }, world, {
      columns: 17,
    });
    expect(out).toContain(
      'Rank in 30 snapshots, from 1 (high) to 30 (low); each column is the best of 2\n',
    );
    expect(out.split('\n').find((line) => line.startsWith('│'))).toHaveLength(17);
  });

  test('has times in the configured zone, which is named', async () => {
    world = makeWorld({ timezone: 'America/New_York' });
    await world.pass(dayAt(0), fetchedList(listWith(20)));
    const { out } = run(runProduct, { watch: 'us-daily', product: '601583' }, world);
    expect(out).toContain('first seen  Thu 2026-01-01 01:00 America/New_York\n');
    expect(out).toContain('\nAmerica/New_York  rank  move');
    expect(out).toContain('\n2026-01-01 01:00    20     –');
  });

  test('does not mix lists of different queries', async () => {
    await nineDays();
    world.configure({ watches: [makeWatch({ depth: 100 })] });
    await world.pass(dayAt(9), fetchedList(listWith(3)));
    const { out } = run(runProduct, { watch: 'us-daily', product: '601583' }, world);
    expect(out).toContain('on list     1 of 1 snapshot\n');
    expect(out).toContain('The query of us-daily was edited: 1 earlier list is not shown here.\n');
  });
});

test('JSON has the record, and every snapshot with its change row or the reason why there is none', async () => {
  await nineDays();
  const printed = json(
    run(runProduct, { watch: 'us-daily', product: 'perfume', json: true }, world),
  ) as { history: unknown[] };
  expect(printed).toMatchObject({
    watch: 'us-daily',
    product: { id: '601583', name: 'Perfume', category_l1: 'Beauty', category_l2: 'Scents' },
    record: {
      rank: 4,
      rank_best: 4,
      rank_best_at: '2026-01-09T06:00:00.000Z',
      first_seen_at: '2026-01-01T06:00:00.000Z',
      last_seen_at: '2026-01-09T06:00:00.000Z',
      slots_on_list: 5,
      snapshots: 7,
      streak: 1,
    },
  });
  expect(printed.history).toHaveLength(9);
  expect(printed.history).toMatchObject([
    {
      slot_at: '2026-01-01T06:00:00.000Z',
      snapshot_status: 'complete',
      reason: null,
      change: { rank: 20, rank_gain: null },
    },
    { change: { rank: 15, rank_gain: 5, posts_pct: 50 } },
    { change: { rank: 10 } },
    { snapshot_status: 'complete', change: { rank: null, rank_before: 10, status: 'left' } },
    {
      snapshot_status: 'missed',
      reason: 'the slot passed while the daemon was down or busy',
      change: null,
    },
    { change: { rank: 12, status: 'returned' } },
    { snapshot_status: 'failed', change: null },
    { snapshot_status: 'partial', change: null },
    { change: { rank: 4, rank_before: 12, gap_days: 3 } },
  ]);
});

describe('finding a product', () => {
  async function market(): Promise<void> {
    world = makeWorld();
    await world.pass(
      dayAt(0),
      fetchedList([
        PERFUME,
        { id: '2', name: 'Travel Minis', l1: 'Scent & Skin' },
        { id: '3', name: 'Travel Minis', l1: 'Bags & Travel', l2: '\u001b[2J' },
        { id: '4', name: 'Perfume Cases' },
        { id: '5', name: '601583' },
        { id: '6', name: 'Crème Brûlée' },
      ]),
    );
  }
  const titleOf = (product: string) =>
    run(runProduct, { watch: 'us-daily', product }, world).out.split('\n')[0];

  test.each([
    ['by its id, before anything that is named so', '601583', 'Perfume (601583), Beauty > Scents'],
    ['by its whole name, before longer names', 'perfume', 'Perfume (601583), Beauty > Scents'],
    ['by a part of one name', 'case', 'Perfume Cases (4), Beauty > Makeup'],
    ['in any case, also of accented letters', 'CRÈME BRÛLÉE', 'Crème Brûlée (6), Beauty > Makeup'],
  ])('%s', async (_, text, title) => {
    await market();
    expect(titleOf(text)).toBe(title);
  });

  test('lists all that could be meant, with their ids, and exits with 1', async () => {
    await market();
    const ran = run(runProduct, { watch: 'us-daily', product: 'travel minis' }, world);
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toMatchInlineSnapshot(`
      "2 products of us-daily could be meant by "travel minis". Ask again with an id:

      id  product       category       subcategory  best  slots
      ──  ────────────  ─────────────  ───────────  ────  ─────
      2   Travel Minis  Scent & Skin   Makeup          2      1
      3   Travel Minis  Bags & Travel  [2J             3      1
      "
    `);
  });

  test('suggests the name that was meant, as a command that a shell can read', async () => {
    await market();
    const fails = (product: string, hint: string) =>
      expect(() => run(runProduct, { watch: 'us-daily', product }, world)).toThrow(
        expect.objectContaining({
          code: 'not_found',
          message: `us-daily never showed a product "${product}"`,
          hint,
        }) as AppError,
      );
    fails('Perfme Cases', "did you mean tidemark product us-daily 'Perfume Cases'?");
    fails('Garden Gnomes', 'see what is on the list: tidemark top us-daily');
    fails('', 'see what is on the list: tidemark top us-daily');
  });

  test('says that there is no snapshot to look in', () => {
    world = makeWorld();
    expect(() => run(runProduct, { watch: 'us-daily', product: 'Perfume' }, world)).toThrow(
      expect.objectContaining({
        code: 'not_found',
        message: 'us-daily has no complete snapshot yet',
        hint: 'see why: tidemark status',
      }) as AppError,
    );
  });
});
