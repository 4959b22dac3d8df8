import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { AppError, messageOf } from '../lib/errors.ts';
import { projectRoot } from '../lib/project-root.ts';
import { isOlder } from '../lib/version.ts';
import * as schema from './schema.ts';
import { storageFailure } from './storage-failure.ts';
import { createViews, dropViews } from './views.ts';

/** `TDMK`: tells a Tidemark database from any other SQLite file, also in copies. */
export const APPLICATION_ID = 0x54444d4b;

/** Older versions may corrupt a WAL database that two connections write (sqlite.org/wal.html#walresetbug). */
export const OLDEST_SQLITE = '3.51.3';

/** An open database: Drizzle for ordinary queries, the raw connection for observations and views. */
export type Db = {
  path: string;
  orm: BetterSQLite3Database<typeof schema>;
  raw: Database.Database;
  /** A statement that is prepared once per connection: for SQL that is run pass after pass. */
  statement(sql: string): Database.Statement;
  /** Runs `work` in one immediate transaction: all of it happened, or none. `work` must be synchronous. */
  transaction<T>(work: () => T): T;
  close(): void;
};

/**
 * Opens the database file, makes it if need be (and `create` allows), and brings it to this program's schema.
 * `:memory:` works. Migrating twice is harmless.
 * @throws AppError `database_newer` when a later program has migrated it, `database_unusable` when the file
 *   cannot be opened, is not a Tidemark database, or lacks rows its foreign keys name.
 */
export function openDatabase(path: string, options: { create?: boolean } = {}): Db {
  const isNew = path === ':memory:' || !existsSync(path);
  if (isNew && options.create === false) {
    throw new AppError('database_unusable', `there is no database at ${path}`, {
      hint: 'take a first snapshot: tidemark snapshot',
    });
  }
  const raw = connect(path);
  try {
    prepareSchema(raw, path);
  } catch (thrown) {
    raw.close();
    throw thrown;
  }
  return {
    ...handleOn(path, raw),
    close: () => {
      freshenStatistics(raw);
      raw.close();
    },
  };
}

/** Worth little, so it waits for nobody and fails nobody: a full disk or a lock must not hide what happened before, nor hold up a reader. */
function freshenStatistics(raw: Database.Database): void {
  try {
    raw.pragma('busy_timeout = 0');
    raw.pragma('optimize');
  } catch {
    // The next one that closes tries again.
  }
}

/** The ways to use a connection; closing only closes it. */
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
    orm: drizzle(raw, { schema }),
    transaction: (work) => raw.transaction(work).immediate(),
    close: () => void raw.close(),
  };
}

function connect(path: string): Database.Database {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const raw = new Database(path, { timeout: 10_000 });
    raw.pragma('journal_mode = WAL');
    // This binding's default under WAL is NORMAL, which may lose the last commits in a power cut.
    raw.pragma('synchronous = FULL');
    raw.pragma('foreign_keys = ON');
    raw.pragma('temp_store = MEMORY');
    raw.pragma('journal_size_limit = 67108864');
    return raw;
  } catch (thrown) {
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

function prepareSchema(raw: Database.Database, path: string): void {
  const version = raw.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';
  if (isOlder(version, OLDEST_SQLITE))
    throw new AppError(
      'database_unusable',
      `SQLite ${version} is older than ${OLDEST_SQLITE}, and may damage the database`,
      { hint: 'install better-sqlite3 as the lock file says: npm ci' },
    );
  const tables = raw
    .prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
    .pluck()
    .get();
  if (tables === 0) raw.pragma(`application_id = ${APPLICATION_ID}`);
  else if (raw.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new AppError(
      'database_unusable',
      `${path} is a SQLite database, but not one of Tidemark`,
      { hint: 'set another path under `database`' },
    );
  }
  if (countPending(raw, path) > 0) migrateTables(raw);
  createViews(raw);
}

/** How many of this program's migrations a database lacks. @throws AppError `database_newer` */
export function countPending(raw: Database.Database, path: string): number {
  const known = knownMigrations();
  const applied = appliedMigrations(raw);
  const last = applied.at(-1);
  if (applied.length > known.length || (last !== undefined && last > (known.at(-1) ?? 0))) {
    throw new AppError(
      'database_newer',
      `${path} was written by a newer Tidemark (${applied.length} migrations, this program knows ${known.length})`,
      {
        hint: 'update Tidemark, or restore a backup made before the update',
      },
    );
  }
  return known.length - applied.length;
}

/**
 * Drizzle wraps all migrations in one transaction, inside which `foreign_keys = OFF` is a no-op, and a rebuild
 * of a table fails while a view names it. So: keys off and views gone BEFORE, both checked and back after.
 */
function migrateTables(raw: Database.Database): void {
  raw.pragma('foreign_keys = OFF');
  dropViews(raw);
  migrate(drizzle(raw), { migrationsFolder: migrationsFolder() });
  const orphans = raw.pragma('foreign_key_check') as unknown[];
  raw.pragma('foreign_keys = ON');
  if (orphans.length > 0) {
    throw new AppError(
      'database_unusable',
      `${orphans.length} rows name others that do not exist`,
      { hint: 'restore a backup: tidemark restore' },
    );
  }
}

const migrationsFolder = (): string => join(projectRoot(), 'migrations');

function knownMigrations(): number[] {
  const journal = JSON.parse(
    readFileSync(join(migrationsFolder(), 'meta', '_journal.json'), 'utf8'),
  ) as { entries: { when: number }[] };
  return journal.entries.map((entry) => entry.when);
}

function appliedMigrations(raw: Database.Database): number[] {
  const exists = raw
    .prepare("SELECT count(*) FROM sqlite_master WHERE name = '__drizzle_migrations'")
    .pluck()
    .get();
  return exists === 0
    ? []
    : (raw
        .prepare('SELECT created_at FROM __drizzle_migrations ORDER BY created_at')
        .pluck()
        .all() as number[]);
}
