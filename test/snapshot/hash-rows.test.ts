import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { hashRows } from '../../src/snapshot/hash-rows.ts';

/** A list that has gained one metric since it first came. */
const LIST = {
  ...TOP_PRODUCTS,
  hashedInOrder: ['posts', 'ctr'],
  metrics: TOP_PRODUCTS.metrics.filter(({ column }) => ['posts', 'ctr', 'cost'].includes(column)),
};

type Row = {
  product: { upstreamId: string };
  rank: number;
  metrics: Record<string, number | null>;
};

/** As every version has hashed lists: over a text of their rows. */
const overText = (rows: readonly Row[]): Buffer =>
  createHash('sha256')
    .update(
      rows
        .map(
          ({ product, rank, metrics: { posts, ctr, cost } }) =>
            `${rank}\t${product.upstreamId}\t${posts ?? ''}\t${ctr ?? ''}${(cost ?? null) === null ? '' : `\tcost=${cost}`}\n`,
        )
        .join(''),
    )
    .digest();

const decimals = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 6 }))
  .map(([value, digits]) => value / 10 ** digits);
const value = fc.oneof(
  decimals,
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 0.1 + 0.2, 1e15, 1e15 - 1, 1e21, 1e-7, 0.0001, -99.9999, 99999999999.9999),
  fc.constant(null),
);
const row = fc.record({
  product: fc.record({
    upstreamId: fc.oneof(fc.string({ unit: 'binary', maxLength: 64 }), fc.string()),
  }),
  rank: fc.integer({ min: 1, max: 1e6 }),
  metrics: fc.record({ posts: value, ctr: value, cost: value }),
});

test('a list has the hash that every version gave it, whatever its numbers and ids', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      expect(hashRows(rows, LIST).equals(overText(rows))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('a list that is longer than what is hashed at once has it, too', () => {
  const rows = fc.sample(row, { numRuns: 2_000, seed: 7 });
  rows.push({
    product: { upstreamId: '香'.repeat(20_000) },
    rank: 9,
    metrics: { posts: 1, ctr: null, cost: 2 },
  });
  expect(hashRows(rows, LIST).equals(overText(rows))).toBe(true);
});
