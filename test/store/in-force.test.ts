import { expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { fingerprintOf } from '../../src/store/series/in-force.ts';
import { makeConfig, makeWatch } from '../support/world.ts';

const of = (watch: Parameters<typeof makeWatch>[0]) =>
  fingerprintOf(makeConfig({ watches: [makeWatch(watch)] }));

test('a list that is described in other words leaves a config the one in force', () => {
  const list = { ...TOP_PRODUCTS, title: 'Best products', metrics: TOP_PRODUCTS.metrics.slice(1) };
  expect(of({ list })).toBe(of({}));
});

test.each([
  [{ name: 'other' }],
  [{ region: 'GB' }],
  [{ timeScope: 7 }],
  [{ category: '601583' }],
  [{ keyword: 'oud' }],
  [{ depth: 20 }],
  [{ schedule: '0 7 * * *' }],
  [{ timezone: 'Europe/Berlin' }],
])('a watch with %o is another config', (change) => {
  expect(of(change)).not.toBe(of({}));
});
