import { expect, test } from 'vitest';
import { differenceCell, moveCell } from '../../src/terminal/change-cells.ts';

test('a difference has its sign beside its colour', () => {
  expect([differenceCell(5), differenceCell(-5), differenceCell(0), differenceCell(null)]).toEqual([
    { text: '+5.0\u00a0%', tone: 'good' },
    { text: '−5.0\u00a0%', tone: 'bad' },
    { text: '±0\u00a0%', tone: 'faint' },
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
