// Every fault of the sandbox that is about rankings of a date, on one day of a week: the right status, and no alert
// that the same days without the fault do not have.
import { describe, expect, test } from 'vitest';
import type { Rule, SourceConfig, Watch } from '../../src/config/config.ts';
import { keyapi } from '../../src/config/sources/keyapi.ts';
import { DAY_MS, type Instant } from '../../src/lib/clock.ts';
import { declareList, declareMetric, declareRequest } from '../../src/list/declare.ts';
import { TRENDING_HASHTAGS } from '../../src/list/trending.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { runPass } from '../../src/pipeline.ts';
import { RANKING_FAULTS } from '../../src/sandbox/goods/ranking-faults.ts';
import { createGoodsMarket } from '../../src/sandbox/goods/rankings.ts';
import type { AnyFaultName } from '../../src/sandbox/faults.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { SANDBOX_TOKEN, startSandbox } from '../../src/sandbox/server.ts';
import { openSource } from '../../src/source/open-source.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt, makeAccount, makeRule, makeWatch, makeWorld } from '../support/world.ts';

const market = createMarket({ seed: 1 });
const goods = createGoodsMarket({ seed: 1 });
const DAYS = 6;
const BAD_DAY = 4;

const RULES = [
  makeRule({ name: 'top10', when: 'rank <= 10', clear: 'rank > 12', maxGapMs: DAY_MS }),
  makeRule({ name: 'climber', when: 'rank_gain >= 10', maxGapMs: DAY_MS }),
  makeRule({ name: 'slump', when: 'revenue_pct <= -60', maxGapMs: DAY_MS }),
  makeRule({ name: 'dearer', when: 'price_pct >= 20', maxGapMs: DAY_MS }),
  makeRule({ name: 'entrant', when: "status = 'new' and rank <= 30", maxGapMs: DAY_MS }),
  makeRule({ name: 'gone', when: "status = 'left' and rank_before <= 30", maxGapMs: DAY_MS }),
];

type Lived = {
  /** By day: the status, or how the pass ended without one. */
  days: { status: string; reason: string | null; rows: number }[];
  alerts: string[];
};

/** What is tracked: by which account of a sandbox, by which watch, under which rules. */
type Subject = {
  account: (url: string) => SourceConfig;
  watch: Partial<Watch>;
  rules: readonly Rule[];
};

const ofKeyapi = (url: string): SourceConfig =>
  keyapi.build(
    'keyapi',
    keyapi.keys.parse({ type: 'keyapi', token: SANDBOX_TOKEN, base_url: url }),
    { find: () => undefined },
  );

const RANKING: Subject = {
  account: ofKeyapi,
  watch: {
    list: PRODUCT_RANKING,
    asked: {
      ...{ region: 'DE', period: 'day', order: 'sold' },
      ...{ category: null, category_l2: null, category_l3: null },
    },
    depth: 60,
  },
  rules: RULES,
};

const HASHTAGS: Subject = {
  account: ofKeyapi,
  watch: { list: TRENDING_HASHTAGS, asked: { region: 'DE', period: 7 }, depth: 100 },
  rules: [
    makeRule({ name: 'top10', when: 'rank <= 10', clear: 'rank > 12', maxGapMs: DAY_MS }),
    makeRule({ name: 'climber', when: 'rank_gain >= 5', maxGapMs: DAY_MS }),
    makeRule({ name: 'surge', when: 'posts_pct >= 20', maxGapMs: DAY_MS }),
    makeRule({ name: 'entrant', when: "status = 'new'", maxGapMs: DAY_MS }),
    makeRule({ name: 'gone', when: "status = 'left'", maxGapMs: DAY_MS }),
  ],
};

/** A list that a user declares, whose pages name the next one. */
const CURSOR_LIST = declareList({
  name: 'sellers',
  title: 'Sellers',
  seriesSource: 'shop.sellers',
  row: { one: 'product', many: 'products' },
  identity: { id: ['id'], name: ['name'] },
  parameters: [],
  metrics: [
    declareMetric({
      ...{ column: 'sold', path: ['sold'], kind: 'count' },
      ...{ label: 'sold', description: 'How many were sold', scored: true },
    }),
  ],
  orderedBy: 'sold',
  shown: [],
  request: declareRequest({
    url: '/lists/cursor',
    query: { cursor: '{cursor}' },
    pages: { by: 'cursor', path: ['next'], size: 20, most: 10 },
    rows: ['data'],
  }),
});
const BY_CURSOR: Subject = {
  account: (url) =>
    makeAccount({
      ...{ name: 'shop', kind: 'http', place: 'sources.shop', lists: [CURSOR_LIST] },
      ...{ baseUrl: url, auth: { kind: 'none' } },
    }),
  watch: { source: 'shop', list: CURSOR_LIST, asked: {}, depth: 60 },
  rules: [
    makeRule({ name: 'top10', when: 'rank <= 10', clear: 'rank > 12', maxGapMs: DAY_MS }),
    makeRule({ name: 'climber', when: 'rank_gain >= 5', maxGapMs: DAY_MS }),
    makeRule({ name: 'entrant', when: "status = 'new'", maxGapMs: DAY_MS }),
    makeRule({ name: 'gone', when: "status = 'left'", maxGapMs: DAY_MS }),
  ],
};

async function liveThrough(subject: Subject, fault: AnyFaultName | null): Promise<Lived> {
  const clock = manualClock(dayAt(0) - 60_000, { auto: true });
  const sandbox = await startSandbox({ market, goods, clock });
  const account = subject.account(sandbox.url);
  const watch = makeWatch({ name: 'de', schedule: '0 6 * * *', ...subject.watch });
  const world = makeWorld({ sources: [account], watches: [watch], rules: [...subject.rules] });
  const source = openSource(account, clock, () => 0);
  const days: Lived['days'] = [];
  try {
    for (let day = 0; day < DAYS; day++) {
      const slotAt: Instant = dayAt(day);
      if (clock.now() < slotAt) await clock.advance(slotAt - clock.now());
      sandbox.setFaults(fault === null || day !== BAD_DAY ? [] : [{ fault }]);
      const outcome = await runPass(
        {
          db: world.db,
          config: world.config,
          clock,
          fetchList: source.fetchList,
          signal: new AbortController().signal,
        },
        watch,
        slotAt,
        'schedule',
      );
      const { status, reason, rows } =
        outcome.kind === 'taken' ? outcome.result : { status: outcome.kind, reason: null, rows: 0 };
      days.push({ status, reason, rows });
    }
    const alerts = world.db.raw
      .prepare("SELECT rule || ' ' || product_id || ' ' || slot_at FROM alert_log ORDER BY 1")
      .pluck()
      .all() as string[];
    return { days, alerts };
  } finally {
    await source.close();
    await sandbox.close();
    world.close();
  }
}

/** What the bad day comes to, and what its reason says. */
const EXPECTED: Partial<Record<AnyFaultName, readonly [RegExp, string]>> = {
  not_yet_published: [/^unpublished$/, ''],
  never_published: [/^unpublished$/, ''],
  older_date: [/^stale$/, 'served again'],
  another_market: [/^suspect$/, 'region of its rows is US, and region DE was asked for'],
  revenue_zero: [/^suspect$/, 'revenue is 0 or missing in 100 % of the rows'],
  prices_times_100: [/^suspect$/, 'price is 100 times'],
  ids_as_numbers: [/^complete$/, ''],
  ids_rounded: [/^failed$/, 'product_id (id) is a number beyond 2^53'],
  last_page_repeated: [/^complete$/, ''],
  rows_elsewhere: [/^failed$/, 'data is a mapping, not a list; the answer has list'],
  missing_cursor: [/^complete$/, ''],
  quota_in_words: [/^failed$/, 'no quota is left'],
  http_400: [/^failed$/, 'HTTP 400'],
  http_401: [/^failed$/, 'HTTP 401'],
  http_402: [/^failed$/, 'quota'],
  http_403: [/^failed$/, 'HTTP 403'],
  http_429: [/^failed$/, 'HTTP 429'],
  http_500: [/^failed$/, 'HTTP 500'],
  out_of_credits_midway: [/^partial$/, 'quota'],
  html_page: [/^failed$/, 'text/html'],
  truncated_json: [/^failed$/, 'the JSON breaks off'],
};

describe('a day of a ranking', () => {
  test('with every fault there is has a row', () => {
    expect(Object.keys(EXPECTED)).toEqual(expect.arrayContaining(Object.keys(RANKING_FAULTS)));
    // Those that users were promised, by name.
    expect(Object.keys(RANKING_FAULTS)).toEqual(
      expect.arrayContaining([
        'not_yet_published',
        'never_published',
        'older_date',
        'revenue_zero',
        'prices_times_100',
        'ids_as_numbers',
        'last_page_repeated',
        'missing_cursor',
        'rows_elsewhere',
        'quota_in_words',
      ]),
    );
  });

  test.each(Object.entries(EXPECTED) as [AnyFaultName, readonly [RegExp, string]][])(
    'with %s is told as what it is, and fires nothing false',
    async (fault, [status, says]) => {
      await expectHonest(RANKING, fault, status, says);
    },
  );
});

/** What trends is a list of now, and says its ranks: nothing of dates applies to it. */
const OF_TRENDS: Partial<Record<AnyFaultName, readonly [RegExp, string]>> = {
  not_yet_published: [/^failed$/, 'empty'],
  another_market: [/^suspect$/, 'country_info.id of its rows is US, and region DE was asked for'],
  ids_as_numbers: [/^complete$/, ''],
  last_page_repeated: [/^complete$/, ''],
  rows_elsewhere: [/^failed$/, 'data.list is a mapping, not a list'],
  missing_cursor: [/^suspect$/, 'total'],
  quota_in_words: [/^failed$/, 'no quota is left'],
  http_402: [/^failed$/, 'quota'],
  http_500: [/^failed$/, 'HTTP 500'],
  out_of_credits_midway: [/^partial$/, 'quota'],
  truncated_json: [/^failed$/, 'the JSON breaks off'],
};

describe('a day of trending hashtags', () => {
  test.each(Object.entries(OF_TRENDS) as [AnyFaultName, readonly [RegExp, string]][])(
    'with %s is told as what it is, and fires nothing false',
    async (fault, [status, says]) => {
      await expectHonest(HASHTAGS, fault, status, says);
    },
  );
});

const OF_CURSORS: Partial<Record<AnyFaultName, readonly [RegExp, string]>> = {
  missing_cursor: [/^suspect$/, '20'],
  rows_elsewhere: [/^failed$/, 'data is a mapping, not a list; the answer has list'],
};

describe('a day of a list whose pages name the next one', () => {
  test.each(Object.entries(OF_CURSORS) as [AnyFaultName, readonly [RegExp, string]][])(
    'with %s is told as what it is, and fires nothing false',
    async (fault, [status, says]) => {
      await expectHonest(BY_CURSOR, fault, status, says);
    },
  );
});

async function expectHonest(subject: Subject, fault: AnyFaultName, status: RegExp, says: string) {
  const clean = await cleanDays(subject);
  const bad = await liveThrough(subject, fault);
  expect(clean.days.map((day) => day.status)).toEqual(Array(DAYS).fill('complete'));
  expect(bad.days[BAD_DAY]?.status).toMatch(status);
  expect(bad.days[BAD_DAY]?.reason ?? '').toContain(says);
  const others = (lived: Lived) => lived.days.filter((_, day) => day !== BAD_DAY);
  expect(others(bad)).toEqual(others(clean));
  const isClean = bad.days[BAD_DAY]?.status === 'complete';
  expect(bad.alerts.filter((alert) => !clean.alerts.includes(alert))).toEqual([]);
  if (isClean) expect(bad).toEqual(clean);
  expect(clean.alerts.length).toBeGreaterThan(10);
}

const lived = new Map<Subject, Promise<Lived>>();
/** The same days without a fault, lived through once. */
function cleanDays(subject: Subject): Promise<Lived> {
  const known = lived.get(subject) ?? liveThrough(subject, null);
  lived.set(subject, known);
  return known;
}
