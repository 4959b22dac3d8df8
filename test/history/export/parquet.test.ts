// Real DuckDB reads what was exported, as it would read anybody's files.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { writeCheckpoint } from '../../../src/history/export/checkpoint.ts';
import { openFolderStore } from '../../../src/history/export/file-store.ts';
import { readLog } from '../../../src/history/export/log.ts';
import { exportFolder } from '../../../src/history/export/folder.ts';
import { EXPORT_VIEWS, exportColumns, type ExportView } from '../../../src/store/export/views.ts';
import { VIEWS } from '../../../src/store/views/views.ts';
import { openDuck, type Duck } from '../../support/duckdb.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWatch } from '../../support/world.ts';

const VIEW_NAMES: Record<ExportView, string> = {
  history: 'history',
  changes: 'changes',
  alerts: 'alert_log',
};

let file: HistoryFile;
let duck: Duck;
let folder: string;
beforeAll(async () => {
  file = makeHistoryFile({
    watches: [
      makeWatch(),
      makeWatch({ name: 'gb-2026', region: 'GB', keyword: 'lamp', depth: 40 }),
    ],
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3', resolved: true }),
      makeRule({ name: 'gone', when: "status = 'left'" }),
    ],
  });
  await takeDays(file.world, 34);
  // A partial snapshot, and names that other programs might stumble over.
  await file.world.pass(
    dayAt(34),
    fetchedList(
      Array.from({ length: 40 }, (_, index) => `p${index}`),
      { missing: [2] },
    ),
  );
  await takeDays(file.world, 3, { from: 36, watch: 'gb-2026' });
  await file.world.pass(
    dayAt(39),
    fetchedList([
      { id: '007', name: '=cmd|"quoted", and \u{1F457} 香水', l1: "it's" },
      ...Array.from({ length: 39 }, (_, index) => `p${index}`),
    ]),
    { watch: 'gb-2026' },
  );
  folder = join(file.folder, 'export');
  for (const view of EXPORT_VIEWS)
    await exportFolder(
      file.world.db.raw,
      { view, list: TOP_PRODUCTS, watches: null, sinceAt: null, untilAt: null },
      {
        folder,
        format: 'parquet',
        full: false,
        onMonth: () => {},
        now: () => file.world.clock.now(),
        signal: new AbortController().signal,
      },
    );
  duck = await openDuck();
  // DuckDB may have to be installed first: 70 MB.
}, 300_000);
afterAll(() => {
  duck.closeSync();
  file.close();
});

const files = (view: ExportView) =>
  `read_parquet('${folder}/${view}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)`;

/** What DuckDB read, as SQLite has it. */
function asInSqlite(value: unknown, isTime: boolean): unknown {
  if (value === null) return null;
  if (isTime) return new Date(Number(value)).toISOString();
  return typeof value === 'bigint' ? Number(value) : value;
}

describe.each(EXPORT_VIEWS)('the parquet files of %s', (view) => {
  const columns = exportColumns(view, TOP_PRODUCTS);

  test('hold every value of the view, read by DuckDB', async () => {
    const selected = columns
      .map(({ name, kind }) => (kind === 'time' ? `epoch_ms("${name}") AS "${name}"` : `"${name}"`))
      .join(', ');
    const order = view === 'alerts' ? 'alert_id' : 'watch, slot_at, product_id';
    const read = (
      await duck.runAndReadAll(`SELECT ${selected} FROM ${files(view)} ORDER BY ${order}`)
    ).getRowsJS();
    const seen = read.map((row) =>
      row.map((value, index) => asInSqlite(value, columns[index]?.kind === 'time')),
    );
    const rows = file.world.db.raw
      .prepare<[], unknown[]>(
        `SELECT ${columns.map(({ name }) => `"${name}"`).join(', ')} FROM ${VIEW_NAMES[view]} ORDER BY ${order}`,
      )
      .raw()
      .all();
    // SQLite rounds a tiny fall to -0, which is 0.
    const expected = rows.map((row) => row.map((value) => (value === 0 ? 0 : value)));
    expect(expected.length).toBeGreaterThan(100);
    expect(seen).toEqual(expected);
  });

  test('have the types that were declared', async () => {
    const described = (
      await duck.runAndReadAll(
        `DESCRIBE SELECT ${columns.map(({ name }) => `"${name}"`).join(', ')} FROM ${files(view)}`,
      )
    ).getRowsJS();
    const types = {
      text: 'VARCHAR',
      int32: 'INTEGER',
      int64: 'BIGINT',
      double: 'DOUBLE',
      time: 'TIMESTAMP WITH TIME ZONE',
    };
    expect(Object.fromEntries(described.map(([name, type]) => [name, type]))).toEqual(
      Object.fromEntries(columns.map(({ name, kind }) => [name, types[kind]])),
    );
  });

  test('have every column of the view but ids and origin, each of the kind it really is', () => {
    const documented =
      VIEWS.find(({ name }) => name === VIEW_NAMES[view])?.columns.map(({ name }) => name) ?? [];
    expect(documented.filter((name) => !columns.some((column) => column.name === name))).toEqual(
      view === 'history' ? ['snapshot_id', 'origin'] : ['snapshot_id', 'baseline_id'],
    );
    for (const { name, kind } of columns) {
      const found = file.world.db.raw
        .prepare(
          `SELECT DISTINCT typeof("${name}") FROM ${VIEW_NAMES[view]} WHERE "${name}" IS NOT NULL`,
        )
        .pluck()
        .all() as string[];
      expect(
        {
          text: ['text'],
          int32: ['integer'],
          int64: ['integer'],
          double: ['real', 'integer'],
          time: ['text'],
        }[kind],
        name,
      ).toEqual(expect.arrayContaining(found));
    }
  });
});

test('lie in the Hive layout, a month of a watch in a file, with the columns of the path in it too', async () => {
  const layout = readdirSync(join(folder, 'history'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.parquet'))
    .sort();
  expect(layout.map((name) => name.slice(0, name.lastIndexOf('/')))).toEqual([
    'list=top-products/watch=gb-2026/month=2026-02',
    'list=top-products/watch=us-daily/month=2026-01',
    'list=top-products/watch=us-daily/month=2026-02',
  ]);
  const inside = (
    await duck.runAndReadAll(
      `SELECT DISTINCT list, watch, month FROM read_parquet('${folder}/history/**/*.parquet', hive_partitioning = false) ORDER BY ALL`,
    )
  ).getRowsJS();
  expect(inside).toEqual([
    ['top-products', 'gb-2026', '2026-02'],
    ['top-products', 'us-daily', '2026-01'],
    ['top-products', 'us-daily', '2026-02'],
  ]);
  const pruned = (
    await duck.runAndReadAll(
      `SELECT count(*), count(DISTINCT watch), min(month) FROM ${files('history')} WHERE watch = 'us-daily' AND month = '2026-02'`,
    )
  ).getRowsJS();
  expect(pruned).toEqual([[3n * 40n + 20n, 1n, '2026-02']]);
});

test('are named by a Delta log that says what its protocol wants', () => {
  const log = join(folder, 'history', '_delta_log');
  expect(readdirSync(log).sort()).toEqual([
    '00000000000000000000.json',
    '00000000000000000001.json',
  ]);
  const actions = readdirSync(log)
    .sort()
    .flatMap((name) => readFileSync(join(log, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, Record<string, unknown> | undefined>);
  const all = (kind: string): Record<string, unknown>[] =>
    actions.flatMap((action) => (action[kind] === undefined ? [] : [action[kind]]));
  expect(all('protocol')).toEqual([{ minReaderVersion: 1, minWriterVersion: 2 }]);
  const [metaData, ...others] = all('metaData');
  expect(others).toEqual([]);
  expect(metaData).toMatchObject({
    format: { provider: 'parquet', options: {} },
    partitionColumns: ['list', 'watch', 'month'],
    configuration: {},
  });
  const { fields } = JSON.parse(String(metaData?.['schemaString'])) as {
    fields: { name: string; type: string }[];
  };
  const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]));
  expect(types).toMatchObject({
    watch: 'string',
    list: 'string',
    month: 'string',
    slot_at: 'timestamp',
    rank: 'integer',
    posts: 'long',
    ctr: 'double',
  });
  for (const add of all('add')) {
    const path = join(folder, 'history', String(add['path']));
    expect(statSync(path).size).toBe(add['size']);
    expect(add).toMatchObject({ dataChange: true, partitionValues: { list: 'top-products' } });
  }
  expect(all('add').map(({ stats }) => /^[^,}]*/.exec(String(stats))?.[0])).toEqual([
    '{"numRecords":160',
    '{"numRecords":1240',
    '{"numRecords":140',
  ]);
});

test('answer the query that the manual gives for DuckDB', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../src/manual/sql.md'), 'utf8');
  const [, sql = ''] = /\*\*DuckDB, on exported files\*\*\n\n```sql\n([^`]*)```/.exec(page) ?? [];
  // A checkpoint of the log is Parquet too, and holds no rows of the view.
  const [root, scratch] = [join(folder, 'history'), join(folder, 'scratch')];
  const store = openFolderStore(root, scratch);
  await writeCheckpoint(store, scratch, '_delta_log', await readLog(store, '_delta_log'), 0);
  const rows = (await duck.runAndReadAll(sql.replace('lake/', `${folder}/`))).getRowsJS();
  const expected = file.world.db.raw
    .prepare(
      "SELECT product, min(rank) FROM history WHERE watch = 'us-daily' GROUP BY product ORDER BY 2 LIMIT 20",
    )
    .raw()
    .all() as [string, number][];
  expect(rows.map(([, best]) => best)).toEqual(expected.map(([, best]) => best));
});
