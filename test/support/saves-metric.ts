import type { Metric } from '../../src/list/list-kind.ts';

/** A metric that no list has: what an upgrade would bring. */
export const SAVES: Metric = {
  column: 'saves',
  path: ['save'],
  kind: 'count',
  currency: null,
  signed: false,
  window: 'period',
  significant: null,
  zeroMayMeanUnknown: false,
  label: 'saves',
  description: 'Saves in the window',
  scored: false,
  headline: null,
};
