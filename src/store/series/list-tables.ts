// Each list that is in use has a table of observations, made from its declaration.
import type Database from 'better-sqlite3';
import { SHIPPED_LISTS } from '../../list/shipped.ts';
import { scoredColumns, type ListKind, type Metric } from '../../list/list-kind.ts';

/** Tables that a file has, of any kind of schema. */
const hasTable = (raw: Database.Database, table: string): boolean =>
  raw.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !==
  undefined;

/** The lists that a file has a table for: those that a watch has used. */
export const listsInUse = (raw: Database.Database): readonly ListKind[] =>
  SHIPPED_LISTS.filter(({ table }) => hasTable(raw, table));

/** The tables of observations that a file has. */
export const listTables = (raw: Database.Database): readonly string[] =>
  listsInUse(raw).map(({ table }) => table);

const typeOf = ({ kind }: Metric): string => (kind === 'count' ? 'integer' : 'real');

/** Columns that come with a metric: itself, and its z-score in ten-thousandths. */
function metricColumns(list: ListKind): { name: string; type: string }[] {
  const scored = scoredColumns(list);
  return list.metrics.flatMap((metric) => [
    { name: metric.column, type: typeOf(metric) },
    ...(scored.includes(metric.column) ? [{ name: `${metric.column}_z_e4`, type: 'integer' }] : []),
  ]);
}

/**
 * Makes the table of a list that has none, and adds the columns of metrics that the list gained
 * since. Returns whether anything was changed. Run inside a transaction.
 */
export function ensureListTable(raw: Database.Database, list: ListKind): boolean {
  const { table } = list;
  const columns = metricColumns(list);
  if (!hasTable(raw, table)) {
    raw.exec(createSql(table, columns));
    return true;
  }
  const present = new Set(
    (raw.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name),
  );
  const missing = columns.filter(({ name }) => !present.has(name));
  for (const { name, type } of missing)
    raw.exec(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type}`);
  return missing.length > 0;
}

/**
 * The shape that `observations` has: see store/schema/observations.ts. No second index; WITHOUT
 * ROWID, so that a snapshot's rows lie together.
 */
function createSql(table: string, columns: readonly { name: string; type: string }[]): string {
  const metrics = columns.map(({ name, type }) => `"${name}" ${type}`);
  return `CREATE TABLE "${table}" (
  "snapshot_id" integer NOT NULL REFERENCES "snapshots"("id"),
  "product_id" integer NOT NULL REFERENCES "products"("id"),
  "rank" integer NOT NULL CHECK ("rank" > 0),
  ${metrics.join(', ')},
  "rank_best" integer, "slots_on_list" integer, "streak" integer, "rank_z_e4" integer,
  PRIMARY KEY ("snapshot_id", "product_id")
) STRICT, WITHOUT ROWID`;
}
