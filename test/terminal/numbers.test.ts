import { expect, test } from 'vitest';
import {
  countText,
  differenceCell,
  differenceText,
  moneyText,
  moveCell,
  percentText,
} from '../../src/terminal/numbers.ts';

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
  [0, '0.00%'],
  [1.93, '1.93%'],
  [12.5, '12.50%'],
  [null, null],
])('a rate of %s is shown as %s', (rate, text) => expect(percentText(rate)).toBe(text));

test.each([
  [26.3736, '+26.4%'],
  [-3.14, '-3.1%'],
  [0, '0%'],
  [0.04, '+<0.1%'],
  [-0.04, '-<0.1%'],
  [99.94, '+99.9%'],
  [99.96, '+100%'],
  [366.67, '+367%'],
  [49_900, '+49.9k%'],
  [-100, '-100%'],
  [null, null],
])('a difference of %s percent is shown as %s', (percent, text) =>
  expect(differenceText(percent)).toBe(text),
);

test('a difference has its sign beside its colour', () => {
  expect([differenceCell(5), differenceCell(-5), differenceCell(0), differenceCell(null)]).toEqual([
    { text: '+5.0%', tone: 'good' },
    { text: '-5.0%', tone: 'bad' },
    { text: '0%', tone: 'faint' },
    null,
  ]);
});

test.each([
  ['better', { status: 'stayed', rank_gain: 28 }, { text: '▲28', tone: 'good' }],
  ['worse', { status: 'stayed', rank_gain: -3 }, { text: '▼3', tone: 'bad' }],
  ['level', { status: 'stayed', rank_gain: 0 }, { text: '=', tone: 'faint' }],
  ['new', { status: 'new', rank_gain: null }, { text: 'NEW', tone: 'good' }],
  ['returned', { status: 'returned', rank_gain: null }, { text: 'BACK', tone: 'good' }],
  ['left', { status: 'left', rank_gain: null }, { text: 'LEFT', tone: 'bad' }],
  ['unknown', { status: null, rank_gain: null }, null],
])('a move that is %s never depends on colour alone', (_, change, cell) =>
  expect(moveCell(change)).toEqual(cell),
);
