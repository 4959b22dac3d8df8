// What we write of a column is, byte for byte, what the library of the format writes in the same encoding.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readUnits } from '../../../src/history/export/read-rows.ts';
import { openParquet } from '../../../src/history/export/write-parquet.ts';
import { readFooter } from '../../../src/history/lake/stats.ts';
import { isoTime } from '../../../src/lib/clock.ts';
import type { SqlValue } from '../../../src/lib/sql-value.ts';
import type { ExportColumn, ExportKind } from '../../../src/store/export/views.ts';
import { mulberry } from '../../bench/mulberry.ts';
import { forLibrary, writeByLibrary } from '../../support/library-parquet.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Random = (below: number) => number;

const TEXTS = [
  '',
  'é',
  '香水',
  '\u{1F457}',
  '\uFFFD',
  '\uE000x',
  'a'.repeat(300),
  "it's",
  'A',
  'a',
];

/** Values of each kind as histories have them, and as they do not. */
const VALUES: Record<ExportKind, ((below: Random, row: number) => SqlValue)[]> = {
  int32: [
    (_, row) => (row % 500) + 1,
    (below) => below(2) - 1,
    (below) => below(200) ** 2,
    (below, row) => row * 7 - below(9),
    (below) => below(2 ** 32) - 2 ** 31,
    (below) => 500_000 + below(3_000) * 3,
    () => -0,
  ],
  int64: [
    (below, row) => 9_000_000_000 - row * 70 - below(90),
    (below) => below(2 ** 40) - 2 ** 20,
    (below) => below(12) * 1e12,
    (below) => (below(2 ** 26) - 2 ** 25) * 2 ** 26 + below(2 ** 26),
    (below, row) => (row % 64 === 0 ? below(2 ** 42) : row),
    (below) => (below(9) === 0 ? null : below(1e6)),
  ],
  double: [
    (below) => below(700) / 100,
    (below) => below(2 ** 30) / 7,
    (below) => [-0, 0, 1.5, Infinity, -Infinity, 5e-324, -1e300, 0.1][below(8)] ?? null,
    (below) => (below(3) === 0 ? null : -below(30) / 100),
    (below, row) => (below(40) === 0 ? null : row / 10),
  ],
  time: [
    (_, row) => isoTime(Date.UTC(2025, 0, 1 + Math.floor(row / 40), 6)),
    (below) => isoTime(below(2 ** 45)),
    (below) => (below(2) === 0 ? null : '9999-12-31T23:59:59.999Z'),
  ],
  text: [
    (below) => TEXTS[below(TEXTS.length)] ?? null,
    (_, row) => `product ${row % 37}`,
    (below) => `${TEXTS[below(TEXTS.length)] ?? ''}${below(2 ** 20)}`,
    (below) => (below(5) === 0 ? null : ['x', 'y'][below(2)]) ?? null,
    () => null,
  ],
};

const COLUMNS = Object.entries(VALUES).flatMap(([kind, makers]) =>
  makers.map((make, index) => ({
    name: `${kind}_${index}`,
    kind: kind as ExportKind,
    make,
  })),
);
const GROUP_ROWS = Math.floor(480_000 / COLUMNS.length);

test.each([1, 2, 7, 8, 33, 128, 129, 130, 2_500, GROUP_ROWS, GROUP_ROWS + 130])(
  'a file of %i rows is the one that the library writes in these encodings',
  (count) => {
    const random = mulberry(count);
    const below: Random = (most) => Math.floor(random() * most);
    const columns = COLUMNS.map(({ make, ...column }) => ({
      ...column,
      values: Array.from({ length: count }, (_, row) => make(below, row)),
    }));
    const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
    const parquet = openParquet(ours, columns, []);
    const rows = Array.from({ length: count }, (_, row) =>
      columns.map(({ values }) => values[row] ?? null),
    );
    parquet.add(rows.slice(0, -1));
    parquet.add(rows.slice(-1));
    parquet.finish();
    const footer = readFooter(ours);
    const groups = footer.row_groups.map((group, at) =>
      columns.map(({ name, kind, values }, index) => ({
        name,
        kind,
        data: values
          .slice(at * GROUP_ROWS, (at + 1) * GROUP_ROWS)
          .map((value) => forLibrary(kind, value)),
        encoding: group.columns[index]?.meta_data?.encodings.at(-1) as 'PLAIN',
      })),
    );
    writeByLibrary(theirs, groups);
    expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
    if (count < 2_500) return;
    const laidOut = footer.row_groups.flatMap((group) =>
      group.columns.map(({ meta_data: chunk }) => chunk?.encodings.at(-1)),
    );
    expect(new Set(laidOut)).toEqual(new Set(['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED']));
  },
);

test('whole columns are written as the same rows are, one value for all rows too', async () => {
  const kinds: ExportColumn[] = [
    { name: 'slot_at', kind: 'time' },
    { name: 'rank', kind: 'int32' },
    { name: 'ctr', kind: 'double' },
    { name: 'posts', kind: 'int64' },
    { name: 'product', kind: 'text' },
  ];
  const at = '2026-02-01T06:00:00.000Z';
  const [first, last] = [2n ** 60n, -(2n ** 62n)];
  const posts = [null, 3, first, 5, last];
  const batch = {
    count: 4,
    order: [4, 0, 2, 3],
    columns: [
      { same: at },
      [2, 9, 3, 4, 1],
      { same: null },
      posts,
      ['b', 'of another source', 'a', null, 'a'],
    ],
  };
  const rows = [
    [at, 1, null, last, 'a'],
    [at, 2, null, null, 'b'],
    [at, 3, null, first, 'a'],
    [at, 4, null, 5, null],
  ];
  const [byColumns, byRows] = [join(folder, 'columns'), join(folder, 'rows')];
  for (const [path, isByColumns] of [
    [byColumns, true],
    [byRows, false],
  ] as const) {
    const parquet = openParquet(path, kinds, [{ name: 'watch', value: 'us' }]);
    for (let time = 0; time < 3; time++)
      if (isByColumns) parquet.addColumns(batch);
      else parquet.add(rows);
    parquet.finish();
  }
  expect(readFileSync(byColumns).equals(readFileSync(byRows))).toBe(true);
  const read: SqlValue[][] = [];
  for await (const unit of readUnits(readFileSync(byRows), 'parquet', kinds))
    read.push(...unit.rows.map((row) => [...row]));
  expect(read).toEqual([...rows, ...rows, ...rows]);
});

test.each([
  ['int32', 2 ** 31],
  ['int32', 1.5],
  ['int64', 0.25],
  ['time', 'yesterday'],
] as const)('a column of %s refuses %s, and does not write something else', (kind, value) => {
  const parquet = openParquet(join(folder, 'a'), [{ name: 'a', kind }], []);
  expect(() => {
    parquet.add([[value]]);
    parquet.finish();
  }).toThrow();
});
