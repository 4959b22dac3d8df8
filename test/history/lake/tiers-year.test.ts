// A year of two lists, told and read twice: all of it in the database, and with what is older than
// 35 days in the lake alone, from fortnight to fortnight. Whatever promises the same says the same.
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDueDigests } from '../../../src/digest/run-due.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import type { ListKind } from '../../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { findProducts, productJson, readProduct } from '../../../src/report/product.ts';
import { mulberry } from '../../bench/mulberry.ts';
import { makeDigest } from '../../digest/market-world.ts';
import { GAMES, GAMES_ASKED } from '../../support/games.ts';
import { makeHistoryFile, type HistoryFile } from '../../support/history-file.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { dayAt, fetchedList, makeRule, makeWatch } from '../../support/world.ts';
import { sync, thin, verify } from './tiers-world.ts';

const DAYS = 365;
const ALL_DAYS = 35;
const DEPTH = 16;
const LISTS: readonly ListKind[] = [TOP_PRODUCTS, GAMES];
const WATCHES = [
  makeWatch({ depth: DEPTH }),
  makeWatch({ name: 'games', list: GAMES, asked: GAMES_ASKED, depth: DEPTH }),
];
const month = { kind: 'ago', ms: 30 * DAY_MS, text: '30d' } as const;
const week = { kind: 'ago', ms: 7 * DAY_MS, text: '7d' } as const;
// Rare ones: what an alert was decided on stays, and would leave nothing to leave.
const RULES = [
  makeRule({ name: 'visitor', when: "status = 'new'", onFirst: 'adopt' }),
  makeRule({ name: 'first', when: 'rank = 1 and rank_gain >= 9', resolved: true }),
  makeRule({ name: 'month', when: 'rank_gain >= 15', compare: month, cooldownMs: 60 * DAY_MS }),
  makeRule({ name: 'week', when: "status = 'left' and rank_before <= 2", compare: week }),
  makeRule({ name: 'odd', when: 'posts_z > 4.5 and rank <= 3', watches: ['us-daily'] }),
  makeRule({ name: 'stays', when: 'rank = 1', for: 6, clearFor: 2 }),
  makeRule({
    name: 'record',
    when: 'slots_on_list = 220 and rank_best = 1',
  }),
];

let whole: HistoryFile;
let tiered: HistoryFile;
let left = 0;
const both = () => [whole, tiered] as const;

beforeAll(() => {
  const overrides = {
    watches: WATCHES,
    rules: RULES,
    digests: [
      makeDigest({ watches: null, compare: month, notify: ['hook'] }),
      makeDigest({ name: 'short', watches: null, compare: week, notify: ['hook'] }),
    ],
  };
  [whole, tiered] = [makeHistoryFile(overrides), makeHistoryFile(overrides)];
});
afterAll(() => both().forEach((file) => file.close()));

const random = mulberry(17);
const below = (count: number): number => Math.floor(random() * count);
const orders = new Map(
  WATCHES.map(({ name }) => [name, Array.from({ length: DEPTH + 2 }, (_, index) => `p${index}`)]),
);

/** The list of a day, and which of its pages failed; null: the slot was missed. */
function listOf(name: string, { metrics }: ListKind, day: number) {
  const order = orders.get(name) ?? [];
  for (let swap = below(5); swap > 0; swap--) {
    const [a, b] = [below(order.length), Math.min(order.length - 1, below(order.length))];
    [order[a], order[b]] = [order[b] as string, order[a] as string];
  }
  if (below(30) === 0) order[below(order.length)] = `visitor-${day}`;
  const rows = order.slice(0, DEPTH).map((id) => ({
    id,
    ...Object.fromEntries(
      metrics.map(({ column }, index) => [
        column,
        below(25) === 0 ? null : 1_000 * (index + 1) + below(60) * (below(80) === 0 ? 20 : 1),
      ]),
    ),
  }));
  const missing = below(15) === 0 ? [2 + below(2)] : [];
  return below(40) === 0 ? null : fetchedList(rows, { pageSize: 5, missing });
}

async function takeDay(day: number): Promise<void> {
  for (const { name, list } of WATCHES) {
    const fetched = listOf(name, list, day);
    if (fetched === null) continue;
    for (const { world } of both()) await world.pass(dayAt(day), fetched, { watch: name });
  }
  const log = pino({ enabled: false });
  for (const { world } of both())
    runDueDigests({ ...world, clock: manualClock(dayAt(day) + 3_600_000), log });
}

/** Rows of a view from so many days before a day. */
const recent = ({ world }: HistoryFile, view: string, day: number, days: number) =>
  world.db.raw
    .prepare(`SELECT * FROM ${view} WHERE slot_at >= ? ORDER BY snapshot_id, product_id`)
    .all(new Date(dayAt(day - days)).toISOString());

/** All that was told and decided since the beginning. */
const told = ({ world }: HistoryFile) =>
  ['alerts', 'rule_states', 'digests', 'product_records']
    .map((table) => `SELECT * FROM ${table} ORDER BY 1, 2, 3`)
    // Where the snapshot of a message left, that is not known of it any more.
    .concat('SELECT key, type, channel, message, created_at FROM notifications ORDER BY id')
    .map((sql) => world.db.raw.prepare(sql).all());

function product({ world }: HistoryFile, watch: string, id: string, day: number) {
  const found = findProducts(world, watch, id, dayAt(day) + 1);
  return found.products.map((one) =>
    productJson(readProduct(world.db, watch, found.newest, one, ALL_DAYS - 3)),
  );
}

function compare(day: number): void {
  const prefixes = LISTS.map(({ viewPrefix }) => viewPrefix);
  const views = (file: HistoryFile) =>
    prefixes.flatMap((prefix) => [
      recent(file, `${prefix}history`, day, ALL_DAYS),
      recent(file, `${prefix}changes`, day, ALL_DAYS - 5),
      recent(file, `${prefix}changes_7d`, day, ALL_DAYS - 15),
      recent(file, `${prefix}changes_30d`, day, 3),
      recent(file, `${prefix}leaderboard`, day, ALL_DAYS),
    ]);
  expect([day, views(tiered)]).toEqual([day, views(whole)]);
  if (day % 56 === 55 || day > DAYS - 14) expect([day, told(tiered)]).toEqual([day, told(whole)]);
  for (const { name } of WATCHES)
    for (const id of ['p0', 'p7', ...(orders.get(name) ?? []).slice(0, 2)])
      expect(product(tiered, name, id, day)).toEqual(product(whole, name, id, day));
}

// Two years of passes, and 26 syncs and thinnings: 30 s on an idle machine.
test('alerts, messages, digests, changes, scores and records of a year', async () => {
  for (let day = 0; day < DAYS; day++) {
    await takeDay(day);
    if (day % 14 !== 13) continue;
    await sync(tiered);
    const thinned = await thin(tiered, day, { allMs: ALL_DAYS * DAY_MS });
    expect(thinned?.held).toEqual([]);
    left += thinned?.watches.reduce((sum, { snapshots }) => sum + snapshots, 0) ?? 0;
    compare(day);
  }
  const count = (file: HistoryFile, what: string): number =>
    file.world.db.raw.prepare<[], number>(`SELECT count(*) FROM ${what}`).pluck().get() ?? 0;
  expect(left).toBeGreaterThan(100);
  expect(count(tiered, 'snapshots') + left).toBe(count(whole, 'snapshots'));
  const fired = whole.world.db.raw
    .prepare('SELECT DISTINCT rule FROM alert_log ORDER BY 1')
    .pluck();
  expect(fired.all()).toEqual(RULES.map(({ name }) => name).sort());
  expect(count(whole, "notifications WHERE type = 'digest.ready'")).toBeGreaterThan(80);
  await sync(tiered);
  const months = await verify(tiered);
  expect(months.filter(({ problem, behind }) => problem !== null || behind > 0)).toEqual([]);
}, 120_000);
