import type Database from 'better-sqlite3';
import { AppError, messageOf } from '../../lib/errors.ts';
import { connectToRead } from './connect-to-read.ts';
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
    raw = connectToRead(path);
    if (raw.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw notOurs(path);
    remember(path);
    return raw;
  } catch (thrown) {
    raw?.close();
    if (thrown instanceof AppError) throw thrown;
    throw unreadable(path, thrown);
  }
}

const unreadable = (path: string, cause: unknown): AppError =>
  new AppError('database_unusable', `cannot read ${path}: ${messageOf(cause)}`, {
    hint: 'check who may read it and its folder, and that it is a SQLite database',
    cause,
  });
