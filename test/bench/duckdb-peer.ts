// DuckDB beside us, in the same run and on one thread: what it takes to read the same csv, to write the same Parquet, and
// to answer the same questions on those files. It is a peer and no floor, so there is no aim. Without it, nothing is told.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openEngine } from '../engines/engine.ts';
import { alternate, cpuMs, median } from './measure.ts';

const INSTALLED = join(import.meta.dirname, '../../.ci/tools/duckdb/node_modules');
const ROUNDS = 5;

/** The same question in the SQL of both; `history` is our view, or the files that `history` was exported to. */
const QUESTIONS: Record<string, (history: string) => string> = {
  'the newest list': (history) =>
    `SELECT rank, product, posts FROM ${history} WHERE slot_at = (SELECT max(slot_at) FROM ${history}) ORDER BY rank`,
  'one product over all slots': (history) =>
    `SELECT slot_at, rank, posts FROM ${history} WHERE product = (SELECT min(product) FROM ${history} WHERE rank = 1) ORDER BY slot_at`,
  'the best rank of each product': (history) =>
    `SELECT product_id, min(rank) FROM ${history} GROUP BY product_id`,
  'ctr by category and month': (history) =>
    `SELECT category_l1, substr(CAST(slot_at AS VARCHAR), 1, 7) AS month, avg(ctr) FROM ${history} GROUP BY 1, 2`,
};

export type Compared = {
  csv: string;
  /** Ours, with the same rows. */
  database: string;
  /** Free to be written. */
  folder: string;
  /** CPU of our whole commands, in milliseconds. */
  imports: readonly number[];
  exports: readonly number[];
};

/** Prints our times beside DuckDB's. */
export async function printBesideDuckDb(compared: Compared): Promise<void> {
  if (!existsSync(INSTALLED)) {
    process.stdout.write('(i) DuckDB is not installed: node .ci/tool.js duckdb\n');
    return;
  }
  const { csv, database, folder, imports, exports } = compared;
  const parquet = join(folder, 'duckdb.parquet');
  const duck = await openEngine('duckdb');
  await duck.run('SET threads = 1');
  const taken = async (sql: string): Promise<number> => {
    const before = cpuMs();
    await duck.run(sql);
    return cpuMs() - before;
  };
  const [read, write]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    read.push(await taken(`CREATE OR REPLACE TABLE rows AS FROM read_csv('${csv}')`));
    write.push(
      await taken(
        `COPY rows TO '${parquet}' (FORMAT parquet, COMPRESSION zstd, OVERWRITE_OR_IGNORE)`,
      ),
    );
  }
  print(
    'an import of csv, with z-scores and the start of a process',
    median(imports),
    median(read),
  );
  print('an export to Parquet, with the start of a process', median(exports), median(write));
  const own = new Database(database, { readonly: true });
  for (const [what, sqlOf] of Object.entries(QUESTIONS)) {
    const ours = own.prepare(sqlOf('history')).raw();
    const theirs = sqlOf(`read_parquet('${parquet}')`);
    const [mine = NaN, peer = NaN] = await alternate(
      [
        { name: 'ours', run: () => void ours.all() },
        { name: 'DuckDB', run: async () => void (await duck.rows(theirs)) },
      ],
      ROUNDS,
      2,
      cpuMs,
    );
    print(what, mine, peer);
  }
  own.close();
  await duck.close();
  rmSync(parquet);
}

const print = (what: string, ours: number, theirs: number): void =>
  void process.stdout.write(
    `(i) ${what}, CPU\n  ${ours.toFixed(1)} ms, DuckDB ${theirs.toFixed(1)} ms: ${(ours / theirs).toFixed(1)} times\n`,
  );
