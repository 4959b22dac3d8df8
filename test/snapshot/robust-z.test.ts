import { describe, expect, test } from 'vitest';
import { nextStreak, robustZ } from '../../src/snapshot/robust-z.ts';

const times = (count: number, ...values: number[]): number[] =>
  Array.from({ length: count }, () => values).flat();

describe('the robust z-score', () => {
  test.each<[name: string, value: number | null, earlier: number[], z: number | null]>([
    ['an unknown value', null, times(20, 1, 2), null],
    ['13 values are too few', 9, times(13, 1), null],
    // 1 to 15: median 8, median of the deviations 4.
    ['14 and more are enough', 20, Array.from({ length: 15 }, (_, i) => i + 1), 2.0235],
    ['the median itself', 8, Array.from({ length: 15 }, (_, i) => i + 1), 0],
    [
      'below it the score is negative: a climb',
      3,
      Array.from({ length: 15 }, (_, i) => i + 1),
      -0.8431,
    ],
    // An even count: median 7.5, deviations 0.5, 0.5, 1.5 … 6.5, their median 3.5.
    [
      'an even count has a median between two values',
      11,
      Array.from({ length: 14 }, (_, i) => i + 1),
      0.6745,
    ],
    [
      'the order of the values does not matter',
      11,
      Array.from({ length: 14 }, (_, i) => 14 - i),
      0.6745,
    ],
    // More than half are equal: MAD 0. The mean absolute deviation is 6/15 = 0.4, and 1.253314 × 0.4 = 0.5013256.
    [
      'with a MAD of 0 the mean absolute deviation serves',
      8,
      [...times(9, 5), 6, 6, 6, 4, 4, 4],
      5.9841,
    ],
    ['all equal: unknown, not infinite', 8, times(20, 5), null],
    ['all equal to the value too', 5, times(20, 5), null],
    // Median 6, and the deviations are 0 and 2 seven times each, and once a million: MAD 2.
    ['one outlier does not move the scale', 10, [...times(7, 4, 6), 1_000_000], 0.6745 * 2],
  ])('%s', (_, value, earlier, z) => {
    const found = robustZ(value, earlier);
    if (z === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(z, 4);
  });
});

describe('the streak', () => {
  test.each<
    [name: string, rank: number, baseline: Parameters<typeof nextStreak>[1], streak: number | null]
  >([
    ['nothing to compare with', 5, null, null],
    ['not on the list before', 5, 'absent', 0],
    ['a first step up', 5, { rank: 6, streak: null }, 1],
    ['a first step down', 7, { rank: 6, streak: 0 }, -1],
    ['a step more in the same direction', 5, { rank: 6, streak: 3 }, 4],
    ['a step more down', 7, { rank: 6, streak: -3 }, -4],
    ['a turn', 5, { rank: 6, streak: -3 }, 1],
    ['a level step', 6, { rank: 6, streak: 3 }, 0],
  ])('%s', (_, rank, baseline, streak) => {
    expect(nextStreak(rank, baseline)).toBe(streak);
  });
});
