// Whose file is it? Looked at before anything of it is touched: even a journal mode is a change.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../lib/errors.ts';

/** `TDMK`: tells a Tidemark database from any other SQLite file, also in copies. */
export const APPLICATION_ID = 0x54444d4b;

const MAGIC = 'SQLite format 3\0';
/** Of the application id in the header of a database file (sqlite.org/fileformat2.html#the_database_header). */
const ID_OFFSET = 68;
const HEADER_BYTES = 100;

/**
 * What is at a path: nothing, a file that may become a database (empty, or without any table), or one of Tidemark. The
 * file is only read.
 * @throws AppError `database_unusable` when it is no SQLite database, one of another program, or cannot be read.
 */
export function lookAt(path: string): 'absent' | 'empty' | 'ours' {
  const header = readHeader(path);
  if (header === null) return 'absent';
  if (header.length === 0) return 'empty';
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new AppError('database_unusable', `${path} is not a SQLite database`, {
      hint: 'set another path under `database`',
    });
  if (header.readUInt32BE(ID_OFFSET) === APPLICATION_ID) return 'ours';
  // The id of a file made a moment ago may still be in its WAL alone.
  const seen = askSqlite(path);
  if (seen.id === APPLICATION_ID) return 'ours';
  if (seen.id === 0 && seen.tables === 0) return 'empty';
  throw new AppError('database_unusable', `${path} is a SQLite database, but not one of Tidemark`, {
    hint: 'set another path under `database`',
  });
}

function readHeader(path: string): Buffer | null {
  try {
    if (!statSync(path).isFile())
      throw new AppError('database_unusable', `${path} is not a file`, {
        hint: 'set another path under `database`',
      });
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(HEADER_BYTES);
      return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('database_unusable', `cannot read ${path}: ${messageOf(thrown)}`, {
      hint: 'check who may read the file and its folder',
      cause: thrown,
    });
  }
}

/** A connection that only reads changes no byte of the file, and empties no WAL when it closes. */
function askSqlite(path: string): { id: number; tables: number } {
  let raw: Database.Database | undefined;
  try {
    raw = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    return {
      id: raw.pragma('application_id', { simple: true }) as number,
      tables: raw.prepare('SELECT count(*) FROM sqlite_master').pluck().get() as number,
    };
  } catch (thrown) {
    throw new AppError('database_unusable', `cannot read ${path}: ${messageOf(thrown)}`, {
      hint: 'check that it is a SQLite database, and that its folder can be written',
      cause: thrown,
    });
  } finally {
    raw?.close();
  }
}
