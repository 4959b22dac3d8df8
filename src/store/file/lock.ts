import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { realPathOf } from './real-path.ts';
import { giveToFolder } from './same-readers.ts';
import { storageFailure } from './storage-failure.ts';

/**
 * Held until released, or until the process dies in whatever way: the operating system lets go of
 * it then.
 */
export type Lock = { release(): void };

/**
 * `daemon`: one daemon per database. `source`: one pass at a time asks a source. `demo`: one demo
 * per folder. `backup`: one scheduled backup at a time. `lake`: one
 * sync of a lake at a time. `writers`: shared by all that have the
 * database open to write to it, and held alone by what puts another file in its place. `standings`:
 * held while imports must wait because standings could not be made anew beside them.
 */
export type LockKind =
  'daemon' | 'source' | `source-${string}` | 'demo' | 'writers' | 'backup' | 'lake' | 'standings';

/** The lock of a source, by its name; `keyapi` has the one that was there before there were others. */
export const sourceLock = (name: string): LockKind =>
  name === 'keyapi' ? 'source' : `source-${name}`;

/** How often to try again for a lock that another process holds. */
const RETRY_MS = 250;

/**
 * Takes an exclusive lock beside the database file, or returns null when another process holds it.
 * It is the lock of a small SQLite file of its own: Node has no other that is let go of by a killed
 * process. The folder is made if need be, as the lock comes before the database. `patienceMs`: how
 * long it waits for another, the whole process with it.
 * @throws AppError `database_unusable` when nothing can be written there.
 */
export function tryLock(databasePath: string, kind: LockKind, patienceMs = 0): Lock | null {
  const path = lockPath(databasePath, kind);
  const holder = openHolder(path, patienceMs);
  try {
    holder.exec('BEGIN EXCLUSIVE');
    shareWithReaders(path, databasePath);
  } catch (thrown) {
    holder.close();
    if ((thrown as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw unusable(path, thrown);
  }
  return {
    release: () => {
      holder.exec('ROLLBACK');
      holder.close();
    },
  };
}

/**
 * Does some process hold a lock? It makes nothing, and needs no right to write: where there is no
 * lock file, or we may not read it, nobody is known to hold it.
 */
export function isHeld(databasePath: string, kind: LockKind): boolean {
  const path = lockPath(databasePath, kind);
  if (!existsSync(path)) return false;
  let holder: Database.Database | null = null;
  try {
    holder = new Database(path, { readonly: true, timeout: 0 });
    holder.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (thrown) {
    return (thrown as { code?: string }).code === 'SQLITE_BUSY';
  } finally {
    holder?.close();
  }
}

/** Beside the file itself, whatever links lead to it. */
const lockPath = (databasePath: string, kind: LockKind): string =>
  `${realPathOf(databasePath)}.${kind}.lock.db`;

/**
 * How long a writer waits for a process that is putting another file in the place of the database.
 */
const PLACING_MS = 10_000;

/**
 * Takes part in the `writers` lock, which any number of processes may.
 * @throws AppError `already_running` while a restore is under way, `database_unusable` when nothing
 *   can be written there.
 */
export function joinWriters(databasePath: string): Lock {
  const path = lockPath(databasePath, 'writers');
  const holder = openHolder(path, PLACING_MS);
  try {
    // An open read transaction is a shared lock.
    holder.exec('BEGIN');
    holder.prepare('SELECT count(*) FROM sqlite_master').get();
    shareWithReaders(path, databasePath);
  } catch (thrown) {
    holder.close();
    if ((thrown as { code?: string }).code === 'SQLITE_BUSY')
      throw new AppError('already_running', `a restore of ${databasePath} is under way`, {
        hint: 'wait until it is done',
      });
    throw unusable(path, thrown);
  }
  return { release: () => void holder.close() };
}

function openHolder(path: string, timeout: number): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const isNew = !existsSync(path);
    const holder = new Database(path, { timeout });
    if (isNew) giveToFolder(path);
    return holder;
  } catch (thrown) {
    throw unusable(path, thrown);
  }
}

/**
 * Who may read the database may see whether a daemon runs, whatever the umask of the process that
 * made the lock. Where the lock is of another user, it stays as that one made it.
 */
function shareWithReaders(path: string, databasePath: string): void {
  const mode = (statSync(databasePath, { throwIfNoEntry: false })?.mode ?? 0) & 0o444;
  const lock = statSync(path, { throwIfNoEntry: false });
  if (lock === undefined || (lock.mode & mode) === mode || lock.uid !== process.getuid?.()) return;
  chmodSync(path, (lock.mode & 0o666) | mode);
}

function unusable(path: string, cause: unknown): AppError {
  const failure = storageFailure(cause);
  return new AppError(
    'database_unusable',
    `cannot lock ${path}: ${failure?.message ?? messageOf(cause)}`,
    { hint: failure?.hint ?? 'check that the folder of `database` can be made and written', cause },
  );
}

/**
 * A process that only looks whether a daemon runs holds its lock for a moment. That is no reason
 * not to start.
 */
const LOOKING_MS = 500;

/**
 * The lock of the one daemon of a database. @throws AppError `already_running` when there is one.
 */
export function takeDaemonLock(databasePath: string): Lock {
  const lock = tryLock(databasePath, 'daemon', LOOKING_MS);
  if (lock === null)
    throw new AppError('already_running', `another Tidemark daemon runs on ${databasePath}`, {
      hint: 'stop that one first, or set another `database`',
    });
  return lock;
}

/**
 * Runs `work` while holding a lock, waiting for it as long as it takes. When `signal` aborts,
 * `work` is run at once, to end itself.
 */
export async function withLock<T>(
  databasePath: string,
  kind: LockKind,
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let lock = tryLock(databasePath, kind);
  while (lock === null && !signal.aborted) {
    await clock.sleep(RETRY_MS, signal);
    lock = tryLock(databasePath, kind);
  }
  try {
    return await work();
  } finally {
    lock?.release();
  }
}
