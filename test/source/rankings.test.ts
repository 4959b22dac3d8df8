// The siblings of the product ranking, and EchoTik's door: from the sandbox, or from answers as they are documented.
import { afterEach, describe, expect, test } from 'vitest';
import type { SourceConfig } from '../../src/config/config.ts';
import { echotik } from '../../src/config/sources/echotik.ts';
import { keyapi } from '../../src/config/sources/keyapi.ts';
import { CREATOR_RANKING } from '../../src/list/creator-ranking.ts';
import { ECHOTIK_LISTS } from '../../src/list/echotik.ts';
import { headlinesOf, type Asked, type ListKind } from '../../src/list/list-kind.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { SHOP_RANKING } from '../../src/list/shop-ranking.ts';
import { TRENDING_HASHTAGS, TRENDING_MUSIC } from '../../src/list/trending.ts';
import { VIDEO_RANKING } from '../../src/list/video-ranking.ts';
import { runPass } from '../../src/pipeline.ts';
import { createGoodsMarket } from '../../src/sandbox/goods/rankings.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { SANDBOX_TOKEN, startSandbox } from '../../src/sandbox/server.ts';
import { openSource } from '../../src/source/open-source.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt, makeRule, makeWatch, makeWorld } from '../support/world.ts';
import { useRankings, type RankingReply } from './ranking-source.ts';

const take = useRankings();
const market = createMarket({ seed: 1 });
const goods = createGoodsMarket({ seed: 1 });
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ofKeyapi = (url: string): SourceConfig =>
  keyapi.build(
    'keyapi',
    keyapi.keys.parse({ type: 'keyapi', token: SANDBOX_TOKEN, base_url: url }),
    { find: () => undefined },
  );
const ofEchotik = (url: string): SourceConfig =>
  echotik.build(
    'echotik',
    echotik.keys.parse({
      type: 'echotik',
      username: 'sandbox',
      password: SANDBOX_TOKEN,
      base_url: `${url}/api/v3`,
    }),
    { find: () => undefined },
  );

/** A few days of the sandbox, each through the account it is asked by. */
async function liveThrough(
  days: readonly { account: (url: string) => SourceConfig; list: ListKind }[],
  asked: Asked,
  credits?: number,
) {
  const clock = manualClock(dayAt(0), { auto: true });
  const sandbox = await startSandbox({
    market,
    goods,
    clock,
    ...(credits === undefined ? {} : { credits }),
  });
  const world = makeWorld({ rules: [makeRule({ name: 'moved', when: 'rank_gain <> 0' })] });
  closing.push(
    () => sandbox.close(),
    () => world.close(),
  );
  const results = [];
  for (const [day, { account: build, list }] of days.entries()) {
    const account = build(sandbox.url);
    const watch = makeWatch({ name: 'w', source: account.name, list, asked, depth: 30 });
    const source = openSource(account, clock, () => 0);
    closing.push(() => source.close());
    if (dayAt(day) > clock.now()) await clock.advance(dayAt(day) - clock.now());
    const config = { ...world.config, sources: [account], watches: [watch] };
    const deps = { db: world.db, config, clock, signal: new AbortController().signal };
    const outcome = await runPass(
      { ...deps, fetchList: source.fetchList },
      watch,
      dayAt(day),
      'schedule',
    );
    if (outcome.kind !== 'taken') throw new Error(outcome.kind);
    results.push(outcome.result);
  }
  const all = (sql: string) => world.db.raw.prepare(sql).all() as Record<string, unknown>[];
  return { results, all };
}

const RANKINGS: [ListKind, Asked][] = [
  [SHOP_RANKING, { order: 'sold', category: null, category_l2: null, category_l3: null }],
  [CREATOR_RANKING, { order: 'sold', category: null }],
  [VIDEO_RANKING, { order: 'views', category: null }],
];
const RANKED = RANKINGS.map(([list, asked]) => ({ name: list.name, list, asked }));

describe.each(RANKED)('$name', ({ list, asked }) => {
  const us = { region: 'US', period: 'day', ...asked };

  test('is stored with its metrics, and its rules speak of its rows', async () => {
    const account = ofKeyapi;
    const { results, all } = await liveThrough(
      [
        { account, list },
        { account, list },
      ],
      us,
    );
    expect(results).toMatchObject([
      { status: 'complete', rows: 30, data_date: '2025-12-31' },
      { status: 'complete', rows: 30, data_date: '2026-01-01' },
    ]);
    const [first] = all(`SELECT * FROM ${list.viewPrefix}leaderboard ORDER BY rank`);
    expect(first?.product_id).toMatch(/^\d{19}$/);
    for (const { column } of list.metrics) expect(first?.[column]).toEqual(expect.any(Number));
    expect(headlinesOf(list).length).toBeGreaterThan(0);
    expect(all('SELECT * FROM alert_log').length).toBeGreaterThan(0);
  });
});

describe('EchoTik', () => {
  const asked = {
    ...{ region: 'US', period: 'day', order: 'sold' },
    ...{ category: null, category_l2: null, category_l3: null },
  };
  const [products] = ECHOTIK_LISTS;
  if (products === undefined) throw new Error('no lists');

  test('gives the rows that KeyAPI gives, and a watch goes on in its series from door to door', async () => {
    const { results, all } = await liveThrough(
      [
        { account: ofKeyapi, list: PRODUCT_RANKING },
        { account: ofEchotik, list: products },
      ],
      asked,
    );
    expect(results.map(({ status }) => status)).toEqual(['complete', 'complete']);
    expect(all('SELECT count(*) AS n FROM series')).toEqual([{ n: 1 }]);
    expect(all('SELECT source, sum(credits) AS credits FROM requests GROUP BY 1')).toEqual([
      { source: 'echotik', credits: 3 },
      { source: 'keyapi', credits: 3 },
    ]);
  });

  test('is out of credits where it says so in a 500, and is not asked again', async () => {
    const { results, all } = await liveThrough([{ account: ofEchotik, list: products }], asked, 0);
    expect(results[0]?.reason).toContain('out_of_credits');
    expect(all('SELECT count(*) AS n FROM requests')).toEqual([{ n: 1 }]);
  });

  test('has every list under the name and the series of KeyAPI', () => {
    expect(ECHOTIK_LISTS.map(({ name, seriesSource }) => [name, seriesSource])).toEqual(
      [PRODUCT_RANKING, SHOP_RANKING, CREATOR_RANKING, VIDEO_RANKING].map(
        ({ name, seriesSource }) => [name, seriesSource],
      ),
    );
  });
});

describe('what trends', () => {
  const asked = { region: 'US', period: 7 };
  const pages =
    (rows: string, all: readonly object[]) =>
    (query: URLSearchParams): RankingReply => {
      const [page, size] = [Number(query.get('page')), Number(query.get('limit'))];
      const list = all.slice((page - 1) * size, page * size);
      const more = page * size < all.length;
      const pagination = { page, size: list.length, total: all.length, has_more: more };
      return { body: { code: 0, message: 'success', data: { [rows]: list, pagination } } };
    };
  const numbers = Array.from({ length: 30 }, (_, index) => index + 1);

  test('hashtags have the rank that they say, posts and views', async () => {
    const rows = numbers.map((rank) => ({
      hashtag_id: `${7_000 + rank}`,
      hashtag_name: `tag${rank}`,
      country_info: { id: 'US', value: 'United States', label: 'US' },
      industry_info: { id: 11_000_000_000, value: 'Pets', label: 'label' },
      publish_cnt: 50_000 - rank,
      video_views: 151_854_088 - rank,
      // The last row of the answer has the first rank.
      rank: 31 - rank,
      rank_diff_type: 4,
    }));
    const { results, requests, all } = await take(
      { account: ofKeyapi, list: TRENDING_HASHTAGS, asked, depth: 100 },
      [pages('list', rows)],
    );
    expect(results).toMatchObject([{ status: 'complete', rows: 30 }]);
    expect(requests).toHaveLength(2);
    expect(Object.fromEntries(requests[0]?.parameters ?? [])).toEqual({
      ...{ region: 'US', period: '7', industry_id: 'nothing', new_to_top_100: 'false' },
      ...{ page: '1', limit: '20' },
    });
    expect(
      all(`SELECT rank, product_id, product, category_l1, posts, views FROM trending_hashtags_history
        ORDER BY rank LIMIT 1`),
    ).toEqual([[1, '7030', 'tag30', 'Pets', 49_970, 151_854_058]]);
  });

  test('music has ranks alone, under a key of its own, and says where it is of', async () => {
    const rows = numbers.map((rank) => ({
      clip_id: `67033517234975${10_000 + rank}`,
      title: `Sun ${rank}`,
      author: '',
      country_code: 'US',
      rank,
      rank_diff: 0,
    }));
    const { results, all } = await take(
      { account: ofKeyapi, list: TRENDING_MUSIC, asked, depth: 100 },
      [
        pages('sound_list', rows),
        pages(
          'sound_list',
          rows.map((row) => ({ ...row, country_code: 'GB', rank: 31 - row.rank })),
        ),
      ],
    );
    expect(results).toMatchObject([
      { status: 'complete', rows: 30 },
      { status: 'suspect', reason: 'country_code of its rows is GB, and region US was asked for' },
    ]);
    expect(all('SELECT product_id, product FROM trending_music_history LIMIT 1')).toEqual([
      ['6703351723497510001', 'Sun 1'],
    ]);
  });
});
