// (l) The lake: what writing it costs beside the Parquet writer alone, how large its files are, the memory of a large
// one, and what engines make of its files. Needs DuckDB and ClickHouse, which the first run installs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { exportFolder } from '../../src/history/export/folder.ts';
import { openParquet } from '../../src/history/export/write-parquet.ts';
import type { SqlRow } from '../../src/lib/sql-value.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openUnitReader } from '../../src/store/export/unit-rows.ts';
import { exportFolderOf, fileColumns, type ExportKind } from '../../src/store/export/views.ts';
import { historyFile, watchName, type HistorySize } from './history-file.ts';
import { HISTORY_DEPTH, HISTORY_LISTS } from './history-rows.ts';
import { benchOpening, benchScan } from './lake-engines.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';
import { forLibrary, writeByLibrary } from '../support/library-parquet.ts';

/** A year of 16 lists: built in a minute. Every other one is of `TOP_PRODUCTS`. */
const SIZE: HistorySize = { watches: 16, days: 365 };
const WRITTEN_MONTHS = 3;
const ROUNDS = 5;
const GROWN_DAYS = 7;
const COLUMNS = fileColumns('history', TOP_PRODUCTS, 'parquet');

/** All of it, one after the other. */
export async function benchLake(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const path = historyFile(SIZE, (text) => process.stdout.write(text));
  try {
    await benchWriting(path, folder);
    const lake = join(folder, 'grown');
    await growLake(path, lake);
    benchSize(lake);
    await benchScan(lake, join(folder, 'theirs'));
    await benchOpening();
    benchMemory(path, join(folder, 'peak'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const write = (
  db: Database.Database,
  folder: string,
  {
    list = TOP_PRODUCTS,
    watches = null,
    untilAt = null,
  }: { list?: ListKind; watches?: string[] | null; untilAt?: number | null } = {},
) =>
  exportFolder(
    db,
    { view: 'history', list, watches, sinceAt: null, untilAt },
    {
      folder,
      format: 'parquet',
      full: false,
      onMonth: () => {},
      now: () => Date.now(),
      signal: new AbortController().signal,
    },
  );

/** Months of one list: read from the database and committed, beside the same rows from memory into files. */
async function benchWriting(path: string, folder: string): Promise<void> {
  const db = new Database(path, { readonly: true });
  const watch = watchName(0);
  const months = monthsOf(db, watch).slice(0, WRITTEN_MONTHS);
  const untilAt = months.at(-1)?.endAt ?? null;
  const read = openUnitReader(db, 'history', TOP_PRODUCTS, COLUMNS);
  const rows = months.map(({ ids }) => ids.map((id) => read(id)));
  const file = join(folder, 'alone.parquet');
  const lake = join(folder, 'written');
  const writeAll = (parts: readonly (readonly (readonly SqlRow[])[])[]) => {
    for (const month of parts) {
      const parquet = openParquet(file, COLUMNS, [
        { name: 'list', value: TOP_PRODUCTS.name },
        { name: 'month', value: '2026-01' },
      ]);
      for (const snapshot of month) parquet.add(snapshot);
      parquet.finish();
    }
  };
  const writeByTheirs = () => {
    for (const month of rows) {
      const of = (kind: ExportKind, at: number) =>
        month.flatMap((snapshot) => snapshot.map((row) => forLibrary(kind, row[at] ?? null)));
      writeByLibrary(file, [
        COLUMNS.map(({ name, kind }, at) => ({ name, kind, data: of(kind, at) })),
      ]);
    }
  };
  const [ours = NaN, theirs = NaN, alone = NaN, withReading = NaN] = await alternate(
    [
      {
        name: 'the lake',
        prepare: () => rmSync(lake, { recursive: true, force: true }),
        run: async () => void (await write(db, lake, { watches: [watch], untilAt })),
      },
      { name: 'the library alone', run: writeByTheirs },
      { name: 'the writer alone', run: () => writeAll(rows) },
      {
        name: 'the writer, and reading',
        run: () => writeAll(months.map(({ ids }) => ids.map((id) => read(id)))),
      },
    ],
    ROUNDS,
    2,
    cpuMs,
  );
  db.close();
  const count = rows.flat(2).length;
  process.stdout.write(`lake: writing ${count} rows of history, CPU\n`);
  printRatio('a lake', ours, theirs, 'hyparquet-writer, rows in memory', 1.3);
  printRatio('a lake', ours, withReading, 'our Parquet writer and reading the rows', 1.3);
  const share = (100 * alone) / ours;
  process.stdout.write(
    `  of it our Parquet writer takes ${share.toFixed(0)} %, reading most of the rest\n`,
  );
}

/** The snapshots of a watch, month by month. */
function monthsOf(db: Database.Database, watch: string): { ids: number[]; endAt: number }[] {
  const months = new Map<string, { ids: number[]; endAt: number }>();
  const rows = db
    .prepare<[string], { id: number; slot_at: number }>(
      'SELECT s.id, s.slot_at FROM snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = ? ORDER BY s.slot_at',
    )
    .all(watch);
  for (const { id, slot_at: slotAt } of rows) {
    const key = new Date(slotAt).toISOString().slice(0, 7);
    const month = months.get(key) ?? { ids: [], endAt: 0 };
    months.set(key, month);
    month.ids.push(id);
    month.endAt = slotAt + 1;
  }
  return [...months.values()];
}

/** A year but its last days, and then these: a lake whose last month is under way. */
async function growLake(path: string, lake: string): Promise<void> {
  const db = new Database(path, { readonly: true });
  const last = db.prepare<[], number>('SELECT max(slot_at) FROM snapshots').pluck().get() ?? 0;
  for (let days = GROWN_DAYS; days >= 0; days--)
    for (const { list } of HISTORY_LISTS)
      await write(db, lake, { list, untilAt: last + 1 - days * DAY_MS });
  db.close();
}

function benchSize(lake: string): void {
  for (const { list } of HISTORY_LISTS) {
    const folder = exportFolderOf('history', list);
    const files = filesOf(join(lake, folder));
    const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
    const each = bytes / ((SIZE.watches / 2) * HISTORY_DEPTH * SIZE.days);
    process.stdout.write(
      `lake: ${each.toFixed(1)} bytes a row of ${folder} in ${files.length} files, aim at most 25${each <= 25 ? '' : '  MISSED'}\n`,
    );
  }
}

const filesOf = (table: string): string[] =>
  readdirSync(table, { recursive: true })
    .map(String)
    .filter((name) => name.startsWith('list=') && name.endsWith('.parquet'))
    .map((name) => join(table, name));

/** The command as the daemon starts it, into an empty lake. */
function benchMemory(path: string, folder: string): void {
  mkdirSync(folder);
  const config = join(folder, 'tidemark.yaml');
  writeFileSync(
    config,
    `database: ${path}
source: { base_url: "http://127.0.0.1:9", token: none }
watches: { us-daily: { region: US, time_scope: 1, schedule: "0 0 1 1 *" } }
lake: { to: ./lake, views: [history] }
`,
  );
  const tell =
    "process.on('exit', () => process.stdout.write(`peak ${process.resourceUsage().maxRSS}`))";
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${tell}`, 'dist/cli.js', 'lake', 'sync', '--config', config],
    { encoding: 'utf8' },
  );
  const peak = Number(/peak (\d+)/.exec(stdout)?.[1] ?? NaN) / 1024;
  if (Number.isNaN(peak)) throw new Error(`no sync: ${stderr}`);
  process.stdout.write(
    `lake: memory of a first sync of ${SIZE.watches * HISTORY_DEPTH * SIZE.days} rows\n  ${peak.toFixed(0)} MB resident at its peak, aim at most 300 MB${peak <= 300 ? '' : '  MISSED'}\n`,
  );
}
