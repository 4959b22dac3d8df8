// Lists that are asked for by declaration, from a real server.
import { describe, expect, test } from 'vitest';
import { parseJsonPath, formatJsonPath } from '../../src/lib/json-path.ts';
import { parseExactJson } from '../../src/lib/exact-json.ts';
import {
  declareList,
  declareMetric,
  declareParameter,
  declareRequest,
} from '../../src/list/declare.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import type { ListRequest } from '../../src/list/request.ts';
import type { SourceConfig } from '../../src/config/config.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { fetchList } from '../../src/source/fetch-list.ts';
import { buildList } from '../../src/snapshot/build.ts';
import { fullPageSize } from '../../src/source/list-end.ts';
import { nextLink } from '../../src/source/declared/judge-answer.ts';
import { useScriptedSource, type Answer } from './source-deps.ts';
import type { ScriptedRequest } from './scripted-server.ts';

const withSource = useScriptedSource();

const region = declareParameter({
  key: 'region',
  description: 'Country.',
  values: { kind: 'text', check: () => null },
  fallback: null,
});

const declare = (request: Partial<ListRequest>, more: Partial<ListKind> = {}): ListKind =>
  declareList({
    name: 'things',
    title: 'Things',
    seriesSource: 'test.things',
    row: { one: 'thing', many: 'things' },
    parameters: [region],
    metrics: [
      declareMetric({
        column: 'sold',
        path: ['sold'],
        kind: 'count',
        label: 'sold',
        description: 'Sold',
      }),
    ],
    shown: [],
    ...more,
    identity: { id: ['id'], name: ['name'], ...more.identity },
    request: declareRequest({ url: '/things', rows: ['data'], ...request }),
  });

/** Answers with JSON, written out where the very bytes count. */
const json =
  (answer: (query: URLSearchParams, request: ScriptedRequest) => unknown, headers = {}): Answer =>
  (request, response) => {
    const body = answer(new URL(request.url ?? '', 'http://x').searchParams, request);
    response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const thing = (n: number) => ({ id: `t${n}`, name: `Thing ${n}`, sold: 1000 - n });
const things = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => thing(from + index));

async function fetchFrom(
  answer: Answer,
  list: ListKind,
  {
    depth = 50,
    source = {},
    asked = { region: 'US' },
    date = null,
  }: {
    depth?: number;
    source?: Partial<SourceConfig>;
    asked?: Record<string, string | null>;
    date?: string | null;
  } = {},
) {
  const { server, deps } = await withSource(answer, { source });
  const fetched = await fetchList(deps, { list, asked, depth, date });
  const size = fullPageSize(fetched.pages, list.request?.pages.size);
  const { rows } = buildList(fetched.pages, size, { list, asked, depth });
  return {
    fetched,
    deps,
    urls: server.requests.map(({ url }) => url),
    server,
    ids: rows.map(({ product, rank }) => `${rank}:${product.upstreamId}`),
    rows,
  };
}

const ranked = (to: number) => things(1, to).map(({ id }, index) => `${index + 1}:${id}`);

test('a 0 of a metric that may mean "not covered" is not known, and any other 0 is 0', async () => {
  const metric = (column: string, zeroMayMeanUnknown: boolean) =>
    declareMetric({
      ...{ column, path: [column], kind: 'money', zeroMayMeanUnknown },
      ...{ label: column, description: column },
    });
  const list = declare({}, { metrics: [metric('revenue', true), metric('price', false)] });
  const { rows, fetched } = await fetchFrom(
    json(() => ({ data: [0, 5].map((n) => ({ id: `t${n}`, name: 'x', revenue: n, price: n })) })),
    list,
  );
  expect(rows.map(({ metrics }) => metrics)).toEqual([
    { revenue: null, price: 0 },
    { revenue: 5, price: 5 },
  ]);
  expect(fetched.doubts).toBeUndefined();
});

describe('pages', () => {
  const paged = { end: { total: null, more: null, shortPage: true } };

  test('by number, from the first number of the source, end with a short page', async () => {
    const list = declare({
      ...paged,
      query: { page: '{page}', size: '{size}', region: '{region}' },
      pages: { by: 'page', first: 0, size: 10, most: 20 },
    });
    const { ids, urls } = await fetchFrom(
      json((query) => ({ data: things(Number(query.get('page')) * 10 + 1, 25).slice(0, 10) })),
      list,
    );
    expect(ids).toEqual(ranked(25));
    expect(urls).toEqual([
      '/things?page=0&size=10&region=US',
      '/things?page=1&size=10&region=US',
      '/things?page=2&size=10&region=US',
    ]);
  });

  test('by offset, with a parameter that is not asked for left out', async () => {
    const list = declare({
      ...paged,
      query: { from: '{offset}', region: '{region}' },
      pages: { by: 'offset', first: 0, size: 10, most: 20 },
    });
    const { ids, urls } = await fetchFrom(
      json((query) => ({ data: things(Number(query.get('from')) + 1, 20).slice(0, 10) })),
      list,
      { asked: { region: null } },
    );
    expect(ids).toEqual(ranked(20));
    expect(urls).toEqual(['/things?from=0', '/things?from=10', '/things?from=20']);
  });

  test('by cursor: pages of any length, and a cursor that is missing is the end', async () => {
    const list = declare({
      query: { after: '{cursor}' },
      pages: { by: 'cursor', path: ['next'], size: 10, most: 20 },
    });
    const pages: Record<string, unknown> = {
      '': { data: things(1, 3), next: 'b' },
      b: { data: things(4, 10), next: 7 },
      7: { data: things(11, 12) },
    };
    const { ids, urls, fetched } = await fetchFrom(
      json((query) => pages[query.get('after') ?? '']),
      list,
    );
    expect(ids).toEqual(ranked(12));
    expect(urls).toEqual(['/things', '/things?after=b', '/things?after=7']);
    expect(fetched.missing).toEqual([]);
  });

  test('by cursor are not asked for beyond the depth', async () => {
    const list = declare({
      query: { after: '{cursor}' },
      pages: { by: 'cursor', path: ['next'], size: 10, most: 20 },
    });
    const { urls } = await fetchFrom(
      json((query) => {
        const from = Number(query.get('after') ?? 1);
        return { data: things(from, from + 9), next: from + 10 };
      }),
      list,
      { depth: 15 },
    );
    expect(urls).toHaveLength(2);
  });

  test('by the Link header, and never to another host', async () => {
    const list = declare({ rows: [], pages: { by: 'link', size: 10, most: 20 } });
    const answer =
      (host: string): Answer =>
      (request, response) => {
        const isFirst = request.url === '/things';
        const link = `<http://${host === '' ? (request.headers.host ?? '') : host}/more>; rel="next"`;
        response
          .writeHead(200, { 'content-type': 'application/json', ...(isFirst ? { link } : {}) })
          .end(JSON.stringify(isFirst ? things(1, 10) : things(11, 14)));
      };
    const { ids, urls } = await fetchFrom(answer(''), list);
    expect(ids).toEqual(ranked(14));
    expect(urls).toEqual(['/things', '/more']);

    const away = await fetchFrom(answer('elsewhere.example'), list);
    expect(away.fetched.missing).toMatchObject([
      { page: 1, reason: 'redirect', detail: 'its next page is on elsewhere.example' },
    ]);
    expect(away.urls).toEqual(['/things']);
  });

  test('end where a page repeats known rows, as a last page that is served for ever', async () => {
    const list = declare({
      query: { page: '{page}' },
      pages: { by: 'page', first: 1, size: 10, most: 20 },
    });
    const { ids, urls, fetched } = await fetchFrom(
      json((query) => ({ data: Number(query.get('page')) === 1 ? things(1, 10) : things(11, 20) })),
      list,
      { depth: 100 },
    );
    expect(ids).toEqual(ranked(20));
    expect(urls).toHaveLength(3);
    expect(fetched.missing).toEqual([]);
  });

  test('end at the hard cap, whatever the source goes on to serve', async () => {
    const list = declare({
      query: { after: '{cursor}' },
      pages: { by: 'cursor', path: ['next'], size: 10, most: 3 },
    });
    const { urls } = await fetchFrom(
      json((query) => {
        const from = Number(query.get('after') ?? 1);
        return { data: things(from, from), next: from + 1 };
      }),
      list,
    );
    expect(urls).toHaveLength(3);
  });
});

describe('what goes out', () => {
  test('a POST carries its template, numbers as numbers, what is not asked for left out', async () => {
    const list = declare({
      method: 'POST',
      body: {
        page: '{page}',
        filter: { region: '{region}', day: '{date:yyyy/MM/dd}' },
        sort: ['gmv'],
      },
    });
    const { server } = await fetchFrom(
      json(() => ({ data: things(1, 2) })),
      list,
      {
        date: '2026-11-23',
        asked: { region: null },
      },
    );
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      page: 1,
      filter: { day: '2026/11/23' },
      sort: ['gmv'],
    });
  });

  test.each([
    [
      'basic',
      { kind: 'basic', username: 'ana', password: makeSecret('hunter2!') },
      'authorization',
      'Basic YW5hOmh1bnRlcjIh',
    ],
    [
      'a header',
      { kind: 'header', name: 'x-api-key', token: makeSecret('hunter2!') },
      'x-api-key',
      'hunter2!',
    ],
    [
      'bearer',
      { kind: 'bearer', token: makeSecret('hunter2!') },
      'authorization',
      'Bearer hunter2!',
    ],
  ] as const)('credentials as %s, which no answer brings back', async (_, auth, header, value) => {
    const list = declare({
      fail: { message: ['message'], quota: [], code: null },
      ok: { path: ['code'], equals: 0 },
    });
    const { server, fetched } = await fetchFrom(
      json((_query, request) => ({ code: 1, message: `no: ${String(request.headers[header])}` })),
      list,
      { source: { auth } },
    );
    expect(server.requests[0]?.headers[header]).toBe(value);
    expect(JSON.stringify(fetched)).not.toContain('hunter2');
    expect(JSON.stringify(fetched)).not.toContain('aHVudGVyMi');
  });

  test('a token as a parameter of the address', async () => {
    const { urls } = await fetchFrom(
      json(() => ({ data: things(1, 2) })),
      declare({}),
      {
        source: { auth: { kind: 'query', name: 'key', token: makeSecret('hunter2!') } },
      },
    );
    expect(urls[0]).toBe('/things?key=hunter2%21');
  });

  test('nothing, to an address that is not public, unless it is allowed', async () => {
    const { fetched, urls } = await fetchFrom(
      json(() => ({ data: [] })),
      declare({}),
      {
        source: { allowPrivate: false },
      },
    );
    expect(fetched.missing).toMatchObject([{ reason: 'connection_failed' }]);
    expect(fetched.missing[0]?.detail).toContain('allow_private');
    expect(urls).toEqual([]);
  });
});

describe('rows', () => {
  test('keep ids of 19 digits, served as text or as numbers, to the last digit', async () => {
    const body =
      '{"data":[{"id":1729000000000000001,"name":"A, 1729000000000000001","sold":5},{"id":"1729000000000000003","name":"B","sold":"4"}]}';
    const { rows } = await fetchFrom(
      json(() => body),
      declare({}),
    );
    expect(rows.map(({ product }) => [product.upstreamId, product.name])).toEqual([
      ['1729000000000000001', 'A, 1729000000000000001'],
      ['1729000000000000003', 'B'],
    ]);
    expect(rows.map(({ metrics }) => metrics.sold)).toEqual([5, 4]);
  });

  test('that are mere texts are their own id and name', async () => {
    const list = declare(
      {},
      { identity: { id: [], name: null, groups: [], noGroup: [] }, metrics: [] },
    );
    const { ids, rows } = await fetchFrom(
      json(() => ({ data: ['B01', 'B02'] })),
      list,
    );
    expect(ids).toEqual(['1:B01', '2:B02']);
    expect(rows[0]?.product.name).toBe('B01');
  });

  test('say their rank themselves, and those that are not meant are left out', async () => {
    const list = declare(
      { where: [{ path: ['name'], matches: '^Special:', keep: false }] },
      { rank: ['rank'], metrics: [] },
    );
    const { ids } = await fetchFrom(
      json(() => ({
        data: [
          { id: 'a', name: 'A', rank: 1 },
          { id: 's', name: 'Special:Search', rank: 2 },
          { id: 'b', name: 'B', rank: 3 },
        ],
      })),
      list,
    );
    expect(ids).toEqual(['1:a', '3:b']);
  });

  test('a group that means none is none', async () => {
    const list = declare(
      {},
      { identity: { id: ['id'], name: ['name'], groups: [['c1'], ['c2']], noGroup: ['0'] } },
    );
    const { rows } = await fetchFrom(
      json(() => ({ data: [{ ...thing(1), c1: '601450', c2: '0' }] })),
      list,
    );
    expect(rows[0]?.product).toMatchObject({ categoryL1: '601450', categoryL2: null });
  });
});

describe('doubts', () => {
  test('a path that no row has: with the keys that are there', async () => {
    const { fetched } = await fetchFrom(
      json(() => ({
        data: [
          { id: 'a', name: 'A', units: 5 },
          { id: 'b', name: 'B', units: 4 },
        ],
      })),
      declare({}),
    );
    expect(fetched.doubts).toEqual(['no row has sold (sold); a row has id, name, units']);
  });

  test('a path with nothing that can be read in any row', async () => {
    const { fetched } = await fetchFrom(
      json(() => ({ data: [{ id: 'a', name: 'A', sold: 'many' }] })),
      declare({}),
    );
    expect(fetched.doubts).toEqual(['sold (sold) is a string that cannot be read, in every row']);
  });

  test('nulls are data', async () => {
    const { fetched, rows } = await fetchFrom(
      json(() => ({
        data: [
          { id: 'a', name: 'A', sold: null },
          { id: 'b', name: 'B' },
        ],
      })),
      declare({}),
    );
    expect(fetched.doubts).toBeUndefined();
    expect(rows.map(({ metrics }) => metrics.sold)).toEqual([null, null]);
  });

  test('rows of another region than asked for', async () => {
    const { fetched } = await fetchFrom(
      json(() => ({ data: [{ ...thing(1), region: 'GB' }] })),
      declare({}, { echo: [{ path: ['region'], of: 'region' }] }),
    );
    expect(fetched.doubts).toEqual(['region of its rows is GB, and region US was asked for']);
  });

  test('rows under another path: no page, and what is there instead', async () => {
    const { fetched } = await fetchFrom(
      json(() => ({ data: { sound_list: [] } })),
      declare({}),
    );
    expect(fetched.missing).toMatchObject([
      { reason: 'wrong_shape', detail: 'data is a mapping, not a list; the answer has sound_list' },
    ]);
  });

  test('an empty list: what it means is declared', async () => {
    const empty = json(() => ({ data: [] }));
    expect((await fetchFrom(empty, declare({}))).fetched.doubts).toEqual(['the list is empty']);
    expect((await fetchFrom(empty, declare({ empty: 'not_yet' }))).fetched).toMatchObject({
      isUnpublished: true,
    });
    const end = await fetchFrom(empty, declare({ empty: 'end' }));
    expect([end.fetched.doubts, end.fetched.isUnpublished]).toEqual([undefined, undefined]);
  });
});

describe('refusals', () => {
  const request = {
    ok: { path: ['code'], equals: 0 },
    fail: { message: ['message'], quota: ['quota', 'usage limit exceeded'], code: ['code'] },
  };

  test.each([
    ['in a 200 with code 0', 200, { code: 0, message: 'apiKey quota is not enough', data: [] }],
    ['in a 200 with another code', 200, { code: 1, message: 'apiKey quota is not enough' }],
    ['in a 500', 500, { message: 'Usage Limit Exceeded, Please Contact Administrator' }],
  ])('no quota, said in words %s', async (_, status, body) => {
    const { fetched } = await fetchFrom((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }, declare(request));
    expect(fetched.refused).toMatchObject({ reason: 'out_of_credits' });
    expect(fetched.requests).toBe(1);
  });

  test('a status that means not yet', async () => {
    const { fetched } = await fetchFrom(
      (_request, response) => {
        response.writeHead(404).end();
      },
      declare({ empty: 'not_yet', emptyStatus: [404] }),
    );
    expect(fetched.isUnpublished).toBe(true);
  });

  test('a body beyond its bound is dropped', async () => {
    const { fetched } = await fetchFrom(
      json(() => ({ data: [], blanks: 'x'.repeat(4096) })),
      declare({ maxBodyBytes: 1024 }),
    );
    expect(fetched.missing).toMatchObject([{ reason: 'too_large' }]);
  });
});

describe('a path', () => {
  test.each([
    ['data.list', ['data', 'list']],
    ['$.feed.results', ['feed', 'results']],
    ['/feed/im:id', ['feed', 'im:id']],
    ['id.attributes."im:id"', ['id', 'attributes', 'im:id']],
    ['items.0.articles', ['items', '0', 'articles']],
    ['"a.b"."say \\"x\\""', ['a.b', 'say "x"']],
    ['.', []],
  ])('%s', (text, path) => {
    expect(parseJsonPath(text)).toEqual({ path });
    expect(parseJsonPath(formatJsonPath(path))).toEqual({ path });
  });

  test.each(['$..id', 'data[*].id', 'a.?(x)', '', 'a..b', 'a.', '"open'])('%s is none', (text) => {
    expect(parseJsonPath(text)).toHaveProperty('problem');
  });
});

test('long numbers stay what they are, and only they', () => {
  expect(
    parseExactJson(
      '{"a":1729000000000000001,"b":"1729000000000000001 \\" 1729000000000000003","c":[-9007199254740993,1234567890123456,1.5,1e400]}',
    ),
  ).toEqual({
    a: '1729000000000000001',
    b: '1729000000000000001 " 1729000000000000003',
    c: ['-9007199254740993', 1234567890123456, 1.5, Infinity],
  });
});

test.each([
  ['<https://a.example/x?p=2>; rel="next"', 'https://a.example/x?p=2'],
  ['<https://a/1>; rel="prev", <https://a/3>; title="a, b"; rel="last next"', 'https://a/3'],
  ['<https://a/1>; rel=next', 'https://a/1'],
  ['<https://a/1>; rel="prev"', null],
  [null, null],
])('the next page of %s', (header, next) => {
  expect(nextLink(header)).toBe(next);
});
