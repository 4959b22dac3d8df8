// The engines that the lake is read with in tests, behind one face.
import { openDuck } from '../support/duckdb.ts';
import type { Engine as EngineName, ReadBy } from '../../src/store/engines/dialect.ts';
import { openClickHouse } from './chdb.ts';

export type Engine = {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<{ columns: string[]; rows: unknown[][] }>;
  close(): Promise<void>;
};

/** Ways of reading that can be tried here. DuckDB's reader of the log is not to be had offline. */
export const WAYS: readonly { engine: EngineName; by: ReadBy }[] = [
  { engine: 'duckdb', by: 'folders' },
  { engine: 'clickhouse', by: 'folders' },
  { engine: 'clickhouse', by: 'log' },
];

export async function openEngine(engine: EngineName): Promise<Engine> {
  if (engine === 'clickhouse') return openClickHouse();
  const duck = await openDuck();
  return {
    run: async (sql) => {
      await duck.runAndReadAll(sql);
    },
    rows: async (sql) => {
      const answer = await duck.runAndReadAll(sql);
      return { columns: answer.columnNames(), rows: answer.getRowsJS() };
    },
    close: async () => duck.closeSync(),
  };
}

/** Rows as text, value for value: whole numbers alike however an engine holds them, and 0 for -0. */
export const asText = (rows: readonly unknown[][]): string[] =>
  rows.map((row) =>
    JSON.stringify(
      row.map((value) => {
        if (typeof value === 'bigint') return Number(value);
        return typeof value === 'number' ? value + 0 : value;
      }),
    ),
  );
