import { describe, expect, test } from 'vitest';
import { readRow, type Fields } from '../../../src/history/import/row.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { NO_METRICS } from '../../support/world.ts';

const NOW = { list: TOP_PRODUCTS, now: Date.parse('2026-06-01T00:00:00Z') };
const ROW: Fields = {
  watch: 'us-daily',
  slot_at: '2026-05-01T06:00:00.000Z',
  product_id: '601583',
  rank: 3,
  product: 'Perfume',
  posts: 11500,
};

describe('a row to import', () => {
  test('is read with what it says, and the rest is not known', () => {
    expect(readRow(ROW, NOW)).toEqual({
      watch: 'us-daily',
      dataDate: null,
      query: {},
      slotAt: Date.parse('2026-05-01T06:00:00Z'),
      takenAt: null,
      status: null,
      snapshotRows: null,
      product: {
        rank: 3,
        product: {
          upstreamId: '601583',
          name: 'Perfume',
          categoryL1: null,
          categoryL2: null,
        },
        metrics: { ...NO_METRICS, posts: 11500 },
      },
    });
  });

  test('is refused for a time that stands in many rows as often as it is read', () => {
    const row = { ...ROW, taken_at: '2026-02-30T06:00:00Z' };
    const refused = { reason: expect.stringContaining('taken_at is not a time') as string };
    for (let time = 0; time < 3; time++) expect(readRow(row, NOW)).toMatchObject(refused);
  });

  test('has whole numbers of as many digits as a double holds exactly', () => {
    const impressions = (text: string) => readRow({ ...ROW, impressions: text }, NOW);
    for (const text of ['0', '007', '999999999999999', '9007199254740991'])
      expect(impressions(text)).toMatchObject({
        product: { metrics: { impressions: Number(text) } },
      });
    expect(impressions('9007199254740993')).toMatchObject({
      reason: expect.stringContaining('impressions is not a plain whole number') as string,
    });
  });

  test('may have its numbers as text, and its list as columns', () => {
    const row = readRow(
      {
        ...ROW,
        rank: '3',
        posts: '11500',
        posts_growth: '-0.27',
        ctr: '1.83',
        region: 'US',
        time_scope: '1',
        depth: '500',
        category: null,
        keyword: 'lamp',
        taken_at: '2026-05-01T08:00:40+02:00',
        snapshot_status: 'partial',
      },
      NOW,
    );
    expect(row).toMatchObject({
      query: {
        region: 'US',
        time_scope: 1,
        depth: 500,
        category: null,
        keyword: 'lamp',
      },
      takenAt: Date.parse('2026-05-01T06:00:40Z'),
      status: 'partial',
      product: {
        rank: 3,
        metrics: { posts: 11500, posts_growth: -0.27, ctr: 1.83 },
      },
    });
  });

  test.each<[title: string, fields: Fields, metrics: object]>([
    ['a whole number is one', { posts: '11500', likes: 7 }, { posts: 11_500, likes: 7 }],
    ['growth may be negative', { posts_growth: -3.5 }, { posts_growth: -3.5 }],
    ['zero is a value', { cpa: 0, shares: '0' }, { cpa: 0, shares: 0 }],
    ['empty fields are not known', { posts: '', cost: null }, { posts: null, cost: null }],
  ])('%s', (_, fields, metrics) => {
    expect(readRow({ ...ROW, ...fields }, NOW)).toMatchObject({
      product: { metrics },
    });
  });

  test('may have a decimal comma, and points between thousands, where that is known', () => {
    const row = {
      ...ROW,
      posts: '12.000',
      likes: '7',
      ctr: '1,83',
      cost: '1.234,5',
      rank: '1.003',
    };
    expect(readRow(row, { ...NOW, decimal: ',' })).toMatchObject({
      product: {
        rank: 1003,
        metrics: { posts: 12_000, likes: 7, ctr: 1.83, cost: 1234.5 },
      },
    });
    for (const [column, value] of [
      ['posts', '1,210'],
      ['posts', '12.00'],
      ['ctr', '1.83'],
      ['likes', '1,5'],
    ] as const)
      expect(readRow({ ...ROW, [column]: value }, { ...NOW, decimal: ',' }), value).toHaveProperty(
        'reason',
      );
  });

  test('is believed in what it exported, whatever it was', () => {
    expect(readRow({ ...ROW, ctr: 130, snapshot_rows: 40 }, NOW)).toMatchObject({
      product: { metrics: { ctr: 130 } },
    });
  });

  test('may say a date, where it is known at what time of the day its list was taken', () => {
    const dayAt = { time: '06:00', timezone: 'America/New_York' };
    const row = {
      ...ROW,
      slot_at: '2026-05-01',
      taken_at: '2026-05-01T10:00:09Z',
    };
    expect(readRow(row, { ...NOW, dayAt })).toMatchObject({
      slotAt: Date.parse('2026-05-01T10:00:00Z'),
      takenAt: Date.parse('2026-05-01T10:00:09Z'),
    });
    expect(readRow(row, NOW)).toEqual({
      reason:
        'slot_at is not a time with its zone, but a date: "2026-05-01" (say at what time of its day: --time 06:00)',
    });
  });

  test('has its texts cleaned, as live data has', () => {
    expect(
      readRow(
        {
          ...ROW,
          product: ' Per\u202efume\u0000\n x ',
          category_l1: '',
          category_l2: '\u200b',
        },
        NOW,
      ),
    ).toMatchObject({
      product: {
        product: { name: 'Perfume x', categoryL1: null, categoryL2: null },
      },
    });
    expect(readRow({ ...ROW, product: null }, NOW)).toMatchObject({
      product: { product: { name: '601583' } },
    });
  });

  test.each<[title: string, fields: Fields, reason: string]>([
    ['without a product', { product_id: null }, 'product_id is missing'],
    ['with an endless id', { product_id: 'x'.repeat(65) }, 'product_id is not an id: "xxx'],
    ['without a rank', { rank: null }, 'rank is missing'],
    ['with rank 0', { rank: 0 }, 'rank is not a whole number from 1: 0'],
    ['with half a rank', { rank: 1.5 }, 'rank is not a plain whole number from 0: 1.5'],
    ['with a count below 0', { posts: -1 }, 'posts is not a plain whole number from 0: -1'],
    ['with half a count', { likes: 1.5 }, 'likes is not a plain whole number from 0: 1.5'],
    [
      'with a count that may be twelve or twelve thousand',
      { posts: '12.000' },
      'posts is not a plain whole number from 0: "12.000"',
    ],
    [
      'with a count in scientific notation',
      { impressions: '1.2E+9' },
      'impressions is not a plain whole number from 0: "1.2E+9"',
    ],
    ['with a rate below 0', { ctr: -0.1 }, 'ctr is below 0: -0.1'],
    ['with a share of more than all', { cvr: '183' }, 'cvr is a percentage above 100: "183"'],
    [
      'with a decimal comma',
      { ctr: '1,83' },
      'ctr is not a number: "1,83" (if the comma is a decimal sign: --decimal ,)',
    ],
    ...['1.72931E+18', '1,72931E+18', '1.72931e18', '601583.0', '#N/A', '########'].map(
      (id): [string, Fields, string] => [
        `with the id ${id} of a spreadsheet`,
        { product_id: id },
        `product_id was changed by a spreadsheet: "${id}" (format the column as text`,
      ],
    ),
    ['with words for numbers', { posts: '11.5K' }, 'posts is not a number: "11.5K"'],
    ['with a thousands separator', { posts: '1,210' }, 'posts is not a number: "1,210"'],
    ['with true for a number', { ctr: true }, 'ctr is not a number: true'],
    [
      'with a time that has no zone',
      { slot_at: '2026-05-01T06:00:00' },
      'slot_at is not a time with its zone',
    ],
    ['with a date only', { slot_at: '2026-05-01' }, 'slot_at is not a time with its zone'],
    [
      'with a day that does not exist',
      { slot_at: '2026-13-01T06:00:00Z' },
      'slot_at is not a time with its zone',
    ],
    ['from the future', { taken_at: '2026-06-01T00:00:01Z' }, 'taken_at is in the future'],
    [
      'of a snapshot without rows',
      { snapshot_status: 'failed' },
      'snapshot_status is not complete, partial, stale, suspect: "failed"',
    ],
    ['with an object for text', { region: {} }, 'region is not text: {}'],
  ])('is refused %s', (_, fields, reason) => {
    const row = readRow({ ...ROW, ...fields }, NOW);
    expect('reason' in row ? row.reason : 'taken').toContain(reason);
  });
});
