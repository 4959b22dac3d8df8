// Every preset, asked of a server that answers in the shape of the real one: from the config to views and alerts.
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { http } from '../../src/config/sources/http.ts';
import { linkOf } from '../../src/list/link.ts';
import { PRESETS } from '../../src/list/presets.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { runPass } from '../../src/pipeline.ts';
import { openSource } from '../../src/source/open-source.ts';
import { dayAt, makeRule, makeWatch, makeWorld, type World } from '../support/world.ts';
import { scriptedServer, sendJson, type ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer | null = null;
let world: World | null = null;
afterEach(async () => {
  world?.close();
  await server?.close();
});

const apps = (order: readonly number[]) => ({
  feed: {
    title: 'Top Free Apps',
    results: order.map((n) => ({
      id: String(1_000_000_000 + n),
      name: `App ${n}`,
      artistName: `Maker ${n}`,
      genres: [],
    })),
  },
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** A day of a watch of a preset's list; `body` is what its server answers. */
async function takeDays(
  preset: string,
  list: string,
  asked: Record<string, string>,
  days: readonly unknown[],
  config: Partial<Config> = {},
) {
  let body = days[0];
  server = await scriptedServer((_, response) => sendJson(response, body));
  const account = http.build(
    'chart',
    http.keys.parse({
      type: 'http',
      preset,
      base_url: server.url,
      allow_private: true,
      requests_per_second: 100,
    }),
    { find: () => undefined },
  );
  const kind = PRESETS[preset]?.lists.find(({ name }) => name === list);
  if (kind === undefined) throw new Error(`no list ${list}`);
  const watch = makeWatch({ name: 'w', source: 'chart', list: kind, asked, depth: 100 });
  world = makeWorld({ sources: [account], watches: [watch], ...config });
  const { db, clock } = world;
  const source = openSource(account, clock, () => 0);
  const results = [];
  for (const [day, answer] of days.entries()) {
    body = answer;
    if (dayAt(day) > clock.now()) await clock.advance(dayAt(day) - clock.now());
    const outcome = await runPass(
      {
        db,
        config: world.config,
        clock,
        signal: new AbortController().signal,
        fetchList: source.fetchList,
      },
      watch,
      dayAt(0) + day * DAY_MS,
      'schedule',
    );
    if (outcome.kind !== 'taken') throw new Error(outcome.kind);
    results.push(outcome.result);
  }
  await source.close();
  const rows = (sql: string) => db.raw.prepare(sql).raw().all();
  return { results, rows, urls: server.requests.map(({ url }) => url) };
}

describe('apple-charts', () => {
  test('is stored in a table and views of its own, and its rules fire', async () => {
    const first = numbers(100);
    const second = [...first.slice(60, 61), ...first.slice(0, 60), ...first.slice(61)];
    const third = [...second.slice(70, 71), ...second.slice(0, 70), ...second.slice(71)];
    const { results, rows, urls } = await takeDays(
      'apple-charts',
      'top-free-apps',
      { country: 'us' },
      [apps(first), apps(second), apps(third)],
      { rules: [makeRule({ name: 'jump', when: 'rank_gain >= 20' })] },
    );
    expect(urls[0]).toBe('/api/v2/us/apps/top-free/100/apps.json');
    expect(results.map(({ status, rows: count, fired }) => [status, count, fired])).toEqual([
      ['complete', 100, 0],
      ['complete', 100, 1],
      ['complete', 100, 1],
    ]);
    expect(
      rows(
        'SELECT rank, product, rank_before FROM top_free_apps_leaderboard ORDER BY rank LIMIT 2',
      ),
    ).toEqual([
      [1, 'App 71', 71],
      [2, 'App 61', 1],
    ]);
    expect(rows('SELECT count(*) FROM observations')).toEqual([[0]]);
  });
});

describe('steam-most-played', () => {
  test('calls a game by its id, and takes the rank that it says', async () => {
    const { results, rows } = await takeDays('steam-most-played', 'most-played-games', {}, [
      {
        response: {
          rollup_date: 1,
          ranks: [
            { rank: 1, appid: 730, last_week_rank: 1, peak_in_game: 1_400_000 },
            { rank: 2, appid: 570, last_week_rank: -1, peak_in_game: 700_000 },
          ],
        },
      },
    ]);
    expect(results[0]).toMatchObject({ status: 'complete', rows: 2 });
    expect(
      rows(
        'SELECT rank, product_id, product, players FROM most_played_games_history ORDER BY rank',
      ),
    ).toEqual([
      [1, '730', '730', 1_400_000],
      [2, '570', '570', 700_000],
    ]);
  });
});

describe('huggingface-trending', () => {
  test('reads a list at the top of the answer', async () => {
    const { results, rows } = await takeDays('huggingface-trending', 'trending-models', {}, [
      [
        {
          id: 'a/b',
          pipeline_tag: 'text-generation',
          trendingScore: 12.5,
          likes: 9,
          downloads: 40,
        },
      ],
    ]);
    expect(results[0]).toMatchObject({ status: 'complete', rows: 1 });
    expect(
      rows('SELECT product, category_l1, trending, likes, downloads FROM trending_models_history'),
    ).toEqual([['a/b', 'text-generation', 12.5, 9, 40]]);
  });
});

describe('hacker-news', () => {
  test('asks from page 0', async () => {
    const { results, urls } = await takeDays('hacker-news', 'front-page', {}, [
      { hits: [{ objectID: '1', title: 'A', author: 'x', points: 5, num_comments: 2 }], nbHits: 1 },
    ]);
    expect(results[0]).toMatchObject({ status: 'complete', rows: 1 });
    expect(urls).toEqual(['/api/v1/search?tags=front_page&hitsPerPage=100&page=0']);
  });
});

describe('wikipedia-top-pages', () => {
  const day = (views: number) => ({
    items: [
      {
        project: 'en.wikipedia',
        year: '2025',
        month: '12',
        day: '31',
        articles: [
          { article: 'Main_Page', views: 7_000_000, rank: 1 },
          { article: 'Lizzie_Borden', views: 1_000_000 + views, rank: 2 },
          { article: 'Special:Search', views: 866_333, rank: 3 },
          { article: 'Alien:_Romulus', views: 700_000, rank: 4 },
          { article: 'AC/DC', views: 600_000, rank: 5 },
          { article: '-', views: 500_000, rank: 6 },
        ],
      },
    ],
  });

  test('asks for the day that is over, and ranks articles alone', async () => {
    const asked = { project: 'en.wikipedia' };
    const days = [day(0), day(5_000)];
    const { results, rows, urls } = await takeDays('wikipedia-top-pages', 'top-pages', asked, days);
    expect(results.map(({ status }) => status)).toEqual(['complete', 'complete']);
    expect(urls).toEqual([
      '/api/rest_v1/metrics/pageviews/top/en.wikipedia/all-access/2025/12/31',
      '/api/rest_v1/metrics/pageviews/top/en.wikipedia/all-access/2026/01/01',
    ]);
    const leaders =
      'SELECT rank, product_id, pageviews, pageviews_delta, data_date FROM top_pages_leaderboard';
    expect(rows(`${leaders} ORDER BY rank`)).toEqual([
      [1, 'Lizzie_Borden', 1_005_000, 5_000, '2026-01-01'],
      [2, 'Alien:_Romulus', 700_000, 0, '2026-01-01'],
      [3, 'AC/DC', 600_000, 0, '2026-01-01'],
    ]);
  });

  test('links to the article of its wiki', () => {
    const list = PRESETS['wikipedia-top-pages']?.lists[0];
    if (list === undefined) throw new Error('no list');
    expect(linkOf(list, { project: 'de.wikipedia' }, 'AC/DC')).toBe(
      'https://de.wikipedia.org/wiki/AC/DC',
    );
    expect(linkOf(list, { project: 'en.wikipedia' }, '<b>&?#')).toBe(
      'https://en.wikipedia.org/wiki/%3Cb%3E%26%3F%23',
    );
    expect(linkOf({ link: 'javascript:{id}' }, {}, '1')).toBeUndefined();
  });
});
