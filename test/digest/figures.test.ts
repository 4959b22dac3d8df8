import { describe, expect, test } from 'vitest';
import { countOf, figureOf, roundingSlack, totalOf } from '../../src/digest/figures.ts';
import { findMetric, type Metric } from '../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { ChangeFact } from '../../src/store/digests/digest-facts.ts';

const metricOf = (column: string): Metric => {
  const metric = findMetric(TOP_PRODUCTS, column);
  if (metric === undefined) throw new Error(`no metric ${column}`);
  return metric;
};
const [POSTS, COST] = [metricOf('posts'), metricOf('cost')];

test.each([
  { metric: 'posts', value: 11_500, slack: 50 },
  { metric: 'posts', value: 1_000, slack: 5 },
  { metric: 'posts', value: 999, slack: 0 },
  { metric: 'posts', value: 17, slack: 0 },
  { metric: 'posts', value: 0, slack: 0 },
  { metric: 'posts', value: null, slack: 0 },
  { metric: 'impressions', value: 20_000_000, slack: 50_000 },
  { metric: 'cost', value: 48_200, slack: 50 },
  { metric: 'cost', value: 4.92, slack: 0.005 },
  { metric: 'cost', value: 100, slack: 0.5 },
] as const)('$metric served as $value may be off by $slack', ({ metric, value, slack }) => {
  expect(roundingSlack(metricOf(metric), value)).toBeCloseTo(slack, 10);
});

test('powers of ten are taken for what they are', () => {
  for (let exponent = 3; exponent <= 15; exponent++)
    expect(roundingSlack(POSTS, 10 ** exponent)).toBe(10 ** (exponent - 2) / 2);
});

describe('a difference', () => {
  test.each([
    { name: 'of one step of the rounding may be none', now: 11_600, before: 11_500, same: true },
    { name: 'of two steps is one', now: 11_700, before: 11_500, same: false },
    { name: 'of one post is one where counts are exact', now: 18, before: 17, same: false },
    {
      name: 'across a thousand counts the half step of the larger value',
      now: 1_010,
      before: 999,
      same: false,
    },
    { name: 'of nothing is none', now: 17, before: 17, same: true },
    { name: 'is not known without a base', now: 17, before: null, same: false },
  ])('$name', ({ now, before, same }) => {
    expect(figureOf(POSTS, now, before, null).about_same).toBe(same);
  });
});

const row = (values: Partial<ChangeFact> & Record<string, number | null>) =>
  ({
    rank: 1,
    rank_before: 1,
    posts: null,
    posts_before: null,
    cost: null,
    cost_before: null,
    ...values,
  }) as unknown as ChangeFact;

describe('a total', () => {
  const NOTHING = {
    now: null,
    compared: 0,
    compared_now: null,
    before: null,
    pct: null,
    about_same: false,
    unknown: 0,
    unknown_before: 0,
  };

  test('adds what is known, compares what is known on both sides, and counts what is not', () => {
    const rows = [
      row({ posts: 100, posts_before: 90 }),
      row({ posts: null, posts_before: 30 }),
      row({ rank: null, posts: null, posts_before: 40 }),
      row({ posts: 50, posts_before: null }),
    ];
    expect(totalOf(POSTS, rows)).toEqual({
      now: 150,
      compared: 1,
      compared_now: 100,
      before: 90,
      pct: 11.1111,
      about_same: false,
      unknown: 1,
      unknown_before: 1,
    });
  });

  test('of a list in which nothing changed is about the same, also where a metric was not known before', () => {
    const rows = [
      ...Array.from({ length: 3 }, () => row({ posts: 100, posts_before: 100 })),
      row({ posts: 100, posts_before: null }),
    ];
    expect(totalOf(POSTS, rows)).toMatchObject({
      now: 400,
      pct: 0,
      about_same: true,
      unknown: 0,
      unknown_before: 1,
    });
  });

  test('of nothing known is not known, and neither is its change', () => {
    expect(totalOf(POSTS, [row({})])).toEqual({ ...NOTHING, unknown: 1, unknown_before: 1 });
    expect(totalOf(POSTS, [])).toEqual(NOTHING);
  });

  test('that moved by less than the rounding of its parts is about the same', () => {
    const rows = Array.from({ length: 10 }, () => row({ posts: 10_000, posts_before: 10_000 }));
    const moved = (by: number) =>
      totalOf(POSTS, [...rows, row({ posts: 5_000 + by, posts_before: 5_000 })]).about_same;
    // Half a step of 50 or 10 each, on both sides: 10 × (50 + 50) + 5 + 5.
    expect([moved(1_000), moved(1_010), moved(1_020)]).toEqual([true, true, false]);
  });

  test('is not carried away by binary fractions', () => {
    expect(
      totalOf(COST, [row({ cost: 0.1, cost_before: 0.3 }), row({ cost: 0.2, cost_before: 0 })]),
    ).toMatchObject({ now: 0.3, before: 0.3, about_same: true });
  });

  test('has no percentage on a base of nothing', () => {
    expect(totalOf(POSTS, [row({ posts: 5, posts_before: 0 })])).toMatchObject({
      now: 5,
      before: 0,
      pct: null,
    });
    expect(countOf(3, 0)).toEqual({ now: 3, before: 0, pct: null, about_same: false });
    expect(countOf(3, null)).toEqual({ now: 3, before: null, pct: null, about_same: false });
  });
});
