import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packColumns, unpackColumns } from '../../src/snapshot/packed-columns.ts';

const columnOf = (values: number[]) => Float64Array.from(values);

test('every number comes back as it was, whatever its column is made of', () => {
  const number = fc.oneof(
    fc.integer({ min: -40_000, max: 40_000 }),
    fc.integer({ min: -(2 ** 33), max: 2 ** 33 }),
    fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((cents) => cents / 100),
    fc.double(),
    fc.constantFrom(NaN, 0, -0, 32_767, -32_767, 2 ** 31 - 1, -(2 ** 31 - 1), -(2 ** 31), 1.005),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number, number), { maxLength: 40 }), (rows) => {
      const columns = [0, 1, 2].map((column) => columnOf(rows.map((row) => row[column] ?? NaN)));
      const packed = packColumns('rank sold', columns);
      const back = unpackColumns('rank sold', packed)?.map((column) => [...column]);
      expect(back).toEqual(columns.map((column) => [...column]));
    }),
  );
});

test('whole numbers and cents take few bytes, and a column of another label is none', () => {
  const rows = 500;
  const packed = packColumns('rank revenue', [
    columnOf(Array.from({ length: rows }, (_, row) => row + 1)),
    columnOf(Array.from({ length: rows }, (_, row) => 12_345.67 + row)),
  ]);
  expect(packed.length).toBeLessThan(rows * 6 + 60);
  expect(unpackColumns('rank sold', packed)).toBeNull();
});
