import { describe, expect, test } from 'vitest';
import { changeColumnsOf } from '../../src/change/columns.ts';
import { headlinesOf, scoredColumns, type ListKind } from '../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { hashRows } from '../../src/snapshot/hash-rows.ts';
import { SAVES } from '../support/saves-metric.ts';

const columns = TOP_PRODUCTS.metrics.map(({ column }) => column);

/** top-products with one metric more, as an upgrade would bring it. */
const GROWN: ListKind = {
  ...TOP_PRODUCTS,
  metrics: [...TOP_PRODUCTS.metrics, SAVES],
};

const rowWith = (more: Record<string, number>): RankedProduct => ({
  product: { upstreamId: '601583', name: 'Perfume', categoryL1: null, categoryL2: null },
  rank: 1,
  metrics: { ...Object.fromEntries(TOP_PRODUCTS.hashedInOrder.map((name) => [name, 1])), ...more },
});

describe('the declaration of top-products', () => {
  test('names each metric once', () => {
    expect(new Set(columns).size).toBe(columns.length);
  });

  test('keeps what a list may have at most', () => {
    expect(scoredColumns(TOP_PRODUCTS).length).toBeLessThanOrEqual(3);
    expect(headlinesOf(TOP_PRODUCTS).length).toBeLessThanOrEqual(3);
    expect(columns).toContain(TOP_PRODUCTS.orderedBy);
  });

  test('speaks in its tables only of columns that there are', () => {
    const names = changeColumnsOf(TOP_PRODUCTS).map(({ name }) => name);
    expect(TOP_PRODUCTS.shown.filter(({ column }) => !names.includes(column))).toEqual([]);
  });
});

describe('a metric that a list gains', () => {
  test('has its change columns', () => {
    const names = changeColumnsOf(GROWN).map(({ name }) => name);
    for (const name of ['saves', 'saves_before', 'saves_delta', 'saves_pct'])
      expect(names).toContain(name);
  });

  test('leaves the hash of rows without it as it was, and changes that of rows with it', () => {
    const before = hashRows([rowWith({})], TOP_PRODUCTS);
    expect(hashRows([rowWith({})], GROWN)).toEqual(before);
    expect(hashRows([rowWith({ saves: 7 })], GROWN)).not.toEqual(before);
    expect(hashRows([rowWith({ saves: 7 })], GROWN)).not.toEqual(
      hashRows([rowWith({ saves: 8 })], GROWN),
    );
  });

  test('is hashed for top-products as it always was: stored hashes are compared with', () => {
    expect(hashRows([rowWith({})], TOP_PRODUCTS).toString('hex')).toBe(
      'f8ec1853e0009e5127ca2551862262e435f746adede39bedb831c807cdf1ed9c',
    );
  });
});
