// What can be exported: two views of each list, and the alerts of all; each column with the type it
// has in Parquet.
import { changeColumnsOf } from '../../change/columns.ts';
import { metricColumn, type ListKind } from '../../list/list-kind.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { listViews } from '../views/list-views.ts';
import { ALERT_LOG } from '../views/log-views.ts';
import type { View } from '../views/view.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_VIEWS = ['history', 'changes', 'alerts'] as const;
export type ExportView = (typeof EXPORT_VIEWS)[number];

/** Times are ISO-8601 text in rows, and timestamps in Parquet. */
export type ExportKind = 'text' | 'int32' | 'int64' | 'double' | 'time';
export type ExportColumn = { name: string; kind: ExportKind };

/**
 * Ids and origin say how a row came into this database: left out, an export is the same after an
 * import elsewhere.
 */
const LEFT_OUT: Record<ExportView, readonly string[]> = {
  history: ['snapshot_id', 'origin'],
  changes: ['snapshot_id', 'baseline_id'],
  alerts: ['snapshot_id', 'baseline_id'],
};

const OWN_KINDS: Record<string, ExportKind> = {
  depth: 'int32',
  snapshot_rows: 'int32',
  alert_id: 'int64',
  rule_revision: 'int32',
};

/** Alerts of all lists are in one view; of the others each list has its own. */
const viewOf = (view: ExportView, list: ListKind): View => {
  const name = `${list.viewPrefix}${view}`;
  const found = view === 'alerts' ? ALERT_LOG : listViews(list).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no view ${name}`);
  return found;
};

/** The folder of an exported view, below that of the export: `history`, `product_ranking_history`. */
export const exportFolderOf = (view: ExportView, list: ListKind): string =>
  view === 'alerts' ? view : `${list.viewPrefix}${view}`;

/** The columns of an exported view of a list, in the order of its files. */
export const exportColumns = (view: ExportView, list: ListKind): ExportColumn[] =>
  viewOf(view, list)
    .columns.filter(({ name }) => !LEFT_OUT[view].includes(name))
    // Alerts of all lists are in one table, with the columns of the first list there was.
    .map(({ name }) => ({ name, kind: kindOf(name, view === 'alerts' ? DEFAULT_LIST : list) }));

/**
 * How long the schedule's interval was when the snapshot was due. What an engine needs to find the
 * snapshot of some days ago, and what a database that is filled from the files needs again.
 */
const INTERVAL: ExportColumn = { name: 'slot_interval_ms', kind: 'int64' };

/** What files of this format have: Parquet of `history` says the interval of each slot, too. */
export const fileColumns = (
  view: ExportView,
  list: ListKind,
  format: ExportFormat,
): readonly ExportColumn[] => [
  ...exportColumns(view, list),
  ...(format === 'parquet' && view === 'history' ? [INTERVAL] : []),
];

function kindOf(name: string, list: ListKind): ExportKind {
  if (name.endsWith('_at')) return 'time';
  const type =
    changeColumnsOf(list).find((column) => column.name === name)?.type ??
    typeOfParameter(name, list);
  if (type === 'REAL') return 'double';
  if (type === 'INTEGER') return isCount(name, list) ? 'int64' : 'int32';
  return OWN_KINDS[name] ?? 'text';
}

/** A parameter that only `history` has. */
const typeOfParameter = (name: string, { parameters }: ListKind): 'INTEGER' | null =>
  parameters.some(({ key, values }) => key === name && values.kind === 'whole') ? 'INTEGER' : null;

/** Impressions of a month have more than nine digits. */
const isCount = (name: string, list: ListKind): boolean => {
  const found = metricColumn(list, name);
  return found?.metric.kind === 'count' && found.figure !== '_pct';
};

const INTERVAL_SQL = '(SELECT s.interval_ms FROM snapshots s WHERE s.id = snapshot_id)';

/** Rows of one unit, a snapshot or an alert, with these columns: all in order, or any one of them. */
export function selectRows(
  view: ExportView,
  list: ListKind,
  names: readonly string[],
  which: 'in order' | 'first',
): string {
  const columns = names
    .map((name) => (name === INTERVAL.name ? `${INTERVAL_SQL} AS ${name}` : `"${name}"`))
    .join(', ');
  const by = { history: 'snapshot_id', changes: 'snapshot_id', alerts: 'alert_id' }[view];
  const order = {
    history: 'rank, product_id',
    changes: 'rank IS NULL, rank, rank_before, product_id',
    alerts: 'alert_id',
  }[view];
  const end = which === 'first' ? 'LIMIT 1' : `ORDER BY ${order}`;
  return `SELECT ${columns} FROM ${viewOf(view, list).name} WHERE ${by} = ? ${end}`;
}
