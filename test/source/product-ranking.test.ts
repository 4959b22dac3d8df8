// KeyAPI's ranking of products, asked of a server that answers as it is documented.
import { describe, expect, test } from 'vitest';
import { keyapi } from '../../src/config/sources/keyapi.ts';
import type { Asked } from '../../src/list/list-kind.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { makeRule } from '../support/world.ts';
import { ranking, useRankings, type RankingReply } from './ranking-source.ts';

const take = useRankings();

const account = (url: string) =>
  keyapi.build(
    'keyapi',
    keyapi.keys.parse({
      type: 'keyapi',
      token: 'sk_live_1',
      base_url: url,
      requests_per_second: 100,
    }),
    { find: () => undefined },
  );

const asked: Asked = {
  region: 'US',
  period: 'day',
  order: 'sold',
  category: null,
  category_l2: null,
  category_l3: null,
};

/** Two ids that a double makes one of. */
const NEAR = ['1729383769606034185', '1729383769606034186'];
const idOf = (n: number): string => NEAR[n - 1] ?? `17293837696060${String(50_000 + n)}`;

const product = (n: number, more: object = {}) => ({
  product_id: idOf(n),
  product_name: `Hair brush ${n}`,
  region: 'US',
  category_id: '601450',
  category_l2_id: '848648',
  category_l3_id: '0',
  min_price: 14.98,
  max_price: 19.98,
  spu_avg_price: 16.2,
  product_commission_rate: 10,
  total_sale_cnt: 2_600 - n * 10,
  total_sale_gmv_amt: 37_184.73 - n,
  total_ifl_cnt: 174,
  total_video_cnt: 83,
  total_live_cnt: 37,
  ...more,
});

const products = (count: number, more: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, index) => product(index + 1, more(index + 1)));

/** Pages as they are documented. */
const paged =
  (rows: readonly unknown[]) =>
  (query: URLSearchParams): RankingReply => {
    const size = Number(query.get('page_size'));
    if (size > 10)
      return { status: 400, body: { code: 400, data: null, message: 'page_size max is 10' } };
    const start = (Number(query.get('page_num')) - 1) * size;
    return ranking(rows.slice(start, start + size));
  };

const takeDays = (
  days: readonly ((query: URLSearchParams) => RankingReply)[],
  more: Partial<Parameters<typeof take>[0]> = {},
) => take({ account, list: PRODUCT_RANKING, asked, ...more }, days);

describe('the product ranking', () => {
  test('is asked for by region, period and order, ten rows a page, and costs a credit a page', async () => {
    const { results, requests, all } = await takeDays([paged(products(25))], {
      depth: 100,
      asked: { ...asked, period: 'week', order: 'creators', category_l2: '848648' },
    });
    expect(results).toMatchObject([{ status: 'complete', rows: 25 }]);
    expect(requests.map(({ path }) => path)).toEqual(
      Array.from({ length: 3 }, () => '/v1/tiktok/product/ranking/analytics'),
    );
    const sent = Object.fromEntries(requests[1]?.parameters ?? []);
    expect(sent).toMatchObject({
      // The slot is Thursday, 2026-01-01: of the week before, by its Monday.
      date: '2025-12-22',
      region: 'US',
      rank_type: '2',
      category_l2_id: '848648',
      product_rank_field: '2',
      page_num: '2',
      page_size: '10',
    });
    expect(sent).not.toHaveProperty('category_id');
    expect(all('SELECT sum(credits) FROM requests')).toEqual([[3]]);
  });

  test('ends at its depth, with a page for each ten ranks', async () => {
    const { results, requests } = await takeDays([paged(products(500))], { depth: 30 });
    expect(results).toMatchObject([{ status: 'complete', rows: 30 }]);
    expect(requests).toHaveLength(3);
  });

  test('is stored as it was served, and "0" is no category', async () => {
    const { all } = await takeDays([
      paged(products(3, (n) => (n === 3 ? { category_id: '0', category_l2_id: '0' } : {}))),
    ]);
    expect(
      all(`SELECT rank, product_id, product, category_l1, category_l2, sold, revenue, creators, videos, lives,
        price, price_min, price_max, commission, region, period, ordered_by FROM product_ranking_history
        ORDER BY rank`).slice(1),
    ).toEqual([
      [2, NEAR[1], 'Hair brush 2', '601450', '848648', 2580, 37_182.73, 174, 83, 37]
        .concat([16.2, 14.98, 19.98, 10] as never)
        .concat(['US', 'day', 'sold']),
      [3, idOf(3), 'Hair brush 3', null, null, 2570, 37_181.73, 174, 83, 37]
        .concat([16.2, 14.98, 19.98, 10] as never)
        .concat(['US', 'day', 'sold']),
    ]);
  });

  test.each([
    ['texts', (text: string) => text],
    ['JSON numbers', (text: string) => text.replace(/"product_id":"(\d+)"/g, '"product_id":$1')],
  ])('keeps ids of 19 digits that come as %s, up to the webhook', async (_, written) => {
    const first = products(20);
    const second = [...first.slice(15, 17), ...first.slice(0, 15), ...first.slice(17)];
    const days = [first, second.map((row) => ({ ...row, total_live_cnt: 38 }))].map(
      (rows) => (query: URLSearchParams) => {
        const { body } = paged(rows)(query);
        return { body: written(JSON.stringify(body)) };
      },
    );
    const { results, all, world } = await takeDays(days, {
      rules: [makeRule({ name: 'drop', when: 'rank_gain <= -2' })],
    });
    expect(results.map(({ status }) => status)).toEqual(['complete', 'complete']);
    expect(all('SELECT DISTINCT product_id FROM product_ranking_history')).toHaveLength(20);
    expect(
      all("SELECT product_id FROM alert_log WHERE product IN ('Hair brush 1', 'Hair brush 2')"),
    ).toEqual([[NEAR[0]], [NEAR[1]]]);
    const bodies = world.db.raw.prepare('SELECT message FROM notifications').pluck().all();
    expect(bodies.join('')).toContain(`"id":"${NEAR[0]}"`);
    expect(bodies.join('')).toContain(`"id":"${NEAR[1]}"`);
  });

  test('refuses an id whose last digits are lost, by name', async () => {
    const { results } = await takeDays([
      (query) => {
        const { body } = paged(products(10))(query);
        return {
          body: JSON.stringify(body).replace(`"${NEAR[0]}"`, '1.729383769606034185e18'),
        };
      },
    ]);
    expect(results[0]).toMatchObject({
      status: 'suspect',
      reason: expect.stringContaining('product_id (id) is a number beyond 2^53') as string,
    });
  });

  test('of another region than was asked for is doubted', async () => {
    const { results } = await takeDays([paged(products(20, () => ({ region: 'GB' })))]);
    expect(results[0]).toMatchObject({
      status: 'suspect',
      reason: 'region of its rows is GB, and region US was asked for',
    });
  });

  test('is checked against the order that was asked for', async () => {
    const rising = (n: number) => ({ total_ifl_cnt: 100 + n });
    const days = [products(20), products(20)].map((rows, day) =>
      rows.map((row, at) => ({
        ...row,
        ...(day === 1 ? rising(at) : { total_ifl_cnt: 200 - at }),
      })),
    );
    const byCreators = await takeDays(days.map(paged), { asked: { ...asked, order: 'creators' } });
    expect(byCreators.results.map(({ status }) => status)).toEqual(['complete', 'suspect']);
    expect(byCreators.results[1]?.reason).toContain('not ordered by creators');
    const bySales = await takeDays(days.map(paged));
    expect(bySales.results.map(({ status }) => status)).toEqual(['complete', 'complete']);
  });

  test.each([
    [401, { code: 401, data: null, message: 'apiKey is null' }, 'HTTP 401'],
    [402, { code: 402, data: null, message: 'apiKey quota is not enough' }, 'quota'],
    [403, { code: 403, data: null, message: 'this key may not use this endpoint' }, 'HTTP 403'],
    [429, { code: 429, data: null, message: 'qps limit exceeded' }, 'HTTP 429'],
    [500, { code: 500, data: null, message: 'Internal server error' }, 'HTTP 500'],
    [400, { code: 400, data: null, message: 'page_size max is 10' }, 'page_size max is 10'],
    [200, { code: 400, data: null, message: 'page_size max is 10' }, 'page_size max is 10'],
    [200, { code: 500, data: null, message: 'unique_id is invalid' }, 'unique_id is invalid'],
    [200, { code: 402, data: null, message: 'apiKey quota is not enough' }, 'quota'],
    [200, { code: 0, data: [], message: 'apiKey quota is not enough' }, 'quota'],
    [200, { code: 0, data: null, message: 'success' }, 'not a list'],
    [500, { code: 500, data: null, message: 'Usage Limit Exceeded, Please Contact …' }, 'quota'],
  ])(
    'that is refused with HTTP %i and %o is a failure, and no list',
    async (status, body, says) => {
      const { results, all } = await takeDays([() => ({ status, body })]);
      expect(results[0]).toMatchObject({ status: 'failed', rows: 0 });
      expect(results[0]?.reason).toContain(says);
      expect(all('SELECT count(*) FROM product_ranking_observations')).toEqual([[0]]);
    },
  );
});
