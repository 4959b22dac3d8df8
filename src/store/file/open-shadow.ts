import { countPending } from './migrate.ts';
import { handleOn, openDatabase, type Db } from './open.ts';
import { openReadOnly, type ReadOnlyDb } from './open-readonly.ts';
import { columnsOf, overlayTables } from './open-to-read.ts';

/** What a replay writes, and what syncing the config writes. */
const SHADOWED = [
  'lists',
  'watches',
  'series',
  'rules',
  'rule_watermarks',
  'rule_states',
  'alerts',
  'evidence_texts',
  'silences',
  'product_records',
];

/**
 * Tables that start with what is stored, so that snapshots find their watch and series. The others
 * start empty.
 */
const COPIED = ['lists', 'watches', 'series'];

/**
 * Opens a database for trying rules out: the same code runs on it as on the real one, and nothing
 * it does is kept.
 *
 * The connection only reads. Temporary tables of the same names lie over those that the engine
 * writes: SQLite resolves an unqualified name to a temporary table first. A statement that names
 * any other table to write it fails. The history is that of the moment of opening, also while a
 * daemon goes on writing, and no lock of it is taken or waited for.
 * @throws AppError `database_unusable`, `database_newer`
 */
export function openShadow(path: string): Db {
  const raw = openReadOnly(path);
  try {
    // Foreign keys of a temporary table could only refer to temporary tables.
    raw.pragma('foreign_keys = OFF');
    // Alerts carry their evidence, so a rule that fires all the time makes more of them than fit
    // into memory.
    raw.pragma('temp_store = FILE');
    // A replay reads the history once, so a large cache would only use memory.
    raw.pragma('cache_size = -16384');
    raw.exec('BEGIN');
    if (countPending(raw, path) > 0) overlayTables(raw, new Set(SHADOWED));
    shadowTables(raw);
    return handleOn(path, raw);
  } catch (thrown) {
    raw.close();
    throw thrown;
  }
}

/** Makes the tables as this program has them, whatever version made the file. */
function shadowTables(raw: ReadOnlyDb): void {
  const model = openDatabase(':memory:');
  try {
    const definition = model.raw
      .prepare<[string], string>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?")
      .pluck();
    for (const table of SHADOWED)
      raw.exec((definition.get(table) ?? '').replace(/^CREATE TABLE/, 'CREATE TEMP TABLE'));
  } finally {
    model.close();
  }
  for (const table of COPIED) {
    const columns = columnsOf(raw, table, 'main')
      .map(({ name }) => `"${name}"`)
      .join(', ');
    // A file of an earlier version may lack the table.
    if (columns === '') continue;
    raw.exec(`INSERT INTO temp.${table} (${columns}) SELECT ${columns} FROM main.${table}`);
  }
}
