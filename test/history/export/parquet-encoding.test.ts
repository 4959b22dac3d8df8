// How whole numbers are laid out: the smaller way is taken, and every reader gets the same numbers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readUnits } from '../../../src/history/export/read-rows.ts';
import { openParquet } from '../../../src/history/export/write-parquet.ts';
import { readFooter } from '../../../src/history/lake/stats.ts';
import type { SqlRow, SqlValue } from '../../../src/lib/sql-value.ts';
import type { ExportColumn } from '../../../src/store/export/views.ts';
import { mulberry } from '../../bench/mulberry.ts';
import { openDuck } from '../../support/duckdb.ts';

const COUNT = 4_000;
const random = mulberry(5);
const below = (most: number) => Math.floor(random() * most);
const list = (of: (index: number) => SqlValue): SqlValue[] =>
  Array.from({ length: COUNT }, (_, i) => of(i));

/** A column each; `delta`: whether its differences are smaller. */
const COLUMNS: Record<string, { kind: 'int32' | 'int64'; delta: boolean; values: SqlValue[] }> = {
  rank: { kind: 'int32', delta: true, values: list((index) => (index % 500) + 1) },
  ordered: {
    kind: 'int64',
    delta: true,
    values: list((index) => 9_000_000_000 - index * 7 - below(9)),
  },
  scattered: { kind: 'int64', delta: true, values: list(() => below(100_000)) },
  again: { kind: 'int64', delta: false, values: list(() => below(12) * 1e12) },
  same: { kind: 'int64', delta: false, values: list(() => 86_400_000) },
  none: { kind: 'int32', delta: false, values: list(() => null) },
  some: { kind: 'int64', delta: true, values: list((index) => (index % 3 === 0 ? null : index)) },
  widest: {
    kind: 'int64',
    delta: false,
    values: list((index) => (index % 2 === 0 ? -(2n ** 63n) : 2n ** 63n - 1n)),
  },
  exact: { kind: 'int64', delta: true, values: list((index) => 2n ** 53n + BigInt(index)) },
  wide: {
    kind: 'int32',
    delta: false,
    values: list((index) => (index % 2 === 0 ? -(2 ** 31) : 2 ** 31 - 1)),
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('differences are written where they are smaller, and read back to the last digit by us and by DuckDB', async () => {
  const path = join(folder, 'a.parquet');
  const columns: ExportColumn[] = [
    { name: 'slot_at', kind: 'time' },
    ...Object.entries(COLUMNS).map(([name, { kind }]) => ({ name, kind })),
  ];
  const at = '2026-02-01T06:00:00.000Z';
  const rows: SqlRow[] = list(() => null).map((_, index) => [
    at,
    ...Object.values(COLUMNS).map(({ values }) => values[index] ?? null),
  ]);
  const parquet = openParquet(path, columns, []);
  parquet.add(rows);
  parquet.finish();

  const [group] = readFooter(path).row_groups;
  const laidOut = new Map(
    group?.columns.map(({ meta_data: chunk }) => [
      chunk?.path_in_schema[0],
      chunk?.encodings.includes('DELTA_BINARY_PACKED'),
    ]),
  );
  for (const [name, { delta }] of Object.entries(COLUMNS))
    expect([name, laidOut.get(name)]).toEqual([name, delta]);

  const read: SqlRow[] = [];
  for await (const unit of readUnits(readFileSync(path), 'parquet', columns))
    read.push(...unit.rows);
  expect(read).toEqual(rows);

  const duck = await openDuck();
  const names = Object.keys(COLUMNS).map((name) => `CAST("${name}" AS VARCHAR)`);
  const answer = await duck.runAndReadAll(`SELECT ${names.join(', ')} FROM '${path}'`);
  expect(answer.getRowsJson()).toEqual(
    rows.map((row) => row.slice(1).map((value) => (value === null ? null : String(value)))),
  );
  duck.closeSync();
});
