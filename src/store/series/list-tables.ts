// Each list that is in use has a table of observations, made from its declaration.
import type Database from 'better-sqlite3';
import { AppError } from '../../lib/errors.ts';
import { DEFAULT_LIST, SHIPPED_LISTS, shippedList } from '../../list/shipped.ts';
import { reviveList, storeList } from '../../list/stored.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { metricColumns, presentColumns, whyUnfit, type Column } from './list-fit.ts';

/** A table of the file, or one that was laid over it for this connection. */
const hasTable = (raw: Database.Database, table: string): boolean =>
  raw
    .prepare(
      `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = @table
      UNION ALL SELECT 1 FROM temp.sqlite_master WHERE type = 'table' AND name = @table`,
    )
    .get({ table }) !== undefined;

/**
 * The lists that a file has a table for: those that a watch has used. A table of a list that a user
 * declared stays theirs when a later version ships one of the same name.
 */
export function listsInUse(raw: Database.Database): readonly ListKind[] {
  const declared = declaredLists(raw);
  const isTheirs = (table: string) => declared.some((list) => list.table === table);
  return [
    ...SHIPPED_LISTS.filter(({ table }) => hasTable(raw, table) && !isTheirs(table)),
    ...declared,
  ];
}

/** Those of them that a user declared, by name. */
function declaredLists(raw: Database.Database): readonly ListKind[] {
  if (!hasTable(raw, 'lists')) return [];
  return raw
    .prepare<[], string>('SELECT declaration FROM lists')
    .pluck()
    .all()
    .map(reviveList)
    .filter(({ seriesSource }) => shippedList(seriesSource) === undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The list that the series of a source belong to. Throws when nobody has declared it. */
export function listOfSource(raw: Database.Database, source: string): ListKind {
  const list =
    shippedList(source) ?? declaredLists(raw).find(({ seriesSource }) => seriesSource === source);
  if (list === undefined) throw new Error(`no list of ${source}`);
  return list;
}

/** The tables of observations that a file has. */
export const listTables = (raw: Database.Database): readonly string[] =>
  listsInUse(raw).map(({ table }) => table);

/**
 * Makes the table of a list that has none, and adds the columns of metrics that the list gained
 * since. Returns whether anything was changed, so that the views are to be made anew. On a
 * connection that only reads, the table is a temporary one. Run inside a transaction.
 * @throws AppError `config_invalid` when the table holds another kind of number in a column.
 */
export function ensureListTable(raw: Database.Database, list: ListKind): boolean {
  // Its table is in the migrations, and what it gains comes with a migration.
  if (list === DEFAULT_LIST) return false;
  const { table } = list;
  if (shippedList(list.seriesSource) !== undefined && !raw.readonly) setAside(raw, list);
  if (!hasTable(raw, table)) {
    raw.exec(createSql(table, metricColumns(list), raw.readonly));
    keepDeclaration(raw, list);
    return true;
  }
  const missing = missingColumns(raw, list);
  const isNew = keepDeclaration(raw, list);
  for (const { name, type } of missing)
    raw.exec(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type}`);
  return isNew || missing.length > 0;
}

/**
 * The columns that the table of a list lacks: of metrics that the list gained since it was made.
 * @throws AppError `config_invalid` when it holds another kind of number in a column.
 */
export function missingColumns(raw: Database.Database, list: ListKind): Column[] {
  const unfit = whyUnfit(raw, list);
  if (unfit !== null) throw new AppError('config_invalid', unfit.text, { hint: unfit.hint });
  const present = presentColumns(raw, list);
  return metricColumns(list).filter(({ name }) => !present.has(name));
}

/** Stores the declaration of a list that no version ships; returns whether it was another before. */
function keepDeclaration(raw: Database.Database, list: ListKind): boolean {
  const { seriesSource: source } = list;
  if (shippedList(source) !== undefined) return false;
  return (
    raw
      .prepare(
        `INSERT INTO lists (source, declaration) VALUES (@source, @declaration)
        ON CONFLICT DO UPDATE SET declaration = excluded.declaration
        WHERE declaration <> excluded.declaration`,
      )
      .run({ source, declaration: storeList(list) }).changes > 0
  );
}

/**
 * Moves the rows of a list that a user declared under the name of one that a later version ships out
 * of its way. They keep their series, and are read by views with `own_` before their names.
 */
function setAside(raw: Database.Database, list: ListKind): void {
  const other = declaredLists(raw).find(
    ({ table, seriesSource }) => table === list.table && seriesSource !== list.seriesSource,
  );
  if (other === undefined) return;
  const kept = {
    ...other,
    name: `own-${other.name}`,
    table: `own_${other.table}`,
    viewPrefix: `own_${other.viewPrefix}`,
  };
  raw.exec(`ALTER TABLE "${other.table}" RENAME TO "${kept.table}"`);
  raw
    .prepare('UPDATE lists SET declaration = ? WHERE source = ?')
    .run(storeList(kept), other.seriesSource);
}

/**
 * The shape that `observations` has: see store/schema/observations.ts. No second index; WITHOUT
 * ROWID, so that a snapshot's rows lie together.
 */
function createSql(table: string, columns: readonly Column[], isTemporary: boolean): string {
  const metrics = columns.map(({ name, type }) => `"${name}" ${type}, `).join('');
  return `CREATE ${isTemporary ? 'TEMP ' : ''}TABLE "${table}" (
  "snapshot_id" integer NOT NULL REFERENCES "snapshots"("id"),
  "product_id" integer NOT NULL REFERENCES "products"("id"),
  "rank" integer NOT NULL CHECK ("rank" > 0),
  ${metrics}"rank_best" integer, "slots_on_list" integer, "streak" integer, "rank_z_e4" integer,
  PRIMARY KEY ("snapshot_id", "product_id")
) STRICT, WITHOUT ROWID`;
}
