import { expect, test } from 'vitest';
import { groupMovers } from '../../src/change/movers.ts';

const row = (
  name: string,
  before: number | null,
  rank: number | null,
  status: string | null = 'stayed',
) => ({ name, rank_before: before, rank, status });
const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);

test('climbers and fallers are ordered by the logarithm of the ratio of their ranks', () => {
  const { climbers, fallers } = groupMovers([
    row('far', 400, 390),
    row('top', 12, 2),
    row('half', 200, 100),
    row('level', 7, 7),
    row('drop', 2, 12),
    row('slip', 390, 400),
  ]);
  expect(names(climbers)).toEqual(['top', 'half', 'far']);
  expect(names(fallers)).toEqual(['drop', 'slip']);
});

test('of equal moves the better rank comes first, whatever the order of the rows', () => {
  const rows = [row('hundred', 200, 100), row('first', 2, 1), row('ten', 20, 10)];
  expect(names(groupMovers(rows).climbers)).toEqual(['first', 'ten', 'hundred']);
  expect(names(groupMovers(rows.toReversed()).climbers)).toEqual(['first', 'ten', 'hundred']);
});

test('who came is ordered by rank, who left by the rank it had', () => {
  const movers = groupMovers([
    row('n9', null, 9, 'new'),
    row('n3', null, 3, 'new'),
    row('r5', null, 5, 'returned'),
    row('l8', 8, null, 'left'),
    row('l1', 1, null, 'left'),
  ]);
  expect(names(movers.entered)).toEqual(['n3', 'n9']);
  expect(names(movers.returned)).toEqual(['r5']);
  expect(names(movers.left)).toEqual(['l1', 'l8']);
  expect([...movers.climbers, ...movers.fallers]).toEqual([]);
});

test('without a baseline nobody moved', () => {
  expect(
    Object.values(groupMovers([row('a', null, 1, null), row('b', null, 2, null)])).flat(),
  ).toEqual([]);
});
