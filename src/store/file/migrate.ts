// Brings a file to this program's schema. Only commands that write do that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { AppError } from '../../lib/errors.ts';
import { MINUTE_MS } from '../../lib/clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { APPLICATION_ID } from './look.ts';
import { ensureListTable, listsInUse } from '../series/list-tables.ts';
import { createViews, dropViews } from '../views/views.ts';

/** How long a process waits for another one that migrates the same file. */
const PATIENCE_MS = 10 * MINUTE_MS;

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
 * Applies what a database lacks, and makes the views, in ONE transaction: of several processes that
 * start at once one does it and the others wait, and nobody ever sees a half of it. A new file
 * becomes one of Tidemark here.
 *
 * Inside a transaction `foreign_keys = OFF` is a no-op, so that it comes before, and the references
 * are checked at the end. With `legacy_alter_table` a rebuild of a table does not mind the views
 * that name it: those of people stay.
 *
 * `agree` is called where tables will be changed that another version of this program has made.
 * @throws AppError `database_unusable` when rows name others that do not exist, and what `agree`
 *   throws; then nothing has changed.
 */
export function migrate(raw: Database.Database, agree: () => void): void {
  const timeout = raw.pragma('busy_timeout', { simple: true }) as number;
  raw.pragma(`busy_timeout = ${PATIENCE_MS}`);
  raw.pragma('foreign_keys = OFF');
  raw.pragma('legacy_alter_table = ON');
  try {
    raw.transaction(() => applyMissing(raw, agree)).immediate();
  } finally {
    raw.pragma('legacy_alter_table = OFF');
    raw.pragma('foreign_keys = ON');
    raw.pragma(`busy_timeout = ${timeout}`);
  }
}

function applyMissing(raw: Database.Database, agree: () => void): void {
  raw.pragma(`application_id = ${APPLICATION_ID}`);
  raw.exec(
    'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  // Looked up inside the transaction: another process may have migrated while this one waited.
  const last = appliedMigrations(raw).at(-1) ?? 0;
  const missing = readMigrationFiles({ migrationsFolder: migrationsFolder() }).filter(
    ({ folderMillis }) => folderMillis > last,
  );
  if (missing.length > 0 && last > 0) agree();
  if (missing.length > 0) dropViews(raw);
  const done = raw.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) raw.exec(statement);
    done.run(hash, folderMillis);
  }
  for (const list of listsInUse(raw)) ensureListTable(raw, list);
  createViews(raw);
  const orphans = missing.length === 0 ? [] : (raw.pragma('foreign_key_check') as unknown[]);
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
