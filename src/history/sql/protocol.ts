// What the query's process and its parent tell each other.
import type { SqlValue } from '../../lib/sql-value.ts';
import type { Effort } from './effort.ts';
import type { ReadCopy } from '../../store/file/copy-note.ts';

export type QueryRequest = {
  /** Absolute path of the database. */
  database: string;
  sql: string;
  parameters: Readonly<Record<string, SqlValue>>;
  /** Rows after which the result is cut; null for all. */
  limit: number | null;
  /** For the whole of the query, until its last row. */
  timeoutMs: number;
};

/**
 * The descriptor of the file to spool the rows to, in the query's process: behind the three
 * standard ones and the channel.
 */
export const ROWS_FILE = 4;

/** The limits of a query. What needs more belongs in DuckDB, over `tidemark export`. */
export const LIMITS = {
  memoryMb: 512,
  /** Sorting and grouping spill to temporary files. */
  temporaryMb: 4_096,
  resultMb: 1_024,
  valueMb: 16,
};

export type QueryReply =
  | {
      kind: 'done';
      columns: string[];
      rows: number;
      isCut: boolean;
      ms: number;
      /** What it read; null where that is not known. */
      effort: Effort | null;
      /** Where a copy was read in place of the database. */
      copy?: ReadCopy;
    }
  /** SQLite, or a limit of the query's own thread, refused it. */
  | { kind: 'refused' | 'failed'; message: string }
  /** Said by the guard just before it kills its process. */
  | { kind: 'stopped'; why: 'timeout' | 'memory' | 'temporary' };
