import type Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { AppError } from '../../lib/errors.ts';
import { connect, refuseOldSqlite } from './connect.ts';
import { isHeld, joinWriters, type Lock } from './lock.ts';
import { lookAt } from './look.ts';
import { countPending, migrate } from './migrate.ts';
import { pause } from './pause.ts';
import { refuseBesideRestore } from './restore-traces.ts';
import { areViewsCurrent } from '../views/views.ts';

/**
 * An open database: Drizzle for ordinary queries, the raw connection for observations and views.
 */
export type Db = {
  path: string;
  orm: BetterSQLite3Database;
  raw: Database.Database;
  /** A statement that is prepared once per connection: for SQL that is run pass after pass. */
  statement(sql: string): Database.Statement;
  /**
   * Runs `work` in one immediate transaction: all of it happened, or none. `work` must be
   * synchronous.
   */
  transaction<T>(work: () => T): T;
  close(): void;
};

/**
 * Opens the database file for writing, makes it if need be (and `create` allows), and brings it to
 * this program's schema. `:memory:` works. What only reads opens it with `openToRead`, which
 * changes nothing. The daemon says that it is the one: under any other's, a file is not migrated.
 * @throws AppError `database_newer` when a later program has migrated it, `already_running` when a
 *   daemon of an earlier one runs on it, `database_unusable` when the file cannot be opened, is not a
 *   Tidemark database (then it is as it was), or lacks rows its foreign keys name.
 */
export function openDatabase(
  path: string,
  options: { create?: boolean; isDaemon?: boolean } = {},
): Db {
  const seen = path === ':memory:' ? 'absent' : lookAt(path);
  if (seen === 'absent' && options.create === false) throw noDatabase(path);
  if (seen !== 'ours' && path !== ':memory:') refuseBesideRestore(path);
  return whileJoined(path, (lock) => {
    const raw = connect(path);
    try {
      refuseOldSqlite(raw);
      if (countPending(raw, path) > 0 || !areViewsCurrent(raw))
        bringUpToDate(path, raw, options.isDaemon === true);
    } catch (thrown) {
      raw.close();
      throw thrown;
    }
    return {
      ...handleOn(path, raw),
      close: () => {
        freshenStatistics(raw);
        raw.close();
        lock?.release();
      },
    };
  });
}

/**
 * How many times to look whether a daemon has just started, before the one that runs counts as an
 * old one.
 */
const STARTS = 20;

/**
 * Migrates the file, but not while a daemon of an earlier version runs: its statements, and what it
 * has in memory, are about the old tables. A daemon that has just taken its lock is about to
 * migrate by itself.
 */
function bringUpToDate(path: string, raw: Database.Database, isDaemon: boolean): void {
  const isUnderDaemon = () => !isDaemon && path !== ':memory:' && isHeld(path, 'daemon');
  for (let left = STARTS; ; left--) {
    try {
      migrate(raw, () => {
        if (isUnderDaemon()) throw olderDaemon(path);
      });
      return;
    } catch (thrown) {
      const isRefused = thrown instanceof AppError && thrown.code === 'already_running';
      if (!isRefused || left <= 1) throw thrown;
      pause();
    }
  }
}

const olderDaemon = (path: string): AppError =>
  new AppError(
    'already_running',
    `a daemon of an earlier Tidemark runs on ${path}, and this one would change the tables under it`,
    {
      hint: 'restart the daemon, with this version: it brings the database up to date. Until then, what only reads works',
    },
  );

/**
 * Opens while holding a share of the lock of the writers, until the handle is closed, or until
 * opening has failed.
 */
function whileJoined(path: string, open: (lock: Lock | null) => Db): Db {
  const lock = path === ':memory:' ? null : joinWriters(path);
  try {
    return open(lock);
  } catch (thrown) {
    lock?.release();
    throw thrown;
  }
}

/** The error where no snapshot was ever taken. */
export const noDatabase = (path: string): AppError =>
  new AppError('database_unusable', `there is no database at ${path}`, {
    hint: 'take a first snapshot: tidemark snapshot',
  });

/**
 * Opens a database to write one row of the ledger, and changes nothing else: an existing file is
 * neither migrated nor put into another journal mode. Where there is none it is made, as what is
 * spent must be written down somewhere.
 * @throws AppError as `openDatabase`
 */
export function openForLedger(path: string): Db {
  if (lookAt(path) !== 'ours') return openDatabase(path);
  return whileJoined(path, (lock) => {
    const raw = connect(path, { asItIs: true });
    try {
      countPending(raw, path);
    } catch (thrown) {
      raw.close();
      throw thrown;
    }
    return {
      ...handleOn(path, raw),
      close: () => {
        raw.close();
        lock?.release();
      },
    };
  });
}

/**
 * Not worth waiting or failing for: a full disk or a lock must not hide an earlier failure, nor
 * hold up a reader.
 */
function freshenStatistics(raw: Database.Database): void {
  try {
    raw.pragma('busy_timeout = 0');
    raw.pragma('optimize');
  } catch {
    // The next one that closes tries again.
  }
}

/** Wraps a connection in the functions that the rest uses; `close` only closes it. */
export function handleOn(path: string, raw: Database.Database): Db {
  const statements = new Map<string, Database.Statement>();
  return {
    path,
    raw,
    statement: (sql) => {
      let statement = statements.get(sql);
      if (statement === undefined) statements.set(sql, (statement = raw.prepare(sql)));
      return statement;
    },
    orm: drizzle(raw),
    transaction: (work) => raw.transaction(work).immediate(),
    close: () => void raw.close(),
  };
}
