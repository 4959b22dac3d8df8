import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../lib/errors.ts';
import { APPLICATION_ID } from './open.ts';

/** A connection that only reads. */
export type ReadOnlyDb = Database.Database;

/**
 * Opens a database file for reading only, as it is: nothing is migrated. For work that only looks, beside a daemon.
 * @throws AppError `database_unusable` when it is not there, cannot be read, or is not one of Tidemark.
 */
export function openReadOnly(path: string): ReadOnlyDb {
  if (!existsSync(path))
    throw new AppError('database_unusable', `there is no database at ${path}`, {
      hint: 'take a first snapshot: tidemark snapshot',
    });
  let raw: Database.Database | undefined;
  try {
    raw = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    if (raw.pragma('application_id', { simple: true }) === APPLICATION_ID) return raw;
  } catch (thrown) {
    raw?.close();
    throw new AppError('database_unusable', `cannot read ${path}: ${messageOf(thrown)}`, {
      hint: 'check that it is a SQLite database, and that its folder can be written: WAL needs that, also to read',
      cause: thrown,
    });
  }
  raw.close();
  throw new AppError('database_unusable', `${path} is a SQLite database, but not one of Tidemark`);
}
