// What engines make of the lake's files: a scan beside files that DuckDB wrote itself, and a table of a year of daily
// commits beside one of a single commit.
import { join } from 'node:path';
import { exportFolder } from '../../src/history/export/folder.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { fileColumns } from '../../src/store/export/views.ts';
import { openClickHouse } from '../engines/chdb.ts';
import { openEngine } from '../engines/engine.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';

const ROUNDS = 7;
const YEAR = 366;

/**
 * Every column of every row of a table of the lake, read and aggregated, beside the same rows as DuckDB writes them with
 * the same partitions. `theirs` is a folder for these.
 */
export async function benchScan(table: string, theirs: string): Promise<void> {
  const duck = await openEngine('duckdb');
  const read = (files: string): string => `read_parquet('${files}', hive_partitioning = false)`;
  const [ours, own] = [`${table}/list=*/*/*/*.parquet`, `${theirs}/**/*.parquet`];
  await duck.run(
    `COPY (FROM ${read(ours)}) TO '${theirs}' (FORMAT parquet, PARTITION_BY (list, watch, month), WRITE_PARTITION_COLUMNS true)`,
  );
  // CPU of one thread: what else the machine does counts for less.
  await duck.run('SET threads = 1');
  const columns = fileColumns('history', TOP_PRODUCTS, 'parquet');
  const scan = (files: string): string =>
    `SELECT count(*), ${columns.map(({ name }) => `bit_xor(hash("${name}"))`).join(', ')} FROM ${read(files)}`;
  const rows = (await duck.rows(scan(ours))).rows[0]?.[0];
  const [lake = NaN, floor = NaN] = await alternate(
    [
      { name: 'the lake', run: async () => void (await duck.rows(scan(ours))) },
      { name: 'its own', run: async () => void (await duck.rows(scan(own))) },
    ],
    ROUNDS,
    2,
    cpuMs,
  );
  await duck.close();
  process.stdout.write(`lake: a full scan of ${String(rows)} rows, all columns, CPU\n`);
  printRatio('DuckDB on the files of the lake', lake, floor, 'on files of its own', 1.5);
}

/** The same year, committed day by day, and at once. */
export async function benchOpening(): Promise<void> {
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
    process.stdout.write(`lake: ClickHouse opens a table of ${YEAR} commits\n`);
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
