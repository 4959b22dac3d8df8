import { afterEach, describe, expect, it } from 'vitest';
import { request } from 'undici';
import type { ListRow } from '../../src/sandbox/list-row.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import { ask, idsOf, standingClock } from './ask.ts';

const market = createMarket({ seed: 1 });
const clock = standingClock('2026-03-02T06:00:00Z');
const open: Sandbox[] = [];
const start = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox = await startSandbox({ market, clock, ...options });
  open.push(sandbox);
  return sandbox;
};
afterEach(async () => {
  clock.set('2026-03-02T06:00:00Z');
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

const failure = (code: number, message: string) => ({ code, data: null, message });

describe('the endpoint', () => {
  it('answers in the documented shape', async () => {
    const answer = await ask(await start(), { limit: 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    const body = answer.json();
    expect(body).toMatchObject({
      code: 0,
      message: 'success',
      data: { pagination: { page: 1, size: 1, total: 500, has_more: true } },
    });
    expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const row = body.data.list[0] as ListRow;
    expect(Object.keys(row)).toEqual([
      'comment',
      'cost',
      'cover_url',
      'cpa',
      'ctr',
      'cvr',
      'ecom_type',
      'first_ecom_category',
      'impression',
      'like',
      'play_six_rate',
      'post',
      'post_change',
      'second_ecom_category',
      'share',
      'third_ecom_category',
      'url_title',
    ]);
    expect([Object.keys(row.first_ecom_category), Object.keys(row.third_ecom_category)]).toEqual([
      ['id', 'label', 'value'],
      ['id', 'label', 'parent_id', 'value'],
    ]);
    expect([row.ecom_type, row.cover_url, typeof row.third_ecom_category.id]).toEqual([
      'l3',
      null,
      'string',
    ]);
  });

  it('covers the list exactly, page by page', async () => {
    const sandbox = await start();
    const pages = await Promise.all(
      Array.from({ length: 25 }, (_, index) => ask(sandbox, { page: index + 1 })),
    );
    expect(pages.flatMap((page) => page.json().data.list)).toEqual(
      market.list({ region: 'US', timeScope: 7, day: '2026-03-02' }),
    );
    expect(pages.map((page) => page.json().data.pagination.has_more)).toEqual([
      ...new Array<boolean>(24).fill(true),
      false,
    ]);
    expect((await ask(sandbox, { page: 26 })).json().data).toEqual({
      list: [],
      pagination: { page: 26, size: 0, total: 500, has_more: false },
    });
  });

  it('clamps limit to 20, or to a smaller limit of its own', async () => {
    expect((await ask(await start(), { limit: 100 })).json().data.list).toHaveLength(20);
    const small = await start({ maxLimit: 10 });
    expect(idsOf((await ask(small, { limit: 20, page: 2 })).json().data.list)).toEqual(
      idsOf(market.list({ region: 'US', timeScope: 7, day: '2026-03-02' })).slice(10, 20),
    );
  });

  it('ends the list where it is told to', async () => {
    const page = (await ask(await start({ totalCap: 44 }), { page: 3 })).json().data;
    expect([page.list.length, page.pagination]).toEqual([
      4,
      { page: 3, size: 4, total: 44, has_more: false },
    ]);
  });

  it('takes the documented defaults for what is absent', async () => {
    const sandbox = await start();
    const answer = await ask(sandbox, { region: '', time_scope: '' });
    expect(answer.json().data.list).toEqual(
      market.list({ region: 'all_regions', timeScope: 1, day: '2026-03-02' }).slice(0, 20),
    );
    expect(sandbox.requests()[0]?.request).toEqual({
      region: 'all_regions',
      timeScope: 1,
      page: 1,
      limit: 20,
      category: null,
      keyword: null,
    });
  });

  it('narrows to a category and a keyword, and reads FALSE as no keyword', async () => {
    const sandbox = await start();
    const whole = (await ask(sandbox, { search_keyword: 'FALSE' })).json().data;
    expect(whole.pagination.total).toBe(500);
    const wanted = whole.list[4] as ListRow;
    const narrowed = (
      await ask(sandbox, { ecom_category_id: wanted.third_ecom_category.id })
    ).json().data;
    expect([narrowed.list, narrowed.pagination.total]).toEqual([[wanted], 1]);
    const found = (await ask(sandbox, { search_keyword: 'gift' })).json().data.list;
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((row) => row.third_ecom_category.value.includes('Gift'))).toBe(true);
  });

  it("serves the list of the clock's UTC day, whose data end with the day before", async () => {
    const sandbox = await start();
    const served = async (time: string) => {
      clock.set(time);
      return (await ask(sandbox)).json().data.list;
    };
    const today = await served('2026-03-02T00:00:00.000Z');
    expect(today).toEqual(
      market.list({ region: 'US', timeScope: 7, day: '2026-03-02' }).slice(0, 20),
    );
    expect(await served('2026-03-02T23:59:59.999Z')).toEqual(today);
    expect(await served('2026-03-03T00:00:00.000Z')).toEqual(
      market.list({ region: 'US', timeScope: 7, day: '2026-03-03' }).slice(0, 20),
    );
  });
});

describe('refusals', () => {
  it.each([
    ['page 0', { page: 0 }, 'page'],
    ['a page that is not a number', { page: 'one' }, 'page'],
    ['a negative limit', { limit: -1 }, 'limit'],
    ['limit 0', { limit: 0 }, 'limit'],
    ['a time scope it does not have', { time_scope: 14 }, 'time_scope'],
    ['a region it does not have', { region: 'UK' }, 'region'],
  ])('400 for %s', async (_, query, parameter) => {
    const sandbox = await start({ credits: 10 });
    const answer = await ask(sandbox, query);
    expect([answer.status, answer.json()]).toEqual([
      400,
      failure(400, `Invalid parameter: ${parameter}`),
    ]);
    expect(sandbox.credits()).toBe(10);
  });

  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer else' }],
    ['another scheme', { authorization: 'Basic sandbox' }],
  ])('401 for %s', async (_, headers) => {
    const answer = await ask(await start(), {}, headers);
    expect([answer.status, answer.json()]).toEqual([401, failure(401, 'apiKey is null')]);
  });

  it('takes the token it was given, and no other', async () => {
    const sandbox = await start({ token: 'sk_other' });
    expect((await ask(sandbox)).status).toBe(401);
    expect((await ask(sandbox, {}, { authorization: 'Bearer sk_other' })).status).toBe(200);
  });

  it('402 once the credits are used up, 2 for each request', async () => {
    const sandbox = await start({ credits: 5 });
    const statuses = [(await ask(sandbox)).status, (await ask(sandbox)).status];
    const refused = await ask(sandbox);
    expect([...statuses, refused.status, refused.json()]).toEqual([
      200,
      200,
      402,
      failure(402, 'apiKey quota is not enough'),
    ]);
    expect(sandbox.credits()).toBe(1);
    expect(sandbox.requests().map(({ credits }) => credits)).toEqual([2, 2, 0]);
  });

  it('429 for more requests in a second than allowed, until the second is over', async () => {
    const sandbox = await start({ qps: 2 });
    expect([
      (await ask(sandbox)).status,
      (await ask(sandbox)).status,
      (await ask(sandbox)).status,
    ]).toEqual([200, 200, 429]);
    clock.set('2026-03-02T06:00:01Z');
    expect((await ask(sandbox)).status).toBe(200);
  });

  it.each(['/', '//', '/v1/tiktok/insights', '/v1/tiktok/insights/products/', '/%E0%A4%A'])(
    '404 for %s',
    async (path) => {
      const sandbox = await start();
      const { statusCode, body } = await request(`${sandbox.url}${path}`);
      expect([statusCode, await body.json()]).toEqual([404, failure(404, 'Not Found')]);
    },
  );

  it('404 for anything but GET', async () => {
    const sandbox = await start();
    const { statusCode, body } = await request(`${sandbox.url}/v1/tiktok/insights/products`, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox' },
    });
    await body.dump();
    expect(statusCode).toBe(404);
  });
});

describe('the server', () => {
  it('logs each request with what was asked and how it was answered', async () => {
    const seen: number[] = [];
    const sandbox = await start({
      faults: [{ fault: 'http_503', page: 2 }],
      onRequest: ({ status }) => seen.push(status),
    });
    await ask(sandbox, { page: 2, ecom_category_id: '1100000' });
    await ask(sandbox, {}, {});
    expect(sandbox.requests()).toEqual([
      {
        at: clock.now(),
        method: 'GET',
        path: '/v1/tiktok/insights/products',
        status: 503,
        credits: 2,
        faults: ['http_503'],
        request: {
          region: 'US',
          timeScope: 7,
          page: 2,
          limit: 20,
          category: '1100000',
          keyword: null,
        },
        says: null,
      },
      {
        at: clock.now(),
        method: 'GET',
        path: '/v1/tiktok/insights/products',
        status: 401,
        credits: 0,
        faults: [],
        request: null,
        says: null,
      },
    ]);
    expect(seen).toEqual([503, 401]);
  });

  it('says null for credits without an end', async () => {
    expect((await start()).credits()).toBeNull();
  });

  it('rejects when its port is taken', async () => {
    const { port } = await start();
    await expect(startSandbox({ market, clock, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('closes with requests that hang and connections that idle, and a second close does nothing', async () => {
    const sandbox = await start({ faults: [{ fault: 'hang', page: 2 }] });
    await ask(sandbox);
    const hanging = ask(sandbox, { page: 2 });
    const ended = expect(hanging).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    // Answered after the hanging request was taken in: logged means it arrived.
    while (sandbox.requests().length < 2) await ask(sandbox, { page: 3 });
    await sandbox.close();
    await ended;
    await sandbox.close();
    await expect(ask(sandbox)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
