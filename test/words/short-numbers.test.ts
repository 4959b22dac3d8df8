import { expect, test } from 'vitest';
import {
  countText,
  differenceText,
  moneyText,
  percentText,
} from '../../src/words/short-numbers.ts';

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [1_000, '1k'],
  [1_234, '1.23k'],
  [9_100, '9.1k'],
  [11_500, '11.5k'],
  [114_000, '114k'],
  [999_500, '1M'],
  [1_234_567, '1.23M'],
  [2_100_000_000, '2.1B'],
  [null, null],
])('the count %s is shown as %s', (count, text) => expect(countText(count)).toBe(text));

test.each([
  [0, '$0'],
  [0.07, '$0.07'],
  [1.9, '$1.90'],
  [45, '$45'],
  [45.2, '$45.20'],
  [999.99, '$999.99'],
  [1_230, '$1.23k'],
  [97_400, '$97.4k'],
  [null, null],
])('%s USD are shown as %s', (usd, text) => expect(moneyText(usd)).toBe(text));

test.each([
  [0, '0.00\u00a0%'],
  [1.93, '1.93\u00a0%'],
  [12.5, '12.50\u00a0%'],
  [null, null],
])('a rate of %s is shown as %s', (rate, text) => expect(percentText(rate)).toBe(text));

test.each([
  [26.3736, '+26.4\u00a0%'],
  [-3.14, '−3.1\u00a0%'],
  [0, '±0\u00a0%'],
  [0.04, '+<0.1\u00a0%'],
  [-0.04, '−<0.1\u00a0%'],
  [99.94, '+99.9\u00a0%'],
  [99.96, '+100\u00a0%'],
  [366.67, '+367\u00a0%'],
  [1_166.7, '+1,167\u00a0%'],
  [49_900, '+49.9k\u00a0%'],
  [-100, '−100\u00a0%'],
  [null, null],
])('a difference of %s percent is shown as %s', (percent, text) =>
  expect(differenceText(percent)).toBe(text),
);
