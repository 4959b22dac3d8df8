import { describe, expect, test } from 'vitest';
import type { ServedPage } from '../../src/model.ts';
import { endOfList, fullPageSize, lastPage } from '../../src/source/list-end.ts';

/** Pages from 1 as [rows, total, has_more]; null stands for a page that was not served. */
const makePages = (
  ...pages: ([rows: number, total: number | null, hasMore: boolean | null] | null)[]
): ServedPage[] =>
  pages.flatMap((page, index) => {
    if (page === null) return [];
    const [rows, total, hasMore] = page;
    return [
      {
        page: index + 1,
        takenAt: 0,
        rows: Array.from({ length: rows }, () => ({ product: null })),
        total,
        hasMore,
        body: '',
      },
    ];
  });

describe('the size of a full page', () => {
  test.each([
    ['no page', [], 0],
    ['an empty page', [[0, 0, false]], 0],
    [
      'a clamped list',
      [
        [10, 500, true],
        [10, 500, true],
      ],
      10,
    ],
    [
      'a short first page',
      [
        [13, 500, true],
        [20, 500, true],
      ],
      20,
    ],
    [
      'a short page in the middle',
      [
        [20, 500, true],
        [17, 500, true],
        [20, 500, true],
      ],
      20,
    ],
    [
      'a last page',
      [
        [20, 44, true],
        [20, 44, true],
        [4, 44, false],
      ],
      20,
    ],
    ['a server that ignores the limit', [[50, 500, true]], 50],
  ] satisfies [string, Parameters<typeof makePages>, number][])('%s', (_, pages, expected) => {
    expect(fullPageSize(makePages(...pages))).toBe(expected);
  });
});

describe('the size of a full page, when so many rows were asked for', () => {
  const sized = (...sizes: number[]) =>
    makePages(...sizes.map((size): [number, number | null, boolean | null] => [size, null, null]));
  test.each([
    ['one page too long in the middle', [20, 21, 20, 3], 20],
    ['one page too long at the end', [20, 20, 21], 20],
    ['one page too long at the start', [21, 20, 20, 20], 20],
    ['every page as long as the server likes', [50, 50, 50, 12], 50],
    ['one page that is all there is', [500], 500],
    ['a longer page of a server that clamps', [10, 10, 12, 10, 10], 10],
    ['a full page among short ones, too few to tell', [20, 17, 17, 5], 20],
    ['all pages too long, each otherwise', [21, 23, 22], 20],
  ])('%s', (_, sizes, expected) => {
    expect(fullPageSize(sized(...sizes), 20)).toBe(expected);
  });

  test('pages that the total contradicts do not ignore the limit', () => {
    const pages = makePages([21, 24, true], [4, 24, false]);
    expect(fullPageSize(pages, 20)).toBe(20);
    expect(fullPageSize(makePages([21, 25, true], [4, 25, false]), 20)).toBe(21);
  });
});

describe('the last page needed', () => {
  test.each([
    ['nothing served yet: what the depth asks for', 500, [], 25],
    ['a depth within the first page', 7, [[20, 500, true]], 1],
    ['the depth ends it', 100, [[20, 500, true]], 5],
    ['the depth ends within a page', 101, [[20, 500, true]], 6],
    ['the total ends it', 500, [[20, 156, true]], 8],
    ['a total that fills its last page', 500, [[20, 160, true]], 8],
    ['a clamped list takes more pages', 500, [[10, 500, true]], 50],
    ['a short first page looks like a clamp', 500, [[13, 500, true]], 39],
    [
      '… until another page shows the full size',
      500,
      [
        [13, 500, true],
        [20, 500, true],
      ],
      25,
    ],
    ['a list of one page', 500, [[4, 4, false]], 1],
    ['an empty list', 500, [[0, 0, false]], 1],
    ['an empty first page of a long list', 500, [[0, 500, true]], 25],
    [
      'two empty pages prove the end, whatever the total',
      500,
      [
        [0, 500, true],
        [0, 500, true],
      ],
      1,
    ],

    [
      'the largest total counts, said first',
      500,
      [
        [20, 500, true],
        [20, 40, true],
      ],
      25,
    ],
    [
      'the largest total counts, said last',
      500,
      [
        [20, 40, true],
        [20, 500, true],
      ],
      25,
    ],
    ['a total that is too small is passed while has_more says so', 500, [[20, 20, true]], 2],
    [
      '… page by page',
      500,
      [
        [20, 20, true],
        [20, 20, true],
      ],
      3,
    ],
    [
      '… but not beyond an empty page',
      500,
      [
        [20, 20, true],
        [0, 20, true],
      ],
      2,
    ],
    ['… nor beyond the depth', 20, [[20, 20, true]], 1],
    ['a missing page leaves it at the total', 500, [[20, 60, true], null, null], 3],

    [
      'has_more false against the total is not believed at once',
      500,
      [
        [20, 500, true],
        [20, 500, false],
      ],
      25,
    ],
    [
      '… nor when the next page has rows',
      500,
      [
        [20, 500, true],
        [20, 500, false],
        [20, 500, true],
      ],
      25,
    ],
    [
      '… but when the next page is empty',
      500,
      [
        [20, 500, true],
        [20, 500, false],
        [0, 500, false],
      ],
      2,
    ],
    [
      'an empty page in the middle is not the end',
      500,
      [
        [20, 500, true],
        [0, 0, false],
      ],
      25,
    ],
    [
      '… unless the next one is empty too',
      500,
      [
        [20, 500, true],
        [0, 0, false],
        [0, 0, false],
      ],
      2,
    ],
    [
      'an empty page after one with more is not the end',
      500,
      [
        [20, 500, true],
        [0, 500, true],
        [20, 500, true],
      ],
      25,
    ],

    [
      'without a total has_more ends it',
      500,
      [
        [20, null, true],
        [20, null, false],
      ],
      2,
    ],
    [
      'without a total has_more goes on',
      500,
      [
        [20, null, true],
        [20, null, true],
      ],
      25,
    ],
    [
      'without any hint only empty pages end it',
      500,
      [
        [20, null, null],
        [7, null, null],
      ],
      25,
    ],
    [
      '… and they do',
      500,
      [
        [20, null, null],
        [7, null, null],
        [0, null, null],
        [0, null, null],
      ],
      3,
    ],
  ] satisfies [string, number, Parameters<typeof makePages>, number][])(
    '%s',
    (_, depth, pages, expected) => {
      expect(lastPage(makePages(...pages), { depth }, 20)).toBe(expected);
    },
  );
});

test('the end stays open until it is proven', () => {
  expect(endOfList(makePages([20, 500, true], [20, 500, false]))).toBeNull();
  expect(endOfList(makePages([20, 500, true], [20, 500, false], [0, 500, false]))).toBe(2);
});
