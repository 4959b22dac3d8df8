// What a statement reads beside tables, as SQLite itself says: the second fence. SQLite makes
// tables of most pragmas, and a name can be written in many ways ('x', "x", [x], `x`, behind an
// alias, in a view). In the program that a statement compiles to there is one: each table of a
// module is opened by an opcode that holds its address.
import type { Database } from 'better-sqlite3';
import type { SqlValue } from '../../lib/sql-value.ts';

/** Pragmas as tables that only describe. Others scan the whole file, or tell paths. */
const PRAGMA_TABLES = [
  'application_id',
  'collation_list',
  'compile_options',
  'foreign_key_list',
  'function_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'page_count',
  'page_size',
  'schema_version',
  'table_info',
  'table_list',
  'table_xinfo',
  'user_version',
].map((name) => `pragma_${name}`);

/** Modules that work on their arguments, or on the database alone. */
const MODULES = ['json_each', 'json_tree', 'jsonb_each', 'jsonb_tree', 'dbstat'];

/** Tables of secrets. Whoever may ask is not thereby whoever may sign. */
const SECRET = ['web_keys'];

/**
 * The first table that a statement would read and may not, by SQLite's own name of it; null when it
 * may read all it reads. `sql` is one statement that is no EXPLAIN. Ask inside the transaction that
 * runs it, so that names mean the same.
 */
export function findForbiddenTable(
  db: Database,
  sql: string,
  parameters: Readonly<Record<string, SqlValue>>,
): string | null {
  const program = programOf(db, sql, parameters);
  const secret = secretRead(db, program);
  if (secret !== null) return secret;
  const opened = openedTables(program);
  if (opened.length === 0) return null;
  const own = db
    .prepare<[], string>(`SELECT name FROM pragma_table_list WHERE type = 'virtual'`)
    .pluck()
    .all();
  const allowed = new Set([...PRAGMA_TABLES, ...MODULES, ...own].flatMap((name) => at(db, name)));
  const forbidden = opened.find((address) => !allowed.has(address));
  return forbidden === undefined ? null : nameOf(db, forbidden);
}

type Opcode = { opcode: string; p2: number; p3: number; p4: string | null };

/** The program that a statement compiles to. */
const programOf = (
  db: Database,
  sql: string,
  parameters: Readonly<Record<string, SqlValue>>,
): Opcode[] =>
  db.prepare<[Readonly<Record<string, SqlValue>>], Opcode>(`EXPLAIN ${sql}`).all(parameters);

/** Addresses of the virtual tables that the program opens. */
const openedTables = (program: readonly Opcode[]): string[] =>
  program.filter(({ opcode }) => opcode === 'VOpen').map(({ p4 }) => p4 ?? 'unknown');

/** A table of secrets that the program opens, itself or an index of it: by its first page. */
function secretRead(db: Database, program: readonly Opcode[]): string | null {
  const opened = new Set(
    program
      // p3: of the file itself, and not of what is temporary.
      .filter(({ opcode, p3 }) => /^(OpenRead|ReopenIdx)$/.test(opcode) && p3 === 0)
      .map(({ p2 }) => p2),
  );
  const roots = db.prepare<[string], number>(
    'SELECT rootpage FROM sqlite_schema WHERE tbl_name = ? AND rootpage > 0',
  );
  const isOpened = (name: string) =>
    roots
      .pluck()
      .all(name)
      .some((page) => opened.has(page));
  return SECRET.find(isOpened) ?? null;
}

/**
 * A connection makes such a table once and keeps it. Empty when this SQLite has no table of that
 * name.
 */
function at(db: Database, name: string): string[] {
  try {
    return openedTables(programOf(db, `SELECT 1 FROM "${name.replaceAll('"', '""')}"`, {}));
  } catch {
    // The pragma or its module is not built in, so no statement can open it.
    return [];
  }
}

function nameOf(db: Database, address: string): string {
  const names = db
    .prepare<[], string>(
      `SELECT 'pragma_' || name FROM pragma_pragma_list UNION SELECT name FROM pragma_module_list`,
    )
    .pluck()
    .all();
  const name = names.find((candidate) => at(db, candidate).includes(address));
  return name?.toLowerCase() ?? 'a table of SQLite itself';
}
