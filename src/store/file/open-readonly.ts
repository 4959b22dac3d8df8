import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../../lib/errors.ts';
import { APPLICATION_ID, lookAt, notOurs, remember } from './look.ts';
import { noDatabase } from './open.ts';

/** A connection that only reads. */
export type ReadOnlyDb = Database.Database;

/**
 * Opens a database file for reading only, as it is: nothing is migrated. For work that only looks,
 * beside a daemon.
 * @throws AppError `database_unusable` when it is not there, cannot be read, or is not one of
 *   Tidemark.
 */
export function openReadOnly(path: string): ReadOnlyDb {
  const seen = lookAt(path);
  if (seen === 'absent') throw noDatabase(path);
  if (seen === 'empty')
    throw new AppError('database_unusable', `${path} is empty: no snapshot was ever taken`, {
      hint: 'take a first snapshot: tidemark snapshot',
    });
  let raw: Database.Database | undefined;
  try {
    raw = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    // Reads the first page: a file that cannot be read must be reported here.
    if (raw.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw notOurs(path);
    remember(path);
    return raw;
  } catch (thrown) {
    raw?.close();
    if (thrown instanceof AppError) throw thrown;
    throw isOnReadOnlyDisk(path) ? needsCopy(path, thrown) : unreadable(path, thrown);
  }
}

const unreadable = (path: string, cause: unknown): AppError =>
  new AppError('database_unusable', `cannot read ${path}: ${messageOf(cause)}`, {
    hint: 'check that it is a SQLite database, and that its folder can be written: WAL needs that, also to read',
    cause,
  });

/**
 * To read a file in WAL mode SQLite needs two more files beside it, and here it cannot make them. A
 * backup is not in that mode, and can be read where it is.
 */
const needsCopy = (path: string, cause: unknown): AppError =>
  new AppError(
    'database_unusable',
    `cannot read ${path}: its file system is read-only, and SQLite needs to make files beside a database in use`,
    {
      hint: `copy it to where you may write, with ${path}-wal if that is there, and name the copy (database: or --database); or put a file of tidemark backup there, which can be read as it is`,
      cause,
    },
  );

function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EROFS';
  }
}
