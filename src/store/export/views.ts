// What can be exported: three of the views, each column with the type it has in Parquet.
import { changeColumnsOf } from '../../change/columns.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { VIEWS } from '../views/views.ts';

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

const VIEW_NAMES: Record<ExportView, string> = {
  history: 'history',
  changes: 'changes',
  alerts: 'alert_log',
};

const OWN_KINDS: Record<string, ExportKind> = {
  depth: 'int32',
  snapshot_rows: 'int32',
  alert_id: 'int64',
  rule_revision: 'int32',
};
const COUNTS = new Set(
  DEFAULT_LIST.metrics
    .filter(({ kind }) => kind === 'count')
    .flatMap(({ column }) => [column, `${column}_before`, `${column}_delta`]),
);

/** The columns of an exported view, in the order of its files. */
export const exportColumns = (view: ExportView): ExportColumn[] =>
  viewOf(view)
    .columns.filter(({ name }) => !LEFT_OUT[view].includes(name))
    .map(({ name }) => ({ name, kind: kindOf(name) }));

function viewOf(view: ExportView) {
  const found = VIEWS.find(({ name }) => name === VIEW_NAMES[view]);
  if (found === undefined) throw new Error(`no view ${VIEW_NAMES[view]}`);
  return found;
}

function kindOf(name: string): ExportKind {
  if (name.endsWith('_at')) return 'time';
  const type = changeColumnsOf(DEFAULT_LIST).find((column) => column.name === name)?.type;
  if (type === 'REAL') return 'double';
  // Impressions of a month have more than nine digits.
  if (type === 'INTEGER') return COUNTS.has(name) ? 'int64' : 'int32';
  return OWN_KINDS[name] ?? 'text';
}

/**
 * Rows of one unit, a snapshot or an alert, with the columns that `isWanted` names: all in order,
 * or any one of them.
 */
export function selectRows(
  view: ExportView,
  isWanted: (name: string) => boolean,
  which: 'in order' | 'first',
): string {
  const columns = exportColumns(view)
    .filter(({ name }) => isWanted(name))
    .map(({ name }) => `"${name}"`)
    .join(', ');
  const by = { history: 'snapshot_id', changes: 'snapshot_id', alerts: 'alert_id' }[view];
  const order = {
    history: 'rank, product_id',
    changes: 'rank IS NULL, rank, rank_before, product_id',
    alerts: 'alert_id',
  }[view];
  const end = which === 'first' ? 'LIMIT 1' : `ORDER BY ${order}`;
  return `SELECT ${columns} FROM ${VIEW_NAMES[view]} WHERE ${by} = ? ${end}`;
}
