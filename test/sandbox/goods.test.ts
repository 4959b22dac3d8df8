// The sandbox beside Top Products Insights: rankings of a date, the category tree, plain lists.
import { afterEach, describe, expect, test } from 'vitest';
import { request } from 'undici';
import { createGoodsMarket } from '../../src/sandbox/goods/rankings.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import { standingClock } from './ask.ts';

const market = createMarket({ seed: 1 });
const goods = createGoodsMarket({ seed: 1 });
const clock = standingClock('2026-03-04T06:00:00Z');
const open: Sandbox[] = [];
const start = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox = await startSandbox({ market, goods, clock, ...options });
  open.push(sandbox);
  return sandbox;
};
afterEach(async () => {
  clock.set('2026-03-04T06:00:00Z');
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

const BEARER = { authorization: 'Bearer sandbox' };
const BASIC = { authorization: `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}` };
const PRODUCTS = '/v1/tiktok/product/ranking/analytics';
const ASKED = {
  date: '2026-03-03',
  region: 'US',
  rank_type: '1',
  product_rank_field: '1',
  page_num: '1',
  page_size: '10',
};

async function get(
  sandbox: Sandbox,
  path: string,
  query: Record<string, string> = {},
  headers: Record<string, string> = BEARER,
) {
  const url = `${sandbox.url}${path}?${new URLSearchParams(query).toString()}`;
  const { statusCode, body, headers: received } = await request(url, { headers });
  const text = await body.text();
  return {
    status: statusCode,
    link: received.link ?? null,
    text,
    body: JSON.parse(text) as { code: number; message: string; data: Record<string, unknown>[] },
  };
}
const products = async (sandbox: Sandbox, query: Record<string, string> = {}) =>
  get(sandbox, PRODUCTS, { ...ASKED, ...query });
const sales = ({ body }: { body: { data: Record<string, unknown>[] } }) =>
  body.data.map((row) => Number(row.total_sale_cnt));

describe('a ranking of a date', () => {
  test('has the documented fields, ids of 19 digits, and no total', async () => {
    const { status, body } = await products(await start());
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['code', 'message', 'data', 'requestId']);
    expect(Object.keys(body.data[0] ?? {}).sort()).toEqual(
      (
        'category_id category_l2_id category_l3_id max_price min_price product_commission_rate product_id ' +
        'product_name region spu_avg_price total_ifl_cnt total_live_cnt total_sale_cnt total_sale_gmv_amt ' +
        'total_video_cnt'
      ).split(' '),
    );
    expect(body.data).toHaveLength(10);
    for (const { product_id } of body.data) expect(product_id).toMatch(/^\d{19}$/);
    expect(sales({ body })).toEqual(sales({ body }).sort((a, b) => b - a));
  });

  test('is the same whatever the hour, and another one each day, in each region, and by creators', async () => {
    const sandbox = await start();
    const first = (await products(sandbox)).body.data;
    clock.set('2026-03-20T23:00:00Z');
    expect((await products(sandbox)).body.data).toEqual(first);
    for (const other of [{ date: '2026-03-02' }, { region: 'FR' }, { product_rank_field: '2' }])
      expect((await products(sandbox, other)).body.data).not.toEqual(first);
  });

  test('is there three hours after its day is over, and empty before', async () => {
    const sandbox = await start();
    const at = async (time: string, query = {}) => {
      clock.set(time);
      const { body } = await products(sandbox, query);
      return [body.code, body.data.length];
    };
    expect(await at('2026-03-04T02:59:00Z')).toEqual([0, 0]);
    expect(await at('2026-03-04T03:00:00Z')).toEqual([0, 10]);
    // 2026-03-02 was a Monday.
    const week = { rank_type: '2', date: '2026-03-02' };
    expect(await at('2026-03-08T12:00:00Z', week)).toEqual([0, 0]);
    expect(await at('2026-03-09T03:00:00Z', week)).toEqual([0, 10]);
    expect(await at('2026-03-20T03:00:00Z', { ...week, date: '2026-03-03' })).toEqual([0, 0]);
  });

  test('is of one category where one is asked for, and ends with an empty page', async () => {
    const sandbox = await start();
    const category = String((await products(sandbox)).body.data[0]?.category_id);
    const all: unknown[] = [];
    for (let page = 1; ; page++) {
      const { data } = (await products(sandbox, { category_id: category, page_num: `${page}` }))
        .body;
      if (data.length === 0) break;
      all.push(...data.map((row) => row.category_id));
    }
    expect(new Set(all)).toEqual(new Set([category]));
    expect(all.length).toBeGreaterThan(10);
  });

  test.each([
    [{ page_size: '20' }, 400, 'page_size max is 10'],
    [{ product_rank_field: '3' }, 400, 'Invalid parameter: product_rank_field'],
    [{ region: 'all_regions' }, 400, 'Invalid parameter: region'],
    [{ date: '' }, 400, 'Missing required parameter: date'],
  ])('refuses %o with %i and a body', async (query, code, message) => {
    const { status, body } = await products(await start(), query);
    expect([status, body]).toEqual([code, { code, data: null, message }]);
  });

  test('costs a credit, and each door says in its own words that none are left', async () => {
    const sandbox = await start({ credits: 1 });
    expect((await get(sandbox, PRODUCTS, ASKED, {})).status).toBe(401);
    expect((await products(sandbox)).status).toBe(200);
    expect(sandbox.credits()).toBe(0);
    expect((await products(sandbox)).body.message).toBe('apiKey quota is not enough');
    const echotik = '/api/v3/echotik/product/ranklist';
    const refused = await get(sandbox, echotik, ASKED, BASIC);
    expect([refused.status, refused.body.message]).toEqual([
      500,
      'Usage Limit Exceeded, Please Contact Administrator to Increase Quota',
    ]);
    expect((await get(sandbox, echotik, ASKED)).status).toBe(401);
  });

  test.each([
    ['/v1/tiktok/shop/ranking/analytics', '/api/v3/echotik/seller/ranklist', 'seller'],
    [
      '/v1/tiktok/influencer/ranking/analytics',
      '/api/v3/echotik/influencer/ranklist',
      'influencer',
    ],
    ['/v1/tiktok/video/ranking/analytics', '/api/v3/echotik/video/ranklist', 'video'],
  ])('%s is the same list as %s', async (path, door, name) => {
    const sandbox = await start();
    const asked = { ...ASKED, [`${name}_rank_field`]: '2' };
    const { body } = await get(sandbox, path, asked);
    expect(body.data).toHaveLength(10);
    expect((await get(sandbox, door, asked, BASIC)).body.data).toEqual(body.data);
  });
});

describe('what trends', () => {
  const trending = async (sandbox: Sandbox, list: string, query: Record<string, string> = {}) =>
    (await get(sandbox, `/v1/tiktok/trending/${list}`, { region: 'US', period: '7', ...query }))
      .body as unknown as {
      message: string;
      data: {
        list?: Record<string, unknown>[];
        sound_list?: Record<string, unknown>[];
        pagination: Record<string, unknown>;
      };
    };

  test.each([
    [
      'hashtags',
      'list',
      100,
      'hashtag_id hashtag_name country_info industry_info is_promoted trend creators publish_cnt video_views rank rank_diff_type',
    ],
    [
      'music',
      'sound_list',
      99,
      'author clip_id country_code cover duration if_cml is_search link on_list_times promoted rank rank_diff rank_diff_type related_items song_id title trend url_title',
    ],
  ] as const)(
    '%s has the documented fields, its ranks, and a total, at 2 credits a page',
    async (list, key, total, fields) => {
      const sandbox = await start({ credits: 3 });
      const { data } = await trending(sandbox, list);
      const rows = data[key] ?? [];
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(fields);
      expect(rows.map(({ rank }) => rank)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
      expect(data.pagination).toEqual({ page: 1, size: 20, total, has_more: true });
      expect(sandbox.credits()).toBe(1);
      expect((await trending(sandbox, list)).message).toBe('apiKey quota is not enough');
    },
  );

  test('is another list in another region, window and day, and a bad window is refused', async () => {
    const sandbox = await start();
    const ids = async (query = {}) =>
      (await trending(sandbox, 'hashtags', query)).data.list?.map((row) => row.hashtag_id);
    const first = await ids();
    expect(await ids()).toEqual(first);
    expect(await ids({ region: 'FR' })).not.toEqual(first);
    expect(await ids({ period: '120' })).not.toEqual(first);
    clock.set('2026-03-05T06:00:00Z');
    expect(await ids()).not.toEqual(first);
    expect((await trending(sandbox, 'hashtags', { period: '8' })).message).toBe(
      'Invalid parameter: period',
    );
  });
});

describe('the category tree', () => {
  test('comes level by level, or below one parent', async () => {
    const sandbox = await start();
    const level = async (name: string, query = {}) =>
      (await get(sandbox, `/v1/tiktok/category/${name}/analytics`, query)).body.data;
    const first = await level('primary');
    expect(first[0]).toEqual({
      category_id: '1100000',
      category_level: '1',
      category_name: 'Scent & Skin',
      language: 'en-US',
      parent_id: '0',
    });
    const second = await level('secondary');
    const below = await level('secondary', { parent_id: '1100000' });
    expect(below.length).toBeLessThan(second.length);
    expect(new Set(below.map((row) => row.parent_id))).toEqual(new Set(['1100000']));
    expect((await level('tertiary')).length).toBeGreaterThan(1_000);
  });
});

describe('a plain list', () => {
  test.each(['page', 'offset', 'cursor', 'link', 'none'])('comes by %s, whole', async (scheme) => {
    const sandbox = await start();
    const ids: unknown[] = [];
    let query: Record<string, string> = {};
    for (let turn = 1; turn < 10; turn++) {
      const { body, link } = await get(sandbox, `/lists/${scheme}`, query, {});
      ids.push(...body.data.map(({ id }) => id));
      const next =
        scheme === 'link' ? /from=(\d+)/.exec(String(link))?.[1] : (body as { next?: string }).next;
      const steps: Record<string, Record<string, string> | null> = {
        page: { page: `${turn + 1}` },
        offset: { offset: `${turn * 20}` },
        cursor: next === undefined ? null : { cursor: next },
        link: next === undefined ? null : { from: next },
        none: null,
      };
      const step = body.data.length === 0 ? null : (steps[scheme] ?? null);
      if (step === null) break;
      query = step;
    }
    expect(new Set(ids).size).toBe(60);
    expect(ids).toHaveLength(60);
  });
});
