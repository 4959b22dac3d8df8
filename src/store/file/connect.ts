// One connection to the file: its settings, its journal, and the SQLite it runs on.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../../lib/errors.ts';
import { isOlder } from '../../lib/version.ts';
import { GIVES_BACK } from './free-room.ts';
import { remember } from './look.ts';
import { pause, PAUSE_MS } from './pause.ts';
import { giveToFolder } from './same-readers.ts';
import { storageFailure } from './storage-failure.ts';

/**
 * Older versions may corrupt a WAL database that two connections write
 * (sqlite.org/wal.html#walresetbug).
 */
export const OLDEST_SQLITE = '3.51.3';

/** How long a statement waits for a lock of another connection. */
const BUSY_MS = 10_000;

/**
 * A connection that may write, with the settings that all of them have; `asItIs` leaves the journal
 * mode of the file alone.
 * @throws AppError `database_unusable` when it cannot be opened
 */
export function connect(path: string, { asItIs = false } = {}): Database.Database {
  let raw: Database.Database | undefined;
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const isNew = path !== ':memory:' && !existsSync(path);
    raw = new Database(path, { timeout: BUSY_MS });
    // Before the log is made: SQLite gives that to the owner of the file.
    if (isNew) {
      giveToFolder(path);
      raw.pragma(GIVES_BACK);
    }
    if (!asItIs) setWal(raw);
    // This binding's default under WAL is NORMAL, which may lose the last commits in a power cut.
    raw.pragma('synchronous = FULL');
    raw.pragma('foreign_keys = ON');
    raw.pragma('temp_store = MEMORY');
    raw.pragma('journal_size_limit = 67108864');
    remember(path);
    return raw;
  } catch (thrown) {
    raw?.close();
    const failure = storageFailure(thrown);
    throw new AppError(
      'database_unusable',
      `cannot open ${path}: ${failure?.message ?? messageOf(thrown)}`,
      {
        hint:
          failure?.hint ??
          'check that the folder exists and can be written, and that the file is a SQLite database',
        cause: thrown,
      },
    );
  }
}

/**
 * Turns the journal of a new file into a WAL. If several processes do that at once, SQLite tells
 * all but one at once that the file is locked. So it is tried again until it is done, or the usual
 * time is up.
 */
function setWal(raw: Database.Database): void {
  for (let left = BUSY_MS / PAUSE_MS; ; left--) {
    try {
      raw.pragma('journal_mode = WAL');
      return;
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'SQLITE_BUSY' || left <= 0) throw thrown;
      pause();
    }
  }
}

/** The version of the SQLite that a connection runs on, such as `3.53.1`. */
export const sqliteVersion = (raw: Pick<Database.Database, 'prepare'>): string =>
  raw.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';

/** @throws AppError `database_unusable` when SQLite is too old to be trusted with a WAL */
export function refuseOldSqlite(raw: Database.Database): void {
  const version = sqliteVersion(raw);
  if (isOlder(version, OLDEST_SQLITE))
    throw new AppError(
      'database_unusable',
      `SQLite ${version} is older than ${OLDEST_SQLITE}, and may damage the database`,
      { hint: 'install better-sqlite3 as the lock file says: npm ci' },
    );
}
