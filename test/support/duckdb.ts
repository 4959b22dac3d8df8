// DuckDB is heavy, and few tests need it: it is installed when the first of them runs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { toolFolder } from './tool-folder.ts';

/** What tests use of a connection of DuckDB. */
export interface Duck {
  runAndReadAll(sql: string): Promise<{
    getRowObjectsJson(): Record<string, unknown>[];
    getRowsJS(): unknown[][];
    getRowsJson(): unknown[][];
    columnNames(): string[];
  }>;
  closeSync(): void;
}

interface DuckModule {
  DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Duck> }> };
}

/** A connection to an empty database in memory. Installs DuckDB first where that is not done. */
export async function openDuck(): Promise<Duck> {
  const { DuckDBInstance } = createRequire(join(toolFolder('duckdb'), 'package.json'))(
    '@duckdb/node-api',
  ) as DuckModule;
  return (await DuckDBInstance.create(':memory:')).connect();
}
