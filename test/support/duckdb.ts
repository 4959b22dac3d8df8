// DuckDB is heavy, and few tests need it: it is installed when the first of them runs.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What tests use of a connection of DuckDB. */
export interface Duck {
  runAndReadAll(sql: string): Promise<{
    getRowObjectsJson(): Record<string, unknown>[];
    getRowsJS(): unknown[][];
    getRowsJson(): unknown[][];
  }>;
  closeSync(): void;
}

interface DuckModule {
  DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Duck> }> };
}

/** A connection to an empty database in memory. Installs DuckDB first where that is not done. */
export async function openDuck(): Promise<Duck> {
  const tool = join(import.meta.dirname, '../../.ci/tool.js');
  const folder = execFileSync(process.execPath, [tool, 'duckdb'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  const { DuckDBInstance } = createRequire(join(folder, 'package.json'))(
    '@duckdb/node-api',
  ) as DuckModule;
  return (await DuckDBInstance.create(':memory:')).connect();
}
