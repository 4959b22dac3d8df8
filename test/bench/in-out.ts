// (i) History in and out: an import of csv beside a plain reader that inserts the same rows, an export to Parquet beside
// a plain read of the view, and a leaderboard beside a script that asks for as many rows. CPU of whole processes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DAY_MS, isoTime } from '../../src/lib/clock.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { HISTORY_DEPTH, HISTORY_LISTS, historyDays } from './history-rows.ts';
import { printBesideDuckDb } from './duckdb-peer.ts';
import { cpuOfProcess, median, printRatio } from './measure.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/cli.js');
const DAYS = 300;
const ROUNDS = 5;

const CONFIG = `source: { token: none }
watches: { us: { region: US, time_scope: 1, depth: ${HISTORY_DEPTH}, schedule: "0 6 * * *" } }
`;

const COLUMNS = [
  ...['watch', 'slot_at', 'taken_at', 'snapshot_status', 'snapshot_rows', 'rank'],
  ...['product_id', 'product', 'category_l1', 'category_l2'],
  ...TOP_PRODUCTS.metrics.map(({ column }) => column),
];

/** The csv of a list of 500 over 300 days, as an export has it. */
function csvOf(): string {
  const [list] = HISTORY_LISTS;
  if (list === undefined) throw new Error('no list');
  const next = historyDays(list);
  const lines = [COLUMNS.join(',')];
  for (let day = 0; day < DAYS; day++) {
    const at = isoTime(Date.UTC(2025, 0, 1, 6) + day * DAY_MS);
    for (const { productId, rank, metrics } of next().sort((a, b) => a.rank - b.rank))
      lines.push(
        [
          ...['us', at, at, 'complete', HISTORY_DEPTH, rank, list.upstreamIdOf(productId)],
          ...[`Product ${productId}`, `Group ${productId % 20}`, `"Part, ${productId % 100}"`],
          ...TOP_PRODUCTS.metrics.map(({ column }) => metrics[column] ?? ''),
        ].join(','),
      );
  }
  return `${lines.join('\n')}\n`;
}

/** A script of few lines, with better-sqlite3 as `Database`. */
const script = (body: string): string[] => [
  '--input-type=module',
  '-e',
  `import Database from ${JSON.stringify(pathToFileURL(join(ROOT, 'node_modules/better-sqlite3/lib/index.js')).href)};${body}`,
];

const insertAll = (csv: string, database: string): string[] =>
  script(`
  import { createReadStream } from 'node:fs';
  import { createInterface } from 'node:readline';
  const db = new Database(${JSON.stringify(database)});
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE t (day TEXT, id INTEGER, ${Array.from({ length: 12 }, (_, at) => `c${at}`).join(', ')}, PRIMARY KEY (day, id)) WITHOUT ROWID');
  const insert = db.prepare('INSERT INTO t VALUES (${Array(14).fill('?').join(', ')})');
  const store = db.transaction((rows) => { for (const row of rows) insert.run(row); });
  let rows = [];
  let isHead = true;
  for await (const line of createInterface({ input: createReadStream(${JSON.stringify(csv)}) })) {
    if (isHead) { isHead = false; continue; }
    const fields = line.split(',');
    rows.push([fields[1], Number(fields[6]), Number(fields[5]), ...fields.slice(-11).map(Number)]);
    if (rows.length === ${HISTORY_DEPTH}) { store(rows); rows = []; }
  }`);

const ask = (database: string, sql: string): string[] =>
  script(`
  const db = new Database(${JSON.stringify(database)}, { readonly: true });
  let count = 0;
  for (const row of db.prepare(${JSON.stringify(sql)}).raw().iterate()) count += row.length;
  if (count === 0) throw new Error('no rows');`);

/** Prints the ratios; needs a build. */
export async function benchInOut(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const csv = join(folder, 'history.csv');
  const config = join(folder, 'tidemark.yaml');
  const database = join(folder, 'tidemark.db');
  writeFileSync(csv, csvOf());
  writeFileSync(config, CONFIG);
  const rows = DAYS * HISTORY_DEPTH;
  const cpu: Record<
    'import' | 'insert' | 'export' | 'read' | 'top' | 'status' | 'sql' | 'ask',
    number[]
  > = { import: [], insert: [], export: [], read: [], top: [], status: [], sql: [], ask: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const plain = join(folder, `plain-${round}.db`);
    const fresh = () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
    };
    fresh();
    cpu.import.push(cpuOfProcess(CLI, 'import', csv, '--config', config));
    cpu.insert.push(cpuOfProcess(...insertAll(csv, plain)));
    const to = join(folder, `out-${round}`);
    cpu.export.push(
      cpuOfProcess(CLI, 'export', '--format', 'parquet', '--out', to, '--config', config),
    );
    cpu.read.push(cpuOfProcess(...ask(database, 'SELECT * FROM history')));
    cpu.top.push(cpuOfProcess(CLI, 'top', 'us', '--config', config));
    cpu.status.push(cpuOfProcess(CLI, 'status', '--config', config));
    cpu.sql.push(cpuOfProcess(CLI, 'sql', 'SELECT 1', '--config', config));
    cpu.ask.push(
      cpuOfProcess(...ask(database, 'SELECT * FROM snapshots ORDER BY id DESC LIMIT 20')),
    );
    for (const gone of [plain, to]) rmSync(gone, { recursive: true, force: true });
  }
  const print = (what: string, ours: number[], floor: number[], name: string, aim: number) =>
    printRatio(`(i) ${what}, CPU`, median(ours), median(floor), name, aim);
  const both = (what: string, ours: number[]) =>
    `${what} (${Math.round(rows / (median(ours) / 1_000))} rows a second)`;
  print(
    both(`importing ${rows} rows of csv with z-scores`, cpu.import),
    cpu.import,
    cpu.insert,
    'read the lines, insert the numbers',
    4.7,
  );
  print(
    both(`exporting them to Parquet`, cpu.export),
    cpu.export,
    cpu.read,
    'read the view history',
    1.35,
  );
  for (const [what, ours] of [
    ['top', cpu.top],
    ['status', cpu.status],
    ["sql 'SELECT 1', which asks in a process that can be killed", cpu.sql],
  ] as const)
    print(
      `tidemark ${what}`,
      ours,
      cpu.ask,
      'node and better-sqlite3: open the database, ask once',
      2.5,
    );
  await printBesideDuckDb({
    csv,
    database,
    folder,
    imports: cpu.import,
    exports: cpu.export,
  });
  rmSync(folder, { recursive: true, force: true });
}
