import { expect, test } from 'vitest';
import { readNotation } from '../../src/rules-test/notation.ts';

test.each([
  ['80 60 48', [80, 60, 48]],
  ['12 _ x ! ~ > 13', [12, '_', 'x', '!', '~', '>', 13]],
  ['40*3 x*2', [40, 40, 40, 'x', 'x']],
  ['40-2*3 1.5+.5', null],
  ['40-2*3 1.5+0.5*2', [40, 38, 36, 1.5, 2]],
  ['-5 -5-2*2', [-5, -5, -7]],
  // Tenths add up to tenths.
  ['0.1+0.1*4', [0.1, 0.2, 0.3, 0.4]],
  [' 7\n 8 ', [7, 8]],
])('%j is %j', (text, tokens) => {
  expect(tokens === null ? 'problem' in readNotation(text) : readNotation(text)).toEqual(
    tokens ?? true,
  );
});

test.each([
  [
    '12 ? 13',
    '"?" is no slot: a slot is a number, _ x ! ~ or >, perhaps with a step and a count (40-2*5)',
  ],
  [
    '40-2',
    '"40-2" is no slot: a slot is a number, _ x ! ~ or >, perhaps with a step and a count (40-2*5)',
  ],
  ['', '"" is no slot: a slot is a number, _ x ! ~ or >, perhaps with a step and a count (40-2*5)'],
  ['1*100000', 'has more than 1000 slots'],
  ['1*0 2', '"1*0" is no slot at all: a count is at least 1'],
  ['2 _*0', '"_*0" is no slot at all: a count is at least 1'],
])('%j is refused', (text, problem) => {
  expect(readNotation(text)).toEqual({ problem });
});
