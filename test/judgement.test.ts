// The judgement of lists through whole passes on a real database: gaps, wrong lists, new normals, two regions, imports.
import { manualClock } from './support/manual-clock.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, isoTime } from '../src/lib/clock.ts';
import { createMarket, dayAfter, type TimeScope } from '../src/sandbox/market.ts';
import type { ListRow } from '../src/sandbox/list-row.ts';
import { thinHistory } from '../src/store/snapshots/thin.ts';
import { marketMetrics } from './support/market-row.ts';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  type RowSpec,
  type World,
} from './support/world.ts';

const market = createMarket({ seed: 11 });
const lists = new Map<string, RowSpec[]>();

type Spec = { id: string; posts: number; cost: number; cpa: number; impressions: number };
const asSpec = (row: ListRow): Spec => ({
  id: row.third_ecom_category.id,
  ...marketMetrics(row),
});

/** The market's list of a day, 120 deep. */
function listOf(day: number, region = 'DE', timeScope: TimeScope = 7): Spec[] {
  const key = `${region}/${timeScope}/${day}`;
  const known =
    lists.get(key) ??
    market.list({ region, timeScope, day: dayAfter('2026-01-01', day), cap: 120 }).map(asSpec);
  lists.set(key, known);
  return known as Spec[];
}

const WATCH = makeWatch({ name: 'de', region: 'DE', timeScope: 7, depth: 120 });
const RULES = [
  makeRule({ name: 'gone', when: "status = 'left'" }),
  makeRule({ name: 'dear', when: 'cost_pct >= 200' }),
  makeRule({ name: 'climber', when: 'rank_gain >= 15' }),
];

let world: World;
afterEach(() => world.close());

const open = () => {
  world = makeWorld({ watches: [WATCH], rules: RULES });
};
const clean = async (from: number, until: number) => {
  for (let day = from; day < until; day++)
    expect(await world.pass(dayAt(day), fetchedList(listOf(day)))).toMatchObject({
      status: 'complete',
      reason: null,
    });
};
const pass = (day: number, list: readonly RowSpec[], options: { watch?: string } = {}) =>
  world.pass(dayAt(day), fetchedList(list), options);
const noteOf = (snapshotId: number) =>
  world.db.raw
    .prepare('SELECT note FROM judgements WHERE snapshot_id = ?')
    .pluck()
    .get(snapshotId) as string | null;

describe('after a gap', () => {
  test.each([
    ['half a list', () => listOf(13).slice(0, 60), 'rows, against 120 in the last complete'],
    ['the list of another region', () => listOf(13, 'GB'), ''],
    ['an older list', () => listOf(5), 'an older list was served again'],
  ])('%s is doubted, and the right list after it believed', async (_, wrong, reason) => {
    open();
    await clean(0, 8);
    const doubted = await pass(13, wrong());
    expect(doubted).toMatchObject({
      status: expect.stringMatching(/^(suspect|stale)$/),
      reason: expect.stringContaining(reason),
      fired: 0,
      resolved: 0,
    });
    await clean(14, 16);
  });

  test('clean lists that moved meanwhile stay believed, after three weeks too', async () => {
    open();
    await clean(0, 8);
    await clean(11, 12);
    await clean(33, 34);
  });
});

describe('a new normal', () => {
  const grown = (day: number): Spec[] =>
    listOf(day).map((row) => ({
      ...row,
      posts: row.posts * 3,
      impressions: row.impressions * 3,
      cost: row.cost * 3,
    }));

  test.each([
    ['a market that grew threefold and stays', grown],
    ['a list that shrank to 60 % and stays', (day: number) => listOf(day).slice(0, 72)],
    [
      'costs in another currency from now on',
      (day: number) => listOf(day).map((row) => ({ ...row, cost: row.cost * 25_000 })),
    ],
  ])('%s is believed at the third list that agrees, and said', async (_, change) => {
    open();
    await clean(0, 8);
    expect((await pass(8, change(8))).status).toBe('suspect');
    expect((await pass(9, change(9))).status).toBe('suspect');
    const third = await pass(10, change(10));
    expect(third).toMatchObject({ status: 'complete', reason: null });
    expect(noteOf(third.snapshot_id)).toContain(
      'believed as the new normal, as the third list in a row that agrees with those before it',
    );
    const next = await pass(11, change(11));
    expect(next.status).toBe('complete');
    expect(noteOf(next.snapshot_id)).toBeNull();
  });

  test('so is a list that ends half-way below its depth, and whose total says so', async () => {
    open();
    const cut = (day: number, total: number) => fetchedList(listOf(day), { total });
    for (let day = 0; day < 4; day++)
      expect((await world.pass(dayAt(day), cut(day, 500))).status).toBe('complete');
    const statuses: string[] = [];
    for (let day = 4; day < 8; day++)
      statuses.push((await world.pass(dayAt(day), cut(day, 250))).status);
    expect(statuses).toEqual(['suspect', 'suspect', 'complete', 'complete']);
  });

  test('wrong lists of three kinds are never one', async () => {
    open();
    await clean(0, 8);
    expect((await pass(8, grown(8))).status).toBe('suspect');
    expect((await pass(9, listOf(9, 'MX'))).status).toBe('suspect');
    expect((await pass(10, listOf(10).slice(0, 50))).status).toBe('suspect');
    expect((await pass(11, grown(11))).status).toBe('suspect');
    await clean(12, 13);
  });

  test('a right list in between ends the row', async () => {
    open();
    await clean(0, 8);
    for (const day of [8, 9]) expect((await pass(day, grown(day))).status).toBe('suspect');
    await clean(10, 11);
    for (const day of [11, 12]) expect((await pass(day, grown(day))).status).toBe('suspect');
    expect((await pass(13, grown(13))).status).toBe('complete');
  });

  test('three taken by hand within an hour are one', async () => {
    open();
    await clean(0, 8);
    for (const minute of [0, 20, 40, 60]) {
      const slotAt = dayAt(8) + minute * 60_000;
      const list = grown(8).map((row, index) =>
        index === 100 ? { ...row, impressions: row.impressions + minute } : row,
      );
      expect((await world.pass(slotAt, fetchedList(list), { origin: 'manual' })).status).toBe(
        'suspect',
      );
    }
    expect((await pass(9, grown(9))).status).toBe('suspect');
    expect((await pass(10, grown(10))).status).toBe('complete');
  });

  test('pages shuffled anew every day are never one', async () => {
    open();
    await clean(0, 8);
    const shuffled = (day: number) =>
      [3, 1, 5, 0, 4, 2]
        .map((page) => (page * 5 + day) % 6)
        .flatMap((page) => listOf(day).slice(20 * page, 20 * page + 20));
    for (const day of [8, 9, 10, 11])
      expect((await pass(day, shuffled(day))).status).toBe('suspect');
  });
});

describe('a scale that changes', () => {
  test('is named with its factor, and fires nothing', async () => {
    open();
    await clean(0, 6);
    const list = listOf(6).map((row) => ({
      ...row,
      cost: row.cost * 25_000,
      cpa: row.cpa * 25_000,
    }));
    const { status, reason, fired } = await pass(6, list);
    expect({ status, fired }).toEqual({ status: 'suspect', fired: 0 });
    expect(reason).toMatch(/^another scale: cpa is 2\d{4} times, cost is 2\d{4} times that of/);
    await clean(7, 8);
    expect(
      world.db.raw.prepare("SELECT count(*) FROM alert_log WHERE rule = 'dear'").pluck().get(),
    ).toBe(0);
  });

  test('what a few products did is data, and fires', async () => {
    open();
    await clean(0, 6);
    const list = listOf(6).map((row, index) =>
      index % 30 === 0 ? { ...row, cost: row.cost * 25_000 } : row,
    );
    expect(await pass(6, list)).toMatchObject({ status: 'complete' });
    const dear = world.db.raw
      .prepare(
        "SELECT count(*) FROM alerts WHERE rule_id = (SELECT id FROM rules WHERE name = 'dear')",
      )
      .pluck()
      .get();
    expect(dear).toBeGreaterThanOrEqual(3);
  });
});

describe('two regions that are served one list', () => {
  const watches = [WATCH, makeWatch({ name: 'gb', region: 'GB', timeScope: 7, depth: 120 })];
  const both = async (day: number, order: readonly ['de' | 'gb', 'de' | 'gb'], region: string) => {
    const found: Record<string, string> = {};
    for (const watch of order)
      found[watch] = (await pass(day, listOf(day, region), { watch })).status;
    return found;
  };

  test.each([
    ['the right one is fetched first', ['gb', 'de'] as const],
    ['the wrong one is fetched first', ['de', 'gb'] as const],
  ])('the one that fits its own past is believed: %s', async (_, order) => {
    world = makeWorld({ watches });
    for (let day = 0; day < 6; day++)
      for (const [watch, region] of [
        ['de', 'DE'],
        ['gb', 'GB'],
      ] as const)
        expect((await pass(day, listOf(day, region), { watch })).status).toBe('complete');
    expect(await both(6, order, 'GB')).toEqual({ gb: 'complete', de: 'suspect' });
  });

  test('where neither has a past the first is believed', async () => {
    world = makeWorld({ watches });
    expect(await both(0, ['de', 'gb'], 'GB')).toEqual({ de: 'complete', gb: 'suspect' });
  });
});

describe('a shortfall that is always there', () => {
  const short: [string, (day: number) => Parameters<typeof fetchedList>][] = [
    ['a total of one more', (day) => [listOf(day).slice(0, 60), { total: 61 }]],
    ['a row without an id', (day) => [[...listOf(day).slice(0, 59), null]]],
    [
      'one product at two ranks',
      (day) => [[...listOf(day).slice(0, 59), listOf(day)[30] as RowSpec]],
    ],
  ];

  test.each(short)('%s: is the normal at the third list in a row, and said', async (_, make) => {
    open();
    const statuses: string[] = [];
    let id = 0;
    for (let day = 0; day < 4; day++) {
      const result = await world.pass(dayAt(day), fetchedList(...make(day)));
      statuses.push(result.status);
      if (day === 2) id = result.snapshot_id;
    }
    expect(statuses).toEqual(['partial', 'partial', 'complete', 'complete']);
    expect(noteOf(id)).toMatch(
      /^59|60 of 6\d products seen.*: the same three times in a row, and so taken as this list's normal/,
    );
  });

  test('another shortfall is partial again, and so is one with a missing page', async () => {
    open();
    const rows = (day: number, without: number): RowSpec[] => [
      ...listOf(day).slice(0, 60 - without),
      ...Array.from({ length: without }, () => null),
    ];
    for (const [day, without, status] of [
      [0, 1, 'partial'],
      [1, 2, 'partial'],
      [2, 1, 'partial'],
      [3, 1, 'partial'],
      [4, 1, 'complete'],
      [5, 2, 'partial'],
    ] as const)
      expect((await pass(day, rows(day, without))).status).toBe(status);
    for (const day of [6, 7, 8, 9]) {
      const list = fetchedList(listOf(day).slice(0, 60), { missing: [2] });
      expect((await world.pass(dayAt(day), list)).status).toBe('partial');
    }
  });
});

describe('what lies in a file', () => {
  test('a snapshot of a clock that was ahead is not the last', async () => {
    open();
    await clean(0, 6);
    const ahead = listOf(6, 'US');
    world.db.raw
      .prepare(
        `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, "rows",
          pages, interval_ms) SELECT watch_id, series_id, ?, ?, 'complete', 'schedule', ?, 6, ?
        FROM snapshots LIMIT 1`,
      )
      .run(dayAt(400), dayAt(400), ahead.length, DAY_MS);
    await clean(6, 8);
  });

  test('thinning leaves a series that can be judged', async () => {
    open();
    await clean(0, 24);
    await thinHistory(world.db, dayAt(24), { dryRun: false, clock: manualClock(0) });
    expect((await pass(24, listOf(24, 'GB'))).status).toBe('suspect');
    await clean(25, 27);
  });

  test('what an earlier version stored is measured when it is needed, and kept', async () => {
    open();
    await clean(0, 8);
    const spreads = () =>
      world.db.raw
        .prepare(
          'SELECT round(spread, 9), spread_pairs FROM judgements ORDER BY snapshot_id LIMIT 8',
        )
        .raw()
        .all();
    const judged = spreads();
    expect(judged.slice(1)).not.toContainEqual([null, null]);
    world.db.raw.exec('DELETE FROM judgements');
    expect((await pass(8, listOf(8, 'GB'))).status).toBe('suspect');
    expect(spreads()).toEqual([[null, 0], ...judged.slice(1)]);
  });

  test('a list is found again by its slot, in words', async () => {
    open();
    await clean(0, 3);
    expect((await pass(3, listOf(1))).reason).toBe(
      `every row is identical to the snapshot of ${isoTime(dayAt(1))}, 2d before: an older list was served again`,
    );
    expect((await world.pass(dayAt(3) + HOUR_MS, fetchedList(listOf(1)))).reason).toBe(
      'every row is identical to the snapshot before: the source did not refresh',
    );
  });
});
