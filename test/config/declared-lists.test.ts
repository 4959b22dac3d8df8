// Lists that a config declares: what is read of them, and what is refused when the file is loaded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { changeColumnsOf } from '../../src/change/columns.ts';
import { FUNCTIONS, KEYWORDS } from '../../src/alert/expression-words.ts';
import { expressionChecker } from '../../src/alert/compile.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { end, fail, pages, request } from '../../src/config/sources/declared/asking-keys.ts';
import { listKeys } from '../../src/config/sources/declared/keys.ts';
import { dated, metric, parameter, where } from '../../src/config/sources/declared/row-keys.ts';
import { patternProblem } from '../../src/list/safe-pattern.ts';
import { metricNameProblem, RELATIONS, relationsOf } from '../../src/list/reserved.ts';
import { declareList, declareRequest } from '../../src/list/declare.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { load, problemsOf } from './read-yaml-config.ts';

type Mapping = Record<string, unknown>;

const BOOKS: Mapping = {
  title: 'Best sellers',
  row: 'book',
  request: {
    url: '/v1/best-sellers',
    query: { shop: '{shop}', page: '{page}', limit: '{size}', sort: 'sold' },
  },
  pages: { by: 'page', size: 50 },
  rows: '$.data.items',
  id: 'sku',
  name: 'title',
  groups: ['author."full.name"', '/genres/0'],
  parameters: { shop: { values: ['us', 'gb'], required: true } },
  metrics: { sold: { path: 'stats.sold', kind: 'count', order: true, headline: true } },
};

type Case = { list?: Mapping; source?: Mapping; watch?: Mapping; rest?: Mapping; name?: string };

const fileOf = ({ list = {}, source = {}, watch = {}, rest = {}, name = 'best' }: Case) =>
  stringify({
    sources: {
      mine: {
        type: 'http',
        base_url: 'https://api.example.org',
        lists: { [name]: { ...BOOKS, ...list } },
        ...source,
      },
    },
    watches: { books: { list: name, shop: 'us', schedule: '0 6 * * *', ...watch } },
    ...rest,
  });

/** Without places in the file. */
const problems = (given: Case): string[] =>
  problemsOf({ yaml: fileOf(given), env: { KEY: 'sesame' } }).map((text) =>
    text.replace(/^\S+ /, '').replace(/^sources\.mine\.lists\./, ''),
  );

const requestOf = (more: Mapping) => ({ request: { ...(BOOKS.request as Mapping), ...more } });
const metricOf = (name: string, more: Mapping = {}) => ({ metrics: { [name]: more } });

describe('a declared list', () => {
  test('is one like those that come with Tidemark', () => {
    const { config } = load({ yaml: fileOf({}) });
    const [watch] = config.watches;
    expect(watch).toMatchObject({ source: 'mine', asked: { shop: 'us' }, depth: 500 });
    expect(config.sources[0]?.lists[0]).toBe(watch?.list);
    expect(watch?.list).toMatchObject({
      name: 'best',
      title: 'Best sellers',
      seriesSource: 'declared.best',
      row: { one: 'book', many: 'books' },
      table: 'best_observations',
      identity: {
        id: ['sku'],
        name: ['title'],
        groups: [
          ['author', 'full.name'],
          ['genres', '0'],
        ],
      },
      rank: null,
      orderedBy: 'sold',
      request: {
        method: 'GET',
        pages: { by: 'page', first: 1, size: 50, most: 20 },
        rows: ['data', 'items'],
        empty: 'suspicious',
      },
    });
    expect(watch?.list.metrics[0]).toMatchObject({ column: 'sold', path: ['stats', 'sold'] });
  });

  test('takes what else the design names', () => {
    const { config } = load({
      yaml: fileOf({
        list: {
          row: { one: 'story', many: 'stories' },
          request: {
            url: '/rank',
            method: 'POST',
            body: { filter: { shop: '{shop}', day: '{date:yyyy/MM/dd}' }, after: '{cursor}' },
            headers: { 'accept-language': 'en' },
            credits: 3,
            max_body_mb: 8,
          },
          pages: { by: 'cursor', size: 20, most: 5, cursor: 'meta.next' },
          end: { total: 'meta.total', more: 'meta.more', short_page: true },
          ok: { path: 'code', equals: 0 },
          fail: { message: 'error.text', code: 'error.code', quota: ['no quota'] },
          empty_status: [404],
          where: [
            { path: 'type', is: ['book', 'e-book (.epub)'] },
            { path: 'sku', matches_not: '^Special:' },
          ],
          rank: 'position_of_day',
          echo: { shop: 'country', date: 'day' },
          dated: { period: 'week', lag: '36h', since: '2024-01-01' },
          parameters: {
            shop: { values: { us: 'US-1', gb: 'GB-1' }, default: 'us' },
            days: { from: 1, to: 90, default: 7 },
            word: {},
          },
          metrics: { price: { kind: 'money', currency: 'USD', rounded: 2, zero_is_unknown: true } },
        },
        watch: { shop: 'gb', days: 30, schedule: '0 10 * * 3' },
      }).replace('after: "{cursor}"', 'after: "{cursor}"\n            days: "{days} {word}"'),
    });
    const list = config.watches[0]?.list;
    expect(config.watches[0]?.asked).toEqual({ shop: 'gb', days: 30, word: null });
    expect(list?.request).toMatchObject({
      pages: { by: 'cursor', path: ['meta', 'next'], most: 5 },
      where: [
        { path: ['type'], keep: true, matches: String.raw`^(?:book|e-book \(\.epub\))$` },
        { path: ['sku'], keep: false, matches: '^Special:' },
      ],
      emptyStatus: [404],
      empty: 'not_yet',
      creditsPerRequest: 3,
      maxBodyBytes: 8 * 1024 * 1024,
    });
    expect(list).toMatchObject({
      rank: ['position_of_day'],
      dated: { by: null, period: 'week', lagMs: 36 * 3_600_000, since: '2024-01-01' },
      echo: [
        { of: 'shop', path: ['country'] },
        { of: 'date', path: ['day'] },
      ],
    });
  });

  test('of which only one is tracked needs no name in the watch', () => {
    const { config } = load({ yaml: fileOf({ watch: { list: undefined, source: 'mine' } }) });
    expect(config.watches[0]?.list.name).toBe('best');
  });
});

describe('refused when the file is loaded is', () => {
  test.each<[string, Case, string]>([
    [
      'paging that asks for the same page for ever',
      { list: requestOf({ query: { shop: '{shop}' } }) },
      'best.pages.by: would ask for the same page again and again: nothing in the request says {page} (got "page")',
    ],
    [
      'a cursor that is nowhere',
      {
        list: {
          pages: { by: 'cursor', size: 5 },
          ...requestOf({ query: { s: '{shop}', c: '{cursor}' } }),
        },
      },
      'best.pages.cursor: is required: where does an answer say what comes next? (got nothing)',
    ],
    [
      'more pages than any list has',
      { list: { pages: { by: 'page', size: 50, most: 100_000 } } },
      'best.pages.most: must be a whole number from 1 to 500 (got 100000)',
    ],
    [
      'a page of no known size',
      { list: { pages: { by: 'page' } } },
      'best.pages.size: is required: how many rows has a page? (got nothing)',
    ],
    [
      'a request of pages where none are declared',
      { list: { pages: {} } },
      'best.pages.by: must be page: the request speaks of {page} (got nothing)',
    ],
    [
      'a place that is nothing',
      { list: requestOf({ url: '/v1/{shopp}' }) },
      'best.request.url: speaks of {shopp}, which is no parameter of the list; did you mean {shop}? (got "/v1/{shopp}")',
    ],
    [
      'a parameter that is never sent',
      { list: requestOf({ query: { page: '{page}' } }) },
      'best.parameters.shop: is never sent: nothing in the request says {shop} (got "shop")',
    ],
    [
      'what is not always there, in an address',
      { list: { parameters: { shop: {} }, ...requestOf({ url: '/v1/{shop}' }) } },
      'best.request.url: has {shop}, which is not always there; it belongs into query (got "/v1/{shop}")',
    ],
    [
      'a host that a watch chooses',
      { list: requestOf({ url: 'https://{shop}.example.org/' }) },
      'best.request.url: must say which host is asked: no {…} before the path (got "https://{shop}.example.org/")',
    ],
    [
      'a date of no dated list',
      { list: requestOf({ url: '/v1/{date}' }) },
      'best.request.url: speaks of {date}, and the list has no dated (got "/v1/{date}")',
    ],
    [
      'a dated list that is never asked by its date',
      { list: { dated: { period: 'day' } } },
      'best.dated: is never sent: nothing in the request says {date}, so that each day would get the same list (got "dated")',
    ],
    [
      'an expression where a path is wanted',
      { list: { rows: '$.data[*].item' } },
      'best.rows: must be a path of plain keys such as data.list or items.0.name: [*], .. and ?() are not understood (got "$.data[*].item")',
    ],
    [
      'a metric that is a word of SQL',
      { list: metricOf('order', { path: 'order' }) },
      'best.metrics.order: is a word of SQL or a column that every list has; give the metric another name, and say with path where it stands (got "order")',
    ],
    [
      'a metric that would be a column of another',
      { list: metricOf('sold_before') },
      'best.metrics.sold_before: cannot end with _before: such columns are made of metrics (got "sold_before")',
    ],
    [
      'a metric with the name of a parameter',
      { list: metricOf('shop') },
      'best.metrics.shop: is a parameter of the list, too; name one of them otherwise (got "shop")',
    ],
    [
      'a parameter that every watch has',
      {
        list: {
          parameters: { shop: { values: ['us'] }, schedule: {} },
          ...requestOf({ query: { a: '{shop}{page}{schedule}' } }),
        },
      },
      'best.parameters.schedule: is a key that watches or requests have; name it otherwise (got "schedule")',
    ],
    [
      'the list whose table every file has',
      { name: 'top-products', watch: { list: 'top-products' } },
      'top-products: is the name of a list that comes with Tidemark (top-products); name yours otherwise (got "top-products")',
    ],
    [
      'a list whose view every file has',
      { name: 'rank' },
      'rank: would make a view rank_changes, which every file has; name the list otherwise (got "rank")',
    ],
    [
      'a regular expression that may take for ever',
      { list: { where: [{ path: 'sku', matches: '(a+)+$' }] } },
      'best.where[0].matches: must be a simpler regular expression, as it could take for ever: no repeated groups (got "(a+)+$")',
    ],
    [
      'a misspelt key, with the keys there are',
      { list: { pages: { by: 'page', sise: 50 } } },
      'best.pages.sise: is no key of pages, which has by, first, size, most, cursor; did you mean "size"? (got "sise")',
    ],
    [
      'credentials in a header',
      { list: requestOf({ headers: { Authorization: 'Bearer x' } }) },
      'best.request.headers.Authorization: carries credentials, which a declaration cannot: give the source token (and token_header or token_parameter), or username and password (got "Authorization")',
    ],
    [
      'a value from the environment',
      { list: requestOf({ query: { q: '${KEY} {shop} {page}' } }) },
      'best.request.query.q: cannot come from the environment: declarations are kept in the database; secrets belong into token, username and password of the source, an address into base_url (got <secret>)',
    ],
    [
      'a link of another kind than http',
      { list: { link: 'javascript:alert({id})' } },
      'best.link: must be an http:// or https:// address with {id} (got "javascript:alert({id})")',
    ],
    [
      'a link with what no row has',
      { list: { link: 'https://shop.example.org/{shopp}/{id}' } },
      'best.link: speaks of {shopp}, which is neither {id} nor a parameter of the list (got "https://shop.example.org/{shopp}/{id}")',
    ],
    [
      'an echo of what nobody asks for',
      { list: { echo: { country: 'c' } } },
      'best.echo.country: is no parameter of the list, which has shop (got "country")',
    ],
    [
      'an address below nothing',
      { source: { base_url: undefined } },
      'best.request.url: is below base_url, which the source has not; give it one (got "/v1/best-sellers")',
    ],
  ])('%s', (_, given, said) => expect(problems(given)).toEqual([said]));

  test('a whole address elsewhere while the source has credentials', () => {
    const given = {
      source: {
        token: 'hunter2',
        lists: { best: { ...BOOKS, ...requestOf({ url: 'https://other.example/x' }) } },
      },
    };
    expect(problems(given)).toEqual([
      'best.request.url: is of another host than base_url, and credentials go there alone; use a path, or another source (got "https://other.example/x")',
    ]);
  });

  test('two lists of one table, and a source with neither lists nor preset', () => {
    expect(problems({ source: { lists: { best: BOOKS, 'be-st': BOOKS, be_st: BOOKS } } })).toEqual([
      'be_st: is kept in the same table as sources.mine.lists.be-st; name it otherwise (got "be_st")',
    ]);
    expect(problems({ source: { lists: undefined } })[0]).toBe(
      'sources.mine.preset: is required: give preset, or lists of your own (got nothing)',
    );
  });
});

test('what is wrong with a list is told once: not again of its watches and rules', () => {
  const rules = { up: { when: 'sold > 3' } };
  expect(problems({ list: { id: undefined }, rest: { rules } })).toEqual([
    'best.id: is required (got nothing)',
  ]);
  const checked = problemsOf({
    yaml: fileOf({ rest: { rules: { up: { when: 'sold > 3 and posts > 3' } } } }),
    checkExpression: expressionChecker(),
  });
  expect(checked.join()).toContain('no column posts in best, whose metrics are sold');
});

test('a watch of a list that is not there names the nearest', () => {
  expect(problems({ watch: { list: 'bset' } })).toEqual([
    'watches.books.list: is no list of the sources; there are best; did you mean "best"? (got "bset")',
  ]);
  expect(problems({ watch: { shop: 'uk' } })).toEqual([
    'watches.books.shop: must be us or gb; did you mean "us"? (got "uk")',
  ]);
});

test('names that every file has are refused, whatever is added to it', () => {
  const list = declareList({
    name: 'x',
    title: 'X',
    seriesSource: 'x',
    row: { one: 'x', many: 'x' },
    identity: { id: ['id'], name: null },
    parameters: [],
    metrics: [],
    shown: [],
    request: declareRequest({ url: '/', rows: [] }),
  });
  const words = [...changeColumnsOf(list).map(({ name }) => name), ...FUNCTIONS, ...KEYWORDS];
  expect(words.filter((word) => metricNameProblem(word) === null)).toEqual([]);
  const db = openDatabase(':memory:');
  const columns = db.raw
    .prepare(
      "SELECT name FROM pragma_table_info('history') UNION SELECT name FROM pragma_table_info('ranks')",
    )
    .pluck()
    .all() as string[];
  const ofTopProducts = new Set(TOP_PRODUCTS.metrics.map(({ column }) => column));
  for (const { key } of TOP_PRODUCTS.parameters) ofTopProducts.add(key);
  expect(
    columns.filter((name) => metricNameProblem(name) === null && !ofTopProducts.has(name)),
  ).toEqual([]);
  const names = db.raw
    .prepare(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '__*'",
    )
    .pluck()
    .all() as string[];
  db.close();
  expect(names.filter((name) => !RELATIONS.has(name))).toEqual([]);
  expect(relationsOf('a-b')).toContain('a_b_leaderboard');
});

test('regular expressions are taken as long as they end soon', () => {
  for (const fine of ['^Special:', 'page$', '^Main.*talk.*$', '[0-9]{2,4}', String.raw`\d\.\p{L}`])
    expect(patternProblem(fine)).toBeNull();
  for (const endless of ['(a|a)*b', '.*a.*b', 'a?a?a?a?a?a?a?', String.raw`(a)\1`, '(?=a)b', '('])
    expect(patternProblem(endless)).not.toBeNull();
});

test('an editor accepts what is right and refuses a misspelt key', () => {
  const validate = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    validateFormats: false,
  }).compile(configJsonSchema());
  const accepts = (given: Case): boolean => validate(parse(fileOf(given)));
  const watch = { source: 'mine' };
  expect(accepts({ watch })).toBe(true);
  expect(accepts({ watch, list: { pages: { by: 'page', sise: 5 } } })).toBe(false);
  expect(accepts({ watch, list: metricOf('sold', { kind: 'counts' }) })).toBe(false);
});

test('the manual names every key, and its example is right', () => {
  const page = readFileSync(join(import.meta.dirname, '../../src/manual/lists.md'), 'utf8');
  const section = page.slice(page.indexOf('\n## Lists you declare'));
  const keysIn = ({ shape }: { shape: object }): string[] => Object.keys(shape);
  const keys = [listKeys, request, pages, end, fail, parameter, metric, dated, where].flatMap(
    keysIn,
  );
  expect(
    keys.filter((key) => !section.includes(`\`${key}`) && !section.includes(`${key}:`)),
  ).toEqual([]);
  const yaml = /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
  const { config } = load({ yaml, env: { SHOP_TOKEN: 't' } });
  expect(config.watches[0]?.list.name).toBe('best-sellers');
});
