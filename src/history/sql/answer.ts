// Runs the query itself, on a second thread of the query's process: the thread that guards it must
// stay awake.
import { SqliteError, type Database } from 'better-sqlite3';
import { messageOf } from '../../lib/errors.ts';
import { connectToRead } from '../../store/file/connect-to-read.ts';
import { onReadCopy, type ReadCopy } from '../../store/file/copy-note.ts';
import { bytesRead, type Effort } from './effort.ts';
import { gate } from './gate.ts';
import { LIMITS, ROWS_FILE, type QueryReply, type QueryRequest } from './protocol.ts';
import { findForbiddenTable } from './reads.ts';
import { spoolWriter } from './spool.ts';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import { withoutLead } from './statement.ts';

const MB = 1 << 20;

/**
 * Runs a gated query on a read-only connection and spools its rows. Blocks its thread until that is
 * done.
 */
export function answer(job: QueryRequest, now: () => number): QueryReply {
  const startedAt = now();
  let copy: ReadCopy | undefined;
  onReadCopy((one) => (copy = one));
  try {
    const db = connect(job.database);
    try {
      const result = run(db, job);
      return 'message' in result
        ? { kind: 'refused', ...result }
        : { kind: 'done', ...result, ms: now() - startedAt, ...(copy && { copy }) };
    } finally {
      db.close();
    }
  } catch (thrown) {
    // Errors of SQLite and its binding are about the query. Any other error is a bug, and is shown
    // as it is.
    const isBusy = thrown instanceof SqliteError && thrown.code.startsWith('SQLITE_BUSY');
    return {
      kind: 'failed',
      message: isBusy ? 'the database is busy; try again' : messageOf(thrown),
    };
  }
}

function connect(path: string): Database {
  const db = connectToRead(path, 2_000);
  for (const pragma of [
    'query_only = 1',
    'trusted_schema = 0',
    'temp_store = 1',
    'mmap_size = 0',
    'cache_size = -65536',
    'cell_size_check = 1',
  ])
    db.pragma(pragma);
  return db;
}

function run(
  db: Database,
  { sql, parameters, limit }: QueryRequest,
):
  { message: string } | { columns: string[]; rows: number; isCut: boolean; effort: Effort | null } {
  const before = bytesRead();
  const statement = db.prepare(sql);
  // A `WITH … DELETE` passes the gate; an `ATTACH` or `VACUUM INTO` must not pass here either.
  if (!statement.reader || !statement.readonly)
    return { message: 'the query would write; history is read-only' };
  db.exec('BEGIN');
  // The read transaction begins here, so that the schema stays the one that was checked until the
  // last row.
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  const gated = gate(sql);
  if (!gated.ok || !gated.isExplain) {
    const forbidden = findForbiddenTable(db, withoutLead(sql), parameters);
    if (forbidden !== null) return { message: `${forbidden} is not available here` };
  }
  const columns = statement.columns().map(({ name }) => name);
  const spool = spoolWriter(ROWS_FILE);
  let rows = 0;
  let isCut = false;
  for (const row of statement.safeIntegers().raw().iterate(parameters) as IterableIterator<
    SqlValue[]
  >) {
    isCut = rows === limit;
    if (isCut) break;
    const problem = shrink(row);
    if (problem !== null) return { message: problem };
    spool.add(row);
    rows += 1;
    if (spool.bytes() > LIMITS.resultMb * MB)
      return {
        message: `the result is larger than ${LIMITS.resultMb} MB: narrow it, or use tidemark export`,
      };
  }
  spool.flush();
  return { columns, rows, isCut, effort: effortSince(before, db) };
}

function effortSince(before: number | null, db: Database): Effort | null {
  const after = bytesRead();
  if (before === null || after === null) return null;
  const of = (pragma: string) => Number(db.pragma(pragma, { simple: true }));
  return { read: after - before, size: of('page_count') * of('page_size') };
}

/** Turns safe integers into numbers, in place. Returns what is too large, in words. */
function shrink(row: SqlValue[]): string | null {
  for (let index = 0; index < row.length; index++) {
    const value = row[index] as SqlRow[number];
    if (typeof value === 'bigint') {
      const number = Number(value);
      if (Number.isSafeInteger(number)) row[index] = number;
    } else if (
      (typeof value === 'string' || value instanceof Uint8Array) &&
      value.length > LIMITS.valueMb * MB
    ) {
      return `a value of ${Math.round(value.length / MB)} MB: values may have ${LIMITS.valueMb} MB`;
    }
  }
  return null;
}
