// What engines make of the lake's files: a scan beside files that DuckDB wrote itself, and a table of a year of daily
// commits beside one of a single commit.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exportFolder } from '../../src/history/export/folder.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { exportFolderOf, fileColumns } from '../../src/store/export/views.ts';
import { openClickHouse } from '../engines/chdb.ts';
import { openEngine } from '../engines/engine.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { HISTORY_LISTS } from './history-rows.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';

const ROUNDS = 7;
const YEAR = 366;

/**
 * Every column of every row of the histories of a lake, read and aggregated, beside the same rows as DuckDB writes them
 * with the same partitions. `theirs` is a folder for these.
 */
export async function benchScan(lake: string, theirs: string): Promise<void> {
  const duck = await openEngine('duckdb');
  const read = (files: string): string => `read_parquet('${files}', hive_partitioning = false)`;
  const scans: { ours: string; own: string }[] = [];
  let rows = 0;
  for (const { list } of HISTORY_LISTS) {
    const name = exportFolderOf('history', list);
    const [ours, own] = [`${lake}/${name}/list=*/*/*/*.parquet`, `${theirs}/${name}`];
    mkdirSync(own, { recursive: true });
    await duck.run(
      `COPY (FROM ${read(ours)}) TO '${own}' (FORMAT parquet, PARTITION_BY (list, watch, month), WRITE_PARTITION_COLUMNS true, OVERWRITE_OR_IGNORE true)`,
    );
    const columns = fileColumns('history', list, 'parquet');
    const scan = (files: string): string =>
      `SELECT count(*), ${columns.map((column) => `bit_xor(hash("${column.name}"))`).join(', ')} FROM ${read(files)}`;
    scans.push({ ours: scan(ours), own: scan(`${own}/**/*.parquet`) });
    rows += Number((await duck.rows(scan(ours))).rows[0]?.[0]);
  }
  // CPU of one thread: what else the machine does counts for less.
  await duck.run('SET threads = 1');
  const all = (of: 'ours' | 'own') => async () => {
    for (const scan of scans) await duck.rows(scan[of]);
  };
  const [ours = NaN, floor = NaN] = await alternate(
    [
      { name: 'the lake', run: all('ours') },
      { name: 'its own', run: all('own') },
    ],
    ROUNDS,
    2,
    cpuMs,
  );
  await duck.close();
  process.stdout.write(`lake: a full scan of ${rows} rows, all columns, CPU\n`);
  printRatio('DuckDB on the files of the lake', ours, floor, 'on files of its own', 1.5);
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
