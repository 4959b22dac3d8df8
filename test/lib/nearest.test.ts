import { expect, test } from 'vitest';
import { nearest } from '../../src/lib/nearest.ts';

test.each([
  ['depht', ['depth', 'region'], 'depth'],
  ['REGION', ['depth', 'region'], 'region'],
  ['warn', ['info', 'warning'], 'warning'],
  ['us', ['u'], undefined],
  ['fro', ['for', 'to'], undefined],
  ['fo', ['for', 'to'], 'for'],
  ['us-dayly', ['us-daily', 'us-weekly'], 'us-daily'],
  ['colour', ['database', 'timezone'], undefined],
  ['anything', [], undefined],
] as const)('for %s among %j it suggests %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
