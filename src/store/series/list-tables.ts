// Each list that is in use has a table of observations, made from its declaration.
import type Database from 'better-sqlite3';
import { AppError } from '../../lib/errors.ts';
import { DEFAULT_LIST, SHIPPED_LISTS, shippedList } from '../../list/shipped.ts';
import { reviveList, storeList } from '../../list/stored.ts';
import { findMetric, scoredColumns, type ListKind, type Metric } from '../../list/list-kind.ts';

/** A table of the file, or one that was laid over it for this connection. */
const hasTable = (raw: Database.Database, table: string): boolean =>
  raw
    .prepare(
      `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = @table
      UNION ALL SELECT 1 FROM temp.sqlite_master WHERE type = 'table' AND name = @table`,
    )
    .get({ table }) !== undefined;

/** The lists that a file has a table for: those that a watch has used. */
export const listsInUse = (raw: Database.Database): readonly ListKind[] => [
  ...SHIPPED_LISTS.filter(({ table }) => hasTable(raw, table)),
  ...declaredLists(raw),
];

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

const typeOf = ({ kind }: Metric): string => (kind === 'count' ? 'integer' : 'real');

type Column = { name: string; type: string };

/** Columns that come with a metric: itself, and its z-score in ten-thousandths. */
function metricColumns(list: ListKind): Column[] {
  const scored = scoredColumns(list);
  return list.metrics.flatMap((metric) => [
    { name: metric.column, type: typeOf(metric) },
    ...(scored.includes(metric.column) ? [{ name: `${metric.column}_z_e4`, type: 'integer' }] : []),
  ]);
}

/**
 * Makes the table of a list that has none, and adds the columns of metrics that the list gained
 * since. Returns whether anything was changed, so that the views are to be made anew. On a
 * connection that only reads, the table is a temporary one. Run inside a transaction.
 * @throws AppError `config_invalid` when the table holds another kind of number in a column.
 */
export function ensureListTable(raw: Database.Database, list: ListKind): boolean {
  // Its table is in the migrations, and what it gains comes with a migration.
  if (list === DEFAULT_LIST) return false;
  const isNew = keepDeclaration(raw, list);
  const { table } = list;
  if (!hasTable(raw, table)) {
    raw.exec(createSql(table, metricColumns(list), raw.readonly));
    return true;
  }
  const missing = missingColumns(raw, list);
  for (const { name, type } of missing)
    raw.exec(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type}`);
  return isNew || missing.length > 0;
}

/**
 * The columns that the table of a list lacks: of metrics that the list gained since it was made.
 * @throws AppError `config_invalid` when it holds another kind of number in a column.
 */
export function missingColumns(raw: Database.Database, list: ListKind): Column[] {
  const present = new Map(
    (raw.pragma(`table_info("${list.table}")`) as Column[]).map(({ name, type }) => [
      name,
      type.toLowerCase(),
    ]),
  );
  const columns = metricColumns(list);
  for (const { name, type } of columns) {
    const was = present.get(name) ?? type;
    if (was !== type)
      throw new AppError(
        'config_invalid',
        `the list ${list.name} has ${was} numbers in its column ${name} so far, not ${type}`,
        { hint: 'give the metric of the new kind a column of its own' },
      );
  }
  return columns.filter(({ name }) => !present.has(name));
}

/**
 * Stores the declaration; returns whether it was another one before.
 * @throws AppError `config_invalid` where a metric is of another kind than the one that is stored.
 */
function keepDeclaration(raw: Database.Database, list: ListKind): boolean {
  const { seriesSource: source } = list;
  if (shippedList(source) !== undefined) return false;
  const declaration = storeList(list);
  const before = raw
    .prepare<[string], string>('SELECT declaration FROM lists WHERE source = ?')
    .pluck()
    .get(source);
  if (before !== undefined && before !== declaration) refuseOtherKinds(reviveList(before), list);
  return (
    raw
      .prepare(
        `INSERT INTO lists (source, declaration) VALUES (@source, @declaration)
        ON CONFLICT DO UPDATE SET declaration = excluded.declaration
        WHERE declaration <> excluded.declaration`,
      )
      .run({ source, declaration }).changes > 0
  );
}

/** Figures of two kinds in one column would be compared with each other. */
function refuseOtherKinds(before: ListKind, list: ListKind): void {
  for (const metric of list.metrics) {
    const was = findMetric(before, metric.column)?.kind ?? metric.kind;
    if (was !== metric.kind)
      throw new AppError(
        'config_invalid',
        `the list ${list.name} has kept ${metric.column} as ${was} so far, not as ${metric.kind}`,
        { hint: 'give the metric of the new kind a name of its own' },
      );
  }
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
