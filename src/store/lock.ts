import Database from 'better-sqlite3';
import { AppError } from '../lib/errors.ts';

/** Held until released, or until the process dies in whatever way: the operating system lets go of it then. */
export type Lock = { release(): void };

/**
 * Takes an exclusive lock beside the database file: the lock of a small SQLite file of its own, because Node has no
 * other lock that survives neither SIGKILL nor a copy of the file. `waitMs` 0 does not wait.
 * @throws AppError `already_running` when another process holds it.
 */
export function takeLock(databasePath: string, kind: 'daemon' | 'source', waitMs = 0): Lock {
  const path = `${databasePath}.${kind}.lock.db`;
  const holder = new Database(path, { timeout: waitMs });
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    holder.close();
    if ((thrown as { code?: string }).code !== 'SQLITE_BUSY') throw thrown;
    throw kind === 'daemon'
      ? new AppError('already_running', `another Tidemark daemon runs on ${databasePath}`, { hint: 'stop that one first, or set another `database`' })
      : new AppError('already_running', `another Tidemark process is asking the source for ${databasePath}`, { hint: 'try again when its snapshot is done' });
  }
  return {
    release: () => {
      holder.exec('ROLLBACK');
      holder.close();
    },
  };
}
