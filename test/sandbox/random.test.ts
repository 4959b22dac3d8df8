import { describe, expect, it } from 'vitest';
import { normal, uniform, wholeNumber } from '../../src/sandbox/random.ts';

const DAYS = Array.from({ length: 200 }, (_, day) => 20_000 + day);
const ITEMS = Array.from({ length: 500 }, (_, item) => item);
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const drawn = ITEMS.flatMap((item) => DAYS.map((day) => normal(7, 3, item, day)));

describe('chance', () => {
  it('draws numbers of mean 0 and deviation 1 that never go beyond 3.46', () => {
    expect(mean(drawn)).toBeCloseTo(0, 1);
    expect(mean(drawn.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(Math.max(...drawn.map(Math.abs))).toBeLessThan(3.46);
  });

  it.each([
    ['the next day', (item: number, day: number) => normal(7, 3, item, day + 1)],
    ['the next item', (item: number, day: number) => normal(7, 3, item + 1, day)],
    ['another stream', (item: number, day: number) => normal(7, 4, item, day)],
    ['another seed', (item: number, day: number) => normal(8, 3, item, day)],
  ])('draws independently for %s', (_, other) => {
    const products = ITEMS.flatMap((item) =>
      DAYS.map((day) => normal(7, 3, item, day) * other(item, day)),
    );
    expect(Math.abs(mean(products))).toBeLessThan(0.02);
  });

  it('spreads uniform draws evenly over ten bins', () => {
    const bins = new Array<number>(10).fill(0);
    for (const item of ITEMS)
      for (const day of DAYS) bins[Math.floor(10 * uniform(1, 2, item, day))]!++;
    for (const count of bins) expect(count / (ITEMS.length * DAYS.length)).toBeCloseTo(0.1, 2);
  });

  it('keeps the mean when it makes whole numbers', () => {
    const whole = ITEMS.flatMap((item) =>
      DAYS.map((day) => wholeNumber(0.3, uniform(1, 9, item, day))),
    );
    expect(new Set(whole)).toEqual(new Set([0, 1]));
    expect(mean(whole)).toBeCloseTo(0.3, 2);
  });
});
