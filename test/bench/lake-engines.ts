// (l) What engines make of the lake's files: a scan beside files that DuckDB wrote itself, and a table of a year of
// daily commits beside one of a single commit. Needs DuckDB and ClickHouse, which `npm run test:engines` installs.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportFolder } from '../../src/history/export/folder.ts';
import { openParquet } from '../../src/history/export/write-parquet.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { SqlRow } from '../../src/lib/sql-value.ts';
import { fileColumns, type ExportColumn } from '../../src/store/export/views.ts';
import { openClickHouse } from '../engines/chdb.ts';
import { openEngine } from '../engines/engine.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { dayAt } from '../support/world.ts';
import { alternate, printRatio } from './measure.ts';
import { mulberry } from './mulberry.ts';

const FILES = 20;
const SLOTS = 300;
const DEPTH = 500;
const ROUNDS = 7;
const YEAR = 366;

/** Both, one after the other. Installs the engines where that is not done. */
export async function benchLakeEngines(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    await benchScan(folder);
    await benchOpening();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every column of 3 million rows, read and aggregated. */
async function benchScan(folder: string): Promise<void> {
  const columns = fileColumns('history', TOP_PRODUCTS, 'parquet');
  for (let file = 0; file < FILES; file++) writeWatch(folder, `watch-${file}`, columns);
  const duck = await openEngine('duckdb');
  const ours = join(folder, 'history/**/*.parquet');
  const theirs = join(folder, 'theirs');
  const read = (files: string): string => `read_parquet('${files}', hive_partitioning = false)`;
  await duck.run(
    `COPY (FROM ${read(ours)}) TO '${theirs}' (FORMAT parquet, PARTITION_BY (list, month), WRITE_PARTITION_COLUMNS true)`,
  );
  const scan = (files: string): string =>
    `SELECT ${columns.map(({ name }) => `bit_xor(hash("${name}"))`).join(', ')} FROM ${read(files)}`;
  const [own = NaN, lake = NaN] = await alternate(
    [
      {
        name: 'DuckDB its own',
        run: async () => void (await duck.rows(scan(`${theirs}/**/*.parquet`))),
      },
      { name: 'DuckDB the lake', run: async () => void (await duck.rows(scan(ours))) },
    ],
    ROUNDS,
  );
  await duck.close();
  console.log(`lake: a full scan of ${FILES * SLOTS * DEPTH} rows, all columns`);
  printRatio('DuckDB on the files of the lake', lake, own, 'on files of its own', 1.5);
}

function writeWatch(folder: string, watch: string, columns: readonly ExportColumn[]): void {
  const random = mulberry(watch.length + Number(watch.slice(6)));
  const path = join(folder, `history/list=top-products/watch=${watch}/month=2026-01`);
  mkdirSync(path, { recursive: true });
  const writer = openParquet(join(path, 'a.parquet'), columns, [
    { name: 'list', value: 'top-products' },
    { name: 'month', value: '2026-01' },
  ]);
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = new Date(dayAt(slot)).toISOString();
    writer.add(
      Array.from({ length: DEPTH }, (_, index) => rowOf(columns, watch, at, index, random)),
    );
  }
  writer.finish();
}

const rowOf = (
  columns: readonly ExportColumn[],
  watch: string,
  at: string,
  index: number,
  random: () => number,
): SqlRow =>
  columns.map(({ name, kind }) => {
    if (kind === 'time') return at;
    if (name === 'watch') return watch;
    if (name === 'rank') return index + 1;
    if (name === 'product_id' || name === 'product')
      return `${name} ${Math.floor(random() * 2_000)}`;
    if (kind === 'text') return 'US';
    if (kind === 'double') return Math.round(random() * 10_000) / 100;
    return Math.floor(random() * 100_000);
  });

/** The same year, committed day by day, and at once. */
async function benchOpening(): Promise<void> {
  const file = makeHistoryFile();
  const daily = join(file.folder, 'daily');
  const once = join(file.folder, 'once');
  try {
    for (let day = 0; day < YEAR; day++) {
      await takeDays(file.world, 1, { from: day });
      await write(file, daily);
    }
    await write(file, once);
    const clickhouse = openClickHouse();
    const count = (folder: string) => async () =>
      void (await clickhouse.rows(`SELECT count() FROM deltaLakeLocal('${folder}/history/')`));
    const [single = NaN, year = NaN] = await alternate(
      [
        { name: 'one commit', run: count(once) },
        { name: 'a year of commits', run: count(daily) },
      ],
      ROUNDS,
    );
    await clickhouse.close();
    console.log(`lake: ClickHouse opens a table of ${YEAR} commits`);
    printRatio('a year of daily commits', year, single, 'a single one', 2);
  } finally {
    file.close();
  }
}

const write = async ({ world }: HistoryFile, folder: string): Promise<void> => {
  await exportFolder(
    world.db.raw,
    { view: 'history', list: TOP_PRODUCTS, watches: null, sinceAt: null, untilAt: null },
    {
      folder,
      format: 'parquet',
      full: false,
      onMonth: () => {},
      now: () => world.clock.now(),
      signal: new AbortController().signal,
    },
  );
};
