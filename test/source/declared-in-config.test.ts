// Lists that a config declares, in each way of paging, from a real server into the database.
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { declaredWorld, type DeclaredWorld, type Mapping } from '../support/declared-world.ts';
import type { ScriptedRequest } from './scripted-server.ts';

let opened: DeclaredWorld | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

const thing = (n: number) => ({
  id: `t${n}`,
  title: `Thing ${n}`,
  kind: n % 10 === 0 ? 'ad' : 'thing',
  sold: 1000 - n,
});
const things = (from: number, count: number, last: number) =>
  Array.from({ length: Math.max(0, Math.min(count, last - from + 1)) }, (_, i) => thing(from + i));

const LIST = {
  rows: 'data.items',
  id: 'id',
  name: 'title',
  metrics: { sold: { kind: 'count', order: true } },
};

type Served = { body: unknown; headers?: Record<string, string> };

async function worldOf(
  list: Mapping,
  serve: (query: URLSearchParams, request: ScriptedRequest) => Served,
  more: Parameters<typeof declaredWorld>[2] = {},
): Promise<DeclaredWorld> {
  const answer = (request: ScriptedRequest, response: ServerResponse) => {
    const { body, headers = {} } = serve(request.parameters, request);
    response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
  };
  opened = await declaredWorld({ ...LIST, ...list }, answer, more);
  return opened;
}

const items = (all: unknown[], more: Mapping = {}): Served => ({
  body: { data: { items: all }, ...more },
});
const number = (query: URLSearchParams, name: string) => Number(query.get(name) ?? 0);
const RANKS = 'SELECT rank, product_id FROM things_history ORDER BY rank';
const ranked = (to: number) => Array.from({ length: to }, (_, i) => [i + 1, `t${i + 1}`]);

const byPage = { url: '/list', query: { page: '{page}', per: '{size}' } };
const byOffset = { url: '/list', query: { from: '{offset}', per: '{size}' } };
const byCursor = { url: '/list', query: { after: '{cursor}' } };

describe('a declared list is read whole', () => {
  test('by page, to the total that the answer says', async () => {
    const { take, rows, urls } = await worldOf(
      { request: byPage, pages: { by: 'page', size: 10 }, end: { total: 'meta.total' } },
      (query) =>
        items(things((number(query, 'page') - 1) * 10 + 1, 10, 25), { meta: { total: 25 } }),
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 25 });
    expect(rows(RANKS)).toEqual(ranked(25));
    expect(urls().sort()).toEqual([1, 2, 3].map((page) => `/list?page=${page}&per=10`));
  });

  test('by offset, also of a server that gives fewer rows than it is asked for', async () => {
    const { take, rows, urls } = await worldOf(
      { request: byOffset, pages: { by: 'offset', size: 30 } },
      (query) => items(things(number(query, 'from') + 1, 20, 45)),
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 45 });
    expect(rows(RANKS)).toEqual(ranked(45));
    expect(urls().map((url) => /from=(\d+)/.exec(url)?.[1])).toEqual(['0', '20', '40', '45']);
  });

  test('by cursor, until it is missing', async () => {
    const { take, rows } = await worldOf(
      { request: byCursor, pages: { by: 'cursor', size: 10, cursor: 'meta.next' } },
      (query) => {
        const from = number(query, 'after') + 1;
        const next = from + 10 > 25 ? {} : { next: String(from + 9) };
        return items(things(from, 10, 25), { meta: next });
      },
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 25 });
    expect(rows(RANKS)).toEqual(ranked(25));
  });

  test('by cursor in the body of a POST', async () => {
    const { take, rows, server } = await worldOf(
      {
        request: { url: '/list', method: 'POST', body: { after: '{cursor}', limit: '{size}' } },
        pages: { by: 'cursor', size: 10, cursor: 'meta.next' },
      },
      () => items(things(1, 10, 10), { meta: { next: null } }),
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 10 });
    expect(server.requests[0]?.body).toBe('{"limit":10}');
    expect(rows(RANKS)).toHaveLength(10);
  });

  test('by the Link header', async () => {
    const { take, rows, urls } = await worldOf(
      { request: { url: '/list' }, pages: { by: 'link', size: 10 } },
      (query) => ({
        ...items(things(number(query, 'from') + 1, 10, 25)),
        ...(number(query, 'from') < 20
          ? { headers: { link: `</list?from=${number(query, 'from') + 10}>; rel="next"` } }
          : {}),
      }),
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 25 });
    expect(rows(RANKS)).toEqual(ranked(25));
    expect(urls()).toEqual(['/list', '/list?from=10', '/list?from=20']);
  });

  test('in one answer', async () => {
    const { take, rows, urls } = await worldOf({ request: { url: '/list' } }, () =>
      items(things(1, 50, 40)),
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 40 });
    expect(rows(RANKS)).toEqual(ranked(40));
    expect(urls()).toEqual(['/list']);
  });

  test.each(['page', 'offset', 'cursor'])(
    'by %s without the rows that do not count, ranked without gaps',
    async (by) => {
      const requests: Mapping = { page: byPage, offset: byOffset, cursor: byCursor };
      const { take, rows } = await worldOf(
        {
          request: requests[by],
          pages: { by, size: 10, ...(by === 'cursor' ? { cursor: 'next' } : {}) },
          end: { total: 'total' },
          where: [{ path: 'kind', is_not: ['ad'] }],
        },
        (query) => {
          const from =
            by === 'page'
              ? (number(query, 'page') - 1) * 10
              : number(query, by === 'offset' ? 'from' : 'after');
          return items(things(from + 1, 10, 45), {
            total: 45,
            ...(from + 10 < 45 ? { next: from + 10 } : {}),
          });
        },
      );
      expect(await take(0)).toMatchObject({ status: 'complete', rows: 41 });
      const kept = Array.from({ length: 45 }, (_, i) => i + 1).filter((n) => n % 10 !== 0);
      expect(rows(RANKS)).toEqual(kept.map((n, i) => [i + 1, `t${n}`]));
    },
  );
});

describe('no list is read for ever', () => {
  test('a last page that is served again and again ends it', async () => {
    const { take, urls } = await worldOf(
      { request: byPage, pages: { by: 'page', size: 10 } },
      (query) =>
        items(
          things(number(query, 'page') > 2 ? 11 : (number(query, 'page') - 1) * 10 + 1, 10, 99),
        ),
    );
    expect(await take(0)).toMatchObject({ status: 'complete', rows: 20 });
    expect(urls()).toHaveLength(3);
  });

  test('a cursor that never ends stops at the most pages, and is not called complete', async () => {
    const { take, urls } = await worldOf(
      {
        request: byCursor,
        pages: { by: 'cursor', size: 10, most: 3, cursor: 'next' },
        most_ranks: 50,
      },
      (query) =>
        items(things(number(query, 'after') + 1, 5, 999), { next: number(query, 'after') + 5 }),
    );
    expect(await take(0)).toMatchObject({
      status: 'partial',
      rows: 15,
      reason: expect.stringContaining(
        'the list goes on after 3 pages, the most that are asked for (pages.most)',
      ) as string,
    });
    expect(urls()).toHaveLength(3);
  });

  test('a cursor that stays the same ends it', async () => {
    const { take, urls } = await worldOf(
      { request: byCursor, pages: { by: 'cursor', size: 10, cursor: 'next' } },
      (query) => items(things(number(query, 'after') + 1, 10, 999), { next: 10 }),
    );
    expect(await take(0)).toMatchObject({ rows: 20 });
    expect(urls()).toHaveLength(3);
  });
});

describe('what is wrong with an answer is said', () => {
  const one = { request: { url: '/list' } };

  test.each<[string, Mapping, Served, string]>([
    [
      'a path that no row has',
      { ...one, metrics: { sold: { path: 'stats.sold' } } },
      items(things(1, 9, 9)),
      'no row has stats.sold (sold); a row has id, title, kind, sold',
    ],
    [
      'a value of another type in every row',
      { ...one, metrics: { sold: { path: 'title' } } },
      items(things(1, 9, 9)),
      'title (sold) is a string that cannot be read, in every row',
    ],
    [
      'a total that is nowhere',
      { ...one, end: { total: 'meta.count' } },
      items(things(1, 9, 9), { meta: { total: 9 } }),
      'the answer has no meta.count; there is total',
    ],
    [
      'rows of another shop than was asked for',
      {
        request: { url: '/list', query: { shop: '{shop}' } },
        parameters: { shop: { values: { us: 'US-1', gb: 'GB-1' }, default: 'us' } },
        echo: { shop: 'shop' },
      },
      items(things(1, 9, 9).map((row) => ({ ...row, shop: 'GB-1' }))),
      'shop of its rows is GB-1, and shop US-1 was asked for',
    ],
  ])('%s makes the snapshot suspect', async (_, list, served, said) => {
    const { take } = await worldOf(list, () => served);
    const result = await take(0);
    expect([result.status, result.reason]).toEqual(['suspect', expect.stringContaining(said)]);
  });

  test('nulls in some rows, and missing values in others, are data', async () => {
    const { take, rows } = await worldOf(one, () =>
      items([{ ...thing(1), sold: null }, { id: 't2', title: 'Thing 2' }, thing(3)]),
    );
    expect(await take(0)).toMatchObject({ status: 'complete' });
    expect(rows('SELECT sold FROM things_history ORDER BY rank')).toEqual([[null], [null], [997]]);
  });

  test('words of an empty account in a 200 are no empty list', async () => {
    const { take } = await worldOf(
      {
        ...one,
        ok: { path: 'code', equals: 0 },
        fail: { message: 'msg', quota: ['no quota left'] },
      },
      () => ({ body: { code: 7, msg: 'Sorry, no quota left today', data: { items: [] } } }),
    );
    expect(await take(0)).toMatchObject({ status: 'failed' });
    expect(opened?.rows('SELECT outcome FROM requests')).toEqual([['out_of_credits']]);
  });

  test('ids that all turn into others: a changed path is noticed, and nothing is told of it', async () => {
    let list: unknown[] = things(1, 40, 40);
    const { take, rows } = await worldOf(one, () => items(list), {
      rest: { rules: { new: { when: "status = 'new'" }, gone: { when: "status = 'left'" } } },
    });
    await take(0);
    await take(1);
    list = things(1, 40, 40).map((row) => ({ ...row, id: `other-${row.id}`, sold: row.sold + 1 }));
    expect(await take(2)).toMatchObject({ status: 'suspect' });
    expect(rows('SELECT * FROM alert_log')).toEqual([]);
  });
});

test('credentials go to the source alone: not after a redirect, not to the next page of another scheme', async () => {
  const { take, server, urls } = await worldOf(
    { request: { url: '/list' }, pages: { by: 'link', size: 10 } },
    (_, { headers }) => ({
      ...items(things(1, 10, 10)),
      headers: { link: `<https://${headers.host ?? ''}/more>; rel="next"` },
    }),
    { source: { token: 'sk_live_hunter2', token_header: 'X-Api-Key' } },
  );
  expect(await take(0)).toMatchObject({ status: 'failed' });
  expect(server.requests[0]?.headers['x-api-key']).toBe('sk_live_hunter2');
  expect(urls()).toEqual(['/list']);
});
