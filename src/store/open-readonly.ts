import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../lib/errors.ts';
import { lookAt } from './look.ts';
import { noDatabase } from './open.ts';

/** A connection that only reads. */
export type ReadOnlyDb = Database.Database;

/**
 * Opens a database file for reading only, as it is: nothing is migrated. For work that only looks, beside a daemon.
 * @throws AppError `database_unusable` when it is not there, cannot be read, or is not one of Tidemark.
 */
export function openReadOnly(path: string): ReadOnlyDb {
  if (isOnReadOnlyDisk(path)) return openUnchanging(path);
  const seen = lookAt(path);
  if (seen === 'absent') throw noDatabase(path);
  if (seen === 'empty')
    throw new AppError('database_unusable', `${path} is empty: no snapshot was ever taken`, {
      hint: 'take a first snapshot: tidemark snapshot',
    });
  let raw: Database.Database | undefined;
  try {
    raw = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    // Reads the first page: what cannot be read must be told here.
    raw.pragma('application_id');
    return raw;
  } catch (thrown) {
    raw?.close();
    throw new AppError('database_unusable', `cannot read ${path}: ${messageOf(thrown)}`, {
      hint: 'check that it is a SQLite database, and that its folder can be written: WAL needs that, also to read',
      cause: thrown,
    });
  }
}

function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EROFS' && existsSync(path);
  }
}

/**
 * A file in WAL mode needs two more beside it even to be read, and where nothing can be written they cannot be made.
 * Nobody can change the file there either, so it is read as one that does not change. A WAL with something in it would be
 * passed over that way, and what is in it with it: then the user must say.
 */
function openUnchanging(path: string): ReadOnlyDb {
  const wal = `${path}-wal`;
  if (existsSync(wal) && statSync(wal).size > 0)
    throw new AppError(
      'database_unusable',
      `cannot read ${path}: its file system is read-only, and some of it is still in ${wal}`,
      {
        hint: 'copy both files to where you may write, and name that copy (`database:` or --database)',
      },
    );
  const seen = lookAt(path);
  if (seen !== 'ours') throw noDatabase(path);
  return new Database(`${pathToFileURL(path).href}?immutable=1`, { readonly: true });
}
