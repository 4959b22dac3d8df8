import { describe, expect, test } from 'vitest';
import type { ServedPage } from '../../src/model.ts';
import { buildList } from '../../src/snapshot/build.ts';
import { expectedRows, largestTotal } from '../../src/snapshot/shortfall.ts';
import { fullPageSize } from '../../src/source/list-end.ts';
import {
  DAY_ZERO,
  fetchedList,
  makeWatch,
  products,
  servedRow,
  type RowSpec,
} from '../support/world.ts';

const WATCH = makeWatch({ depth: 500 });
const page = (
  number: number,
  rows: readonly RowSpec[],
  overrides: Partial<ServedPage> = {},
): ServedPage => ({
  page: number,
  takenAt: DAY_ZERO,
  rows: rows.map(servedRow),
  total: null,
  hasMore: true,
  body: '',
  ...overrides,
});
const build = (pages: readonly ServedPage[], depth = 500) =>
  buildList(pages, fullPageSize(pages), { ...WATCH, depth });
const ranksOf = (pages: readonly ServedPage[], depth?: number) =>
  Object.fromEntries(
    build(pages, depth).rows.map(({ product, rank }) => [product.upstreamId, rank]),
  );

describe('a rank is the position as served', () => {
  test.each<{ name: string; pages: ServedPage[]; ranks: Record<string, number> }>([
    {
      name: 'over all pages',
      pages: [page(1, ['a', 'b']), page(2, ['c', 'd'])],
      ranks: { a: 1, b: 2, c: 3, d: 4 },
    },
    {
      name: 'a missing page shifts nobody',
      pages: [page(1, ['a', 'b']), page(3, ['e', 'f'])],
      ranks: { a: 1, b: 2, e: 5, f: 6 },
    },
    {
      name: 'a short page in the middle shifts nobody',
      pages: [page(1, ['a', 'b', 'c']), page(2, ['d']), page(3, ['g', 'h', 'i'])],
      ranks: { a: 1, b: 2, c: 3, d: 4, g: 7, h: 8, i: 9 },
    },
    {
      name: 'a short first page shifts nobody',
      pages: [page(1, ['a']), page(2, ['d', 'e', 'f'])],
      ranks: { a: 1, d: 4, e: 5, f: 6 },
    },
    {
      name: 'a row without an id keeps its place',
      pages: [page(1, ['a', null]), page(2, ['c', 'd'])],
      ranks: { a: 1, c: 3, d: 4 },
    },
    {
      name: 'a product served twice keeps the better one',
      pages: [page(1, ['a', 'b']), page(2, ['b', 'd'])],
      ranks: { a: 1, b: 2, d: 4 },
    },
    {
      name: 'whatever the order in which pages came',
      pages: [
        page(1, ['a', 'b'], { takenAt: DAY_ZERO + 9 }),
        page(2, ['c', 'd'], { takenAt: DAY_ZERO + 3 }),
      ],
      ranks: { a: 1, b: 2, c: 3, d: 4 },
    },
  ])('$name', ({ pages, ranks }) => expect(ranksOf(pages)).toEqual(ranks));

  test('rows below the depth are dropped, and their duplicates and blanks do not count', () => {
    const list = build([page(1, ['a', 'b']), page(2, ['c', 'a'])], 3);
    expect(list.rows.map(({ product }) => product.upstreamId)).toEqual(['a', 'b', 'c']);
    expect([list.duplicates, list.setAside]).toEqual([0, 0]);
  });
});

describe('what a list is', () => {
  test('counts duplicates, rows set aside and the totals it met', () => {
    const list = build([
      page(1, ['a', 'b'], { total: 5 }),
      page(2, ['b', null], { total: 4 }),
      page(3, ['e'], { total: 5 }),
    ]);
    expect({ duplicates: list.duplicates, setAside: list.setAside, totals: list.totals }).toEqual({
      duplicates: 1,
      setAside: 1,
      totals: [5, 4],
    });
  });

  test('has an equal hash exactly when every row is equal', () => {
    const hash = (rows: readonly RowSpec[]) => build([page(1, rows)]).contentHash.toString('hex');
    expect(hash([{ id: 'a', posts: 1 }, 'b'])).toBe(
      hash([{ id: 'a', posts: 1, name: 'renamed' }, 'b']),
    );
    const others = [
      ['b', { id: 'a', posts: 1 }],
      [{ id: 'a', posts: 2 }, 'b'],
      [{ id: 'a', posts: 1 }],
      [{ id: 'a', impressions: 1 }, 'b'],
      [{ id: 'a', posts: 0 }, 'b'],
      ['a', 'b'],
    ] as RowSpec[][];
    expect(new Set([hash([{ id: 'a', posts: 1 }, 'b']), ...others.map(hash)]).size).toBe(
      others.length + 1,
    );
  });

  test('is expected to have min(depth, the largest total reported) products', () => {
    const pages = [
      page(1, products(20), { total: 500, takenAt: DAY_ZERO }),
      page(2, products(20, 'q'), { total: 40, takenAt: DAY_ZERO + 5 }),
      page(3, [], { total: 500, takenAt: DAY_ZERO + 2 }),
    ];
    const { places } = build(pages);
    expect(largestTotal(pages)).toBe(500);
    expect(expectedRows({ pages, missing: [] }, places, 500)).toBe(500);
    expect(expectedRows({ pages, missing: [] }, places, 30)).toBe(30);
  });

  test('without a total is expected to have the depth, unless its last page says that it ends', () => {
    const open = fetchedList(products(40), { total: null });
    expect(expectedRows(open, build(open.pages).places, 500)).toBe(40);
    const pages = open.pages.map((one) => ({ ...one, hasMore: true }));
    expect(expectedRows({ pages, missing: [] }, build(pages).places, 500)).toBe(500);
  });
});
