import { describe, expect, test } from 'vitest';
import { parsePage, readEnvelope } from '../../src/source/parse-page.ts';
import { makeBody, makeRow } from './scripted-server.ts';

const parseRow = (row: unknown) => {
  const page = parsePage(makeBody([row]));
  if (!page.ok) throw new Error(`not a page: ${page.detail}`);
  return page.rows[0];
};

const metricOf = (field: string, value: unknown, name: string): unknown => {
  const row = parseRow(makeRow(1, { [field]: value }));
  if (row === undefined || row.product === null) throw new Error('the row was set aside');
  return (row.metrics as Record<string, unknown>)[name];
};

test('a documented row is read with its product, its categories and all eleven metrics', () => {
  const row = parseRow({
    ...makeRow(1),
    third_ecom_category: {
      id: '601583',
      label: 'category_601583',
      parent_id: '848648',
      value: 'Perfume',
    },
  });

  expect(row).toMatchObject({
    product: { upstreamId: '601583', name: 'Perfume', categoryL1: 'First', categoryL2: 'Second' },
    metrics: {
      posts: 11500,
      posts_growth: 0.27,
      impressions: 20_000_000,
      likes: 48452,
      comments: 12,
      shares: 873,
      ctr: 1.83,
      cvr: 5.71,
      view_rate_6s: 8.77,
      cpa: 4.92,
      cost: 4820,
    },
  });
});

describe('a metric', () => {
  test.each([
    ['a count as a string', 'post', '11500', 'posts', 11500],
    ['a count as a string with spaces around it', 'post', ' 11500 ', 'posts', 11500],
    ['a count as a string with a zero fraction', 'post', '11500.0', 'posts', 11500],
    ['a count with a thousands separator', 'post', '1,210', 'posts', null],
    ['a count with a unit', 'post', '1.2K', 'posts', null],
    ['a count in hexadecimal', 'post', '0x10', 'posts', null],
    ['an empty string', 'post', '', 'posts', null],
    ['a blank string', 'post', '  ', 'posts', null],
    ['a count that is missing', 'post', undefined, 'posts', null],
    ['null', 'post', null, 'posts', null],
    ['true', 'post', true, 'posts', null],
    ['a list', 'post', [11500], 'posts', null],
    ['a fractional count', 'post', 11500.5, 'posts', null],
    ['a negative count', 'post', -1, 'posts', null],
    ['a count beyond what a number holds exactly', 'impression', 2 ** 53, 'impressions', null],
    ['zero', 'like', 0, 'likes', 0],
    ['minus zero', 'cost', -0, 'cost', 0],
    ['NaN as a string', 'ctr', 'NaN', 'ctr', null],
    ['Infinity as a string', 'ctr', 'Infinity', 'ctr', null],
    ['a percentage as a string', 'ctr', '1.83', 'ctr', 1.83],
    ['a number in exponent form as a string', 'cost', '4.77e5', 'cost', 477_000],
    ['a string too large for a number', 'cost', '1e999', 'cost', null],
    ['a negative percentage', 'cvr', -0.1, 'cvr', null],
    ['a negative cost', 'cost', '-10', 'cost', null],
    ['no conversions', 'cpa', 0, 'cpa', 0],
    ['a whole percentage', 'play_six_rate', 100, 'view_rate_6s', 100],
    ['a falling growth', 'post_change', -11.11, 'posts_growth', -11.11],
    ['a falling growth as a string', 'post_change', '-11.11', 'posts_growth', -11.11],
    ['a growth that is missing', 'post_change', undefined, 'posts_growth', null],
  ])('%s', (_, field, value, name, expected) => {
    expect(metricOf(field, value, name)).toBe(expected);
  });

  test('that JSON writes too large is not known, rather than infinite', () => {
    const body = JSON.stringify(makeBody([makeRow(1)])).replace(
      '"impression":20000000',
      '"impression":1e999',
    );
    const page = parsePage(JSON.parse(body));

    expect(page).toMatchObject({
      ok: true,
      rows: [{ metrics: { impressions: null, posts: 11500 } }],
    });
  });
});

describe('a product id', () => {
  test.each([
    ['a string', { id: '601583', value: 'Perfume' }, '601583'],
    ['an integer', { id: 601583, value: 'Perfume' }, '601583'],
    [
      'a string with blanks and invisible characters',
      { id: ' 601\u200b583\n', value: 'Perfume' },
      '601583',
    ],
    ['missing', { value: 'Perfume' }, null],
    ['null', { id: null, value: 'Perfume' }, null],
    ['empty', { id: '', value: 'Perfume' }, null],
    ['only invisible characters', { id: '\u202e\u200b', value: 'Perfume' }, null],
    ['fractional', { id: 6015.83, value: 'Perfume' }, null],
    ['negative', { id: -1, value: 'Perfume' }, null],
    ['longer than any id', { id: '6'.repeat(65), value: 'Perfume' }, null],
    ['an object', { id: {}, value: 'Perfume' }, null],
    ['in a category that is a string', '601583', null],
    ['in a category that is null', null, null],
  ])('%s', (_, category, expected) => {
    const row = parseRow(makeRow(1, { third_ecom_category: category }));

    expect(row?.product?.upstreamId ?? null).toBe(expected);
  });
});

test('rows without a usable id keep their place between the others', () => {
  const { third_ecom_category: _, ...nameless } = makeRow(2);
  const page = parsePage(makeBody([makeRow(1), nameless, null, 'row', 7, [], makeRow(3)]));

  expect(page).toMatchObject({ ok: true });
  expect(page.ok && page.rows.map((row) => row.product?.name ?? null)).toEqual([
    'Product 1',
    null,
    null,
    null,
    null,
    null,
    'Product 3',
  ]);
});

describe('a name', () => {
  test.each([
    ['is trimmed, and white space folded', '  Sugar \t&\n  Sweeteners ', 'Sugar & Sweeteners'],
    ['loses control and bidirectional characters', 'Per\u0000fu\u202eme\u0007', 'Perfume'],
    ['keeps characters beyond the basic plane whole', '💄 Lipstick', '💄 Lipstick'],
    ['that is empty is the id', '', '601583'],
    ['that is only invisible characters is the id', '\u200b\u202e', '601583'],
    ['that is missing is the id', undefined, '601583'],
    ['that is a number is the id', 12, '601583'],
  ])('%s', (_, value, expected) => {
    const row = parseRow(makeRow(1, { third_ecom_category: { id: '601583', value } }));

    expect(row?.product?.name).toBe(expected);
  });

  test('is cut to 300 code points, without breaking a character', () => {
    const row = parseRow(
      makeRow(1, { third_ecom_category: { id: '1', value: '💄'.repeat(10_000) } }),
    );

    expect([...(row?.product?.name ?? '')]).toHaveLength(300);
    expect(row?.product?.name).toBe(`${'💄'.repeat(299)}…`);
  });

  test('of a missing category is not known', () => {
    const row = parseRow(
      makeRow(1, { first_ecom_category: undefined, second_ecom_category: { id: '2', value: ' ' } }),
    );

    expect(row?.product).toMatchObject({ categoryL1: null, categoryL2: null });
  });
});

describe('the envelope of a page', () => {
  test.each([
    ['all of it', { total: 500, has_more: true }, 500, true],
    ['a total as a string', { total: '500', has_more: false }, 500, false],
    ['a total that is no number', { total: 'many', has_more: true }, null, true],
    ['a negative total', { total: -1 }, null, false],
    ['has_more that is no boolean', { total: 500, has_more: 'true' }, 500, null],
    ['no pagination', null, null, null],
  ])('with %s', (_, pagination, total, hasMore) => {
    expect(parsePage(makeBody([makeRow(1)], pagination))).toMatchObject({
      ok: true,
      total,
      hasMore,
    });
  });

  test('a pagination that is no object says nothing, and costs no rows', () => {
    expect(parsePage({ code: 0, data: { list: [makeRow(1)], pagination: 'none' } })).toMatchObject({
      ok: true,
      total: null,
      hasMore: null,
    });
  });

  test('an empty list with code 0 is a page', () => {
    expect(parsePage(makeBody([]))).toEqual({ ok: true, rows: [], total: 0, hasMore: false });
  });
});

describe('an answer that is no page', () => {
  test.each([
    [
      'an upstream error',
      { code: 50004, msg: 'no available es index' },
      'upstream_error',
      'code 50004 in an HTTP 200',
      'no available es index',
    ],
    [
      'an upstream error with the status in its code',
      { code: 500, message: 'no available es index' },
      'upstream_error',
      'code 500 in an HTTP 200',
      'no available es index',
    ],
    [
      'an upstream error without a word',
      { code: 100 },
      'upstream_error',
      'code 100 in an HTTP 200',
      null,
    ],
    [
      'a code as a string',
      { code: '40000', msg: 'failed' },
      'upstream_error',
      'code 40000 in an HTTP 200',
      'failed',
    ],
    [
      'a refused token that only the body tells of',
      { code: 401, message: 'apiKey is null' },
      'unauthorised',
      'code 401 in an HTTP 200',
      'apiKey is null',
    ],
    [
      'an empty account that only the body tells of',
      { code: 402, message: 'quota' },
      'out_of_credits',
      'code 402 in an HTTP 200',
      'quota',
    ],
    [
      'a rate limit that only the body tells of',
      { code: 429, message: 'qps' },
      'rate_limited',
      'code 429 in an HTTP 200',
      'qps',
    ],
    [
      'an inner error under code 0',
      { code: 0, data: { code: 50004, msg: 'no available es index' } },
      'nested_error',
      'code 50004 inside the answer',
      'no available es index',
    ],
    [
      'an inner error under code 200',
      { code: 200, data: { code: 50004, msg: 'no available es index' } },
      'nested_error',
      'code 50004 inside the answer',
      'no available es index',
    ],
    [
      'an inner error beside rows',
      { code: 0, data: { code: 1, list: [makeRow(1)] } },
      'nested_error',
      'code 1 inside the answer',
      null,
    ],
    ['no code', { data: { list: [] } }, 'wrong_shape', 'the answer has no code', null],
    ['a list at the top', [], 'wrong_shape', 'the answer has no code', null],
    ['null', null, 'wrong_shape', 'the answer has no code', null],
  ])('%s', (_, body, reason, detail, quoted) => {
    expect(parsePage(body)).toEqual({ ok: false, reason, detail, quoted });
  });

  test.each([
    ['no data', { code: 0 }, 'data'],
    ['data that is null', { code: 0, data: null }, 'data'],
    ['data without a list', { code: 0, data: { items: [] } }, 'data.list'],
    ['a list that is null', { code: 0, data: { list: null } }, 'data.list'],
    ['a list that is an object', { code: 0, data: { list: { 0: makeRow(1) } } }, 'data.list'],
  ])('%s has the wrong shape, and says where', (_, body, where) => {
    const page = parsePage(body);

    expect(page).toMatchObject({ ok: false, reason: 'wrong_shape' });
    expect(!page.ok && page.detail).toMatch(new RegExp(`^${where}: `));
  });
});

test('code, message and request id are found under both spellings', () => {
  expect(readEnvelope({ code: 0, message: 'success', requestId: 'a' })).toEqual({
    code: 0,
    message: 'success',
    requestId: 'a',
  });
  expect(readEnvelope({ code: 50004, msg: 'no index', request_id: 'b' })).toEqual({
    code: 50004,
    message: 'no index',
    requestId: 'b',
  });
  expect(readEnvelope('text')).toEqual({ code: null, message: null, requestId: null });
});
