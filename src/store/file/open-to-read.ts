// How commands that only read open the file: as it is, with the tables and views that this program
// expects laid over it.
import type Database from 'better-sqlite3';
import { countPending } from './migrate.ts';
import { handleOn, openDatabase, type Db } from './open.ts';
import { openReadOnly } from './open-readonly.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { listsInUse, missingColumns } from '../series/list-tables.ts';
import { overlayViews } from '../views/views.ts';

/**
 * Opens a database to read it, also one that an earlier version made: nothing is written, and
 * nothing migrated, so that a new version beside the daemon of an old one changes nothing under it.
 * Tables and columns that the file does not have yet are laid over it, empty, and so are this
 * program's views: all of it temporary, and of this connection only.
 * @throws AppError `database_newer`; `database_unusable` when it is not there, cannot be read, or
 *   is not one of Tidemark.
 */
export function openToRead(path: string): Db {
  const raw = openReadOnly(path);
  try {
    raw.pragma('temp_store = MEMORY');
    layOver(raw, path);
    return handleOn(path, raw);
  } catch (thrown) {
    raw.close();
    throw thrown;
  }
}

/**
 * Lays this program's tables and views over those of a file that another version made. @throws
 * AppError `database_newer`
 */
export function layOver(raw: Database.Database, path: string): void {
  if (countPending(raw, path) > 0) overlayTables(raw, new Set());
  overlayLists(raw);
  overlayViews(raw);
}

/** Lays the columns of metrics that a list has gained since over its table, empty. */
function overlayLists(raw: Database.Database): void {
  for (const list of listsInUse(raw)) {
    // This table is in the migrations, with every column it gained.
    if (list === DEFAULT_LIST) continue;
    const missing = missingColumns(raw, list).map(({ name }) => `, NULL AS "${name}"`);
    if (missing.length > 0)
      raw.exec(
        `CREATE TEMP VIEW "${list.table}" AS SELECT *${missing.join('')} FROM main."${list.table}"`,
      );
  }
}

type Column = { name: string; dflt_value: string | null };

/** The columns of a table of the file itself, in order; none when it has no such table. */
export const columnsOf = (
  raw: Database.Database,
  table: string,
  schema: 'main' | 'temp',
): Column[] => raw.pragma(`${schema}.table_info("${table}")`) as Column[];

/**
 * Lays empty tables and columns over a file of an earlier version, in place of those that it lacks;
 * not for those in `except`.
 */
export function overlayTables(raw: Database.Database, except: ReadonlySet<string>): void {
  const model = openDatabase(':memory:');
  try {
    const tables = model.raw
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_master
        WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
      )
      .all();
    for (const { name, sql } of tables)
      if (!except.has(name)) overlayTable(raw, name, sql, columnsOf(model.raw, name, 'main'));
  } finally {
    model.close();
  }
}

function overlayTable(
  raw: Database.Database,
  name: string,
  sql: string,
  wanted: readonly Column[],
): void {
  const found = new Set(columnsOf(raw, name, 'main').map((column) => column.name));
  if (found.size === 0) raw.exec(sql.replace(/^CREATE TABLE/, 'CREATE TEMP TABLE'));
  if (found.size === 0 || wanted.every((column) => found.has(column.name))) return;
  const columns = wanted.map((column) =>
    found.has(column.name)
      ? `"${column.name}"`
      : `${column.dflt_value ?? 'NULL'} AS "${column.name}"`,
  );
  raw.exec(`CREATE TEMP VIEW "${name}" AS SELECT ${columns.join(', ')} FROM main."${name}"`);
}
