// Read queries behind `doctor`.
import { evaluatedSql, newestCompleteSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { openDatabase } from '../file/open.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import { ensureListTable, listsInUse, listTables } from '../series/list-tables.ts';
import { createViews } from '../views/views.ts';

/** Tables, indexes and views that differ from those this program would make, by name. */
export function findSchemaDrift(raw: ReadOnlyDb): string[] {
  const model = openDatabase(':memory:');
  try {
    for (const list of listsInUse(raw)) ensureListTable(model.raw, list);
    createViews(model.raw);
    const [found, wanted] = [schemaOf(raw), schemaOf(model.raw)];
    return [
      ...[...wanted.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`),
      ...[...wanted]
        .filter(([name, sql]) => found.has(name) && found.get(name) !== sql)
        .map(([name]) => `${name} differs`),
      ...[...found.keys()]
        // People are invited to make views of their own, so those do not count.
        .filter((name) => !wanted.has(name) && !name.startsWith('view '))
        .map((name) => `${name} is not of Tidemark`),
    ];
  } finally {
    model.close();
  }
}

/** The SQL of tables, indexes and views by kind and name. */
function schemaOf(raw: ReadOnlyDb): ReadonlyMap<string, string> {
  const all = raw
    .prepare<[], [string, string]>(
      `SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL
      AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '__drizzle_migrations' ORDER BY 1`,
    )
    .raw()
    .all();
  const schema = new Map(all);
  for (const { table } of listsInUse(raw))
    if (table !== DEFAULT_LIST.table) schema.set(`table ${table}`, columnsText(raw, table));
  return schema;
}

/** Columns that a list gained later stand last in its table, which is right too. */
const columnsText = (raw: ReadOnlyDb, table: string): string =>
  (raw.pragma(`table_info("${table}")`) as { name: string; type: string; pk: number }[])
    .map(({ name, type, pk }) => `${name} ${type.toLowerCase()} ${pk}`)
    .sort()
    .join(', ');

export type WatchAge = {
  watch: string;
  /** Slot of the newest complete snapshot. */ completeAt: Instant | null;
  intervalMs: number | null;
};

/** Active watches, each with its newest complete snapshot. */
export function listWatchAges(raw: ReadOnlyDb): WatchAge[] {
  return raw
    .prepare<[], WatchAge>(
      `SELECT w.name AS watch, s.slot_at AS completeAt, s.interval_ms AS intervalMs FROM watches w
    LEFT JOIN snapshots s ON s.id = ${newestCompleteSql('t.watch_id = w.id')}
    WHERE w.active ORDER BY w.name`,
    )
    .all();
}

/** The best rank of any product of snapshot `s`, from the tables of all lists. */
const firstBestSql = (raw: ReadOnlyDb): string =>
  [
    'NULL',
    ...listTables(raw).map(
      (table) => `(SELECT o.rank_best FROM ${table} o WHERE o.snapshot_id = s.id LIMIT 1)`,
    ),
  ].join(', ');

/** Snapshots that an import stored and did not finish: their best ranks and streaks are missing. */
export function countWithoutStandings(raw: ReadOnlyDb): number {
  return (
    raw
      .prepare<[], number>(
        `SELECT count(*) FROM snapshots s WHERE ${evaluatedSql('s.status')}
    AND coalesce(${firstBestSql(raw)}) IS NULL`,
      )
      .pluck()
      .get() ?? 0
  );
}

/** Has ANALYZE been run on this file? */
export const hasStatistics = (raw: ReadOnlyDb): boolean =>
  raw
    .prepare("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1')")
    .pluck()
    .get() === 1;

/** The journal mode of the file; the daemon sets `wal`. */
export const journalMode = (raw: ReadOnlyDb): string =>
  String(raw.pragma('journal_mode', { simple: true }));
