/**
 * `changes_7d` and `changes_30d` on an engine, from the files of `history` and `changes`. The same
 * columns as in SQLite, by the same definitions (change/columns.ts); only the way to a baseline is
 * another: SQLite seeks it for each snapshot, an engine finds all of them in one pass.
 *
 * A snapshot looks for a baseline at its slot less the days. These instants and the slots of the
 * complete snapshots are put in one order of time: the nearest before and after are then the
 * greatest slot so far and the smallest from there on.
 */
import { EVALUATED_STATUSES } from '../../change/baseline.ts';
import { isoSql, type ChangeColumn } from '../../change/column.ts';
import { changeColumnsOf } from '../../change/columns.ts';
import { columnOfParameter, type ListKind } from '../../list/list-kind.ts';
import { exportColumns } from '../export/views.ts';
import type { View } from '../views/view.ts';
import { quoted, typedNull, type Dialect } from './dialect.ts';
import { snapshotId } from './file-views.ts';

type Files = { history: string; changes: string };

/** The query of the view; `ms` is how long ago the baseline was. */
export function agoView(
  dialect: Dialect,
  view: View,
  list: ListKind,
  ms: number,
  files: Files,
): string {
  const columns = new Map(changeColumnsOf(list).map((column) => [column.name, column]));
  const arm = (which: Arm): string =>
    view.columns
      .map(({ name }) => {
        const column = columns.get(name);
        const sql =
          column === undefined
            ? pairColumn(dialect, name, which)
            : changeColumn(dialect, list, column, which);
        return `${sql} AS ${dialect.name(name)}`;
      })
      .join(',\n  ');
  return `WITH ${commonTables(dialect, list, ms, files)}
SELECT
  ${arm('present')}
FROM pairs s
  JOIN seen o ON o.watch = s.watch AND o.slot_ms = s.slot_ms
  LEFT JOIN seen bo ON bo.watch = s.watch AND bo.slot_ms = s.base_ms AND bo.product_id = o.product_id
UNION ALL
SELECT
  ${arm('absent')}
FROM records s
  JOIN taken n ON n.watch = s.watch AND n.slot_ms = s.slot_ms
  JOIN seen bo ON bo.watch = s.watch AND bo.slot_ms = s.base_ms AND bo.product_id = s.product_id`;
}

type Arm = 'present' | 'absent';

/** The columns that a view has before those of the change. */
function pairColumn(dialect: Dialect, name: string, which: Arm): string {
  if (name === 'snapshot_id') return snapshotId(dialect, 's.watch', 's.slot_ms');
  if (name === 'baseline_id') return snapshotId(dialect, 's.watch', 's.base_ms');
  return `${which === 'present' ? 'o' : 'n'}.${dialect.name(name)}`;
}

function changeColumn(dialect: Dialect, list: ListKind, column: ChangeColumn, which: Arm): string {
  const { name, type } = column;
  const definition = column[which];
  if (definition === 'NULL') return typedNull(dialect, type);
  if (/\bbo?\./.test(definition)) return translated(dialect, definition);
  if (which === 'present') return fileColumn(dialect, list, 'o', name);
  // What the product has, and its record as of the snapshot that it is absent from.
  if (definition.startsWith('p.')) return fileColumn(dialect, list, 'bo', name);
  if (definition.includes('r.'))
    return name === 'first_seen_at' ? dialect.iso('s.first_seen_ms') : `s.${dialect.name(name)}`;
  return /^'.*'$/.test(definition) ? definition : fileColumn(dialect, list, 'n', name);
}

function fileColumn(dialect: Dialect, list: ListKind, from: string, name: string): string {
  const column = `${from}.${dialect.name(name)}`;
  const kind = exportColumns('changes', list).find((each) => each.name === name)?.kind;
  return kind === 'time' ? dialect.iso(dialect.millis(column)) : column;
}

const ISO = new RegExp(
  isoSql('@')
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace('@', '([\\w.]+)'),
  'g',
);

/** A definition of a change column, in the words of the engine and the tables of this view. */
const translated = (dialect: Dialect, sql: string): string =>
  sql
    .replace(ISO, (_all, column: string) => dialect.iso(column))
    .replace(/\bb\.(?:id|slot_at)\b/g, 's.base_ms')
    .replace(/\bs\.slot_at\b/g, 's.slot_ms')
    .replace(/\br\.first_seen_at\b/g, 'o.first_seen_ms')
    .replace(/\b(bo?|o)\.(\w+)/g, (_all, table: string, name: string) =>
      name.endsWith('_ms') ? `${table}.${name}` : `${table}.${dialect.name(name)}`,
    )
    .replace(/\bround\(/g, `${dialect.round}(`)
    // 100.0 is an exact decimal to engines, and 100e0 a double, as to SQLite.
    .replace(/\b(\d+)\.0\b/g, '$1e0');

/** In epoch milliseconds, but for the times that are only shown. */
function commonTables(dialect: Dialect, list: ListKind, ms: number, files: Files): string {
  const { name, millis } = dialect;
  const whole = typedNull(dialect, 'INTEGER');
  // What makes a series: all that is asked for, and how deep.
  const asked = [...list.parameters.map(columnOfParameter), 'depth'].map(name);
  const of = (table: string, names = asked): string =>
    names.map((each) => `${table}.${each}`).join(', ');
  // Without a name of its own, ClickHouse calls the column of a join by that of its table, too.
  const called = (table: string, names = asked): string =>
    ['watch', ...names].map((each) => `${table}.${each} AS ${each}`).join(', ');
  const shown = ['taken_at', 'snapshot_status', ...(list.dated === null ? [] : ['data_date'])];
  const perSnapshot = ['watch', ...shown, 'slot_at', 'slot_interval_ms'].map(name);
  const evaluated = EVALUATED_STATUSES.map(quoted).join(', ');
  const series = (table: string): string => `PARTITION BY ${table}.watch, ${of(table)}`;
  const soFar = 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
  const record = (sql: string): string =>
    `${sql} OVER (${series('e')}, e.product_id ORDER BY e.slot_ms ${soFar})`;
  return `taken AS (
  SELECT ${called('f', [...perSnapshot.slice(1), ...asked])}, ${millis(`f.${name('slot_at')}`)} AS slot_ms
  FROM ${files.history} f
  WHERE f.${name('snapshot_status')} IN (${evaluated})
  GROUP BY ${of('f', [...perSnapshot, ...asked])}
), seen AS (
  SELECT f.*, ${millis(`f.${name('slot_at')}`)} AS slot_ms, ${millis(`f.${name('first_seen_at')}`)} AS first_seen_ms
  FROM ${files.changes} f
  WHERE f.${name('rank')} IS NOT NULL
), instants AS (
  SELECT ${called('t')}, t.slot_ms AS at_ms, t.slot_ms AS held_ms, ${whole} AS slot_ms, ${whole} AS interval_ms
  FROM taken t WHERE t.snapshot_status = 'complete'
  UNION ALL
  SELECT ${called('t')}, t.slot_ms - ${ms} AS at_ms, ${whole} AS held_ms, t.slot_ms AS slot_ms, t.slot_interval_ms AS interval_ms
  FROM taken t
), near AS (
  SELECT ${called('e')}, e.at_ms AS at_ms, e.slot_ms AS slot_ms, e.interval_ms AS interval_ms,
    max(e.held_ms) OVER (${series('e')} ORDER BY e.at_ms ${soFar}) AS before_ms,
    min(e.held_ms) OVER (${series('e')} ORDER BY e.at_ms RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS after_ms
  FROM instants e
), pairs AS (
  SELECT ${called('e')}, e.slot_ms AS slot_ms,
    CASE
      WHEN 2 * (e.at_ms - e.before_ms) <= e.interval_ms
        AND (e.after_ms IS NULL OR e.after_ms >= e.slot_ms OR e.at_ms - e.before_ms <= e.after_ms - e.at_ms) THEN e.before_ms
      WHEN 2 * (e.after_ms - e.at_ms) <= e.interval_ms AND e.after_ms < e.slot_ms THEN e.after_ms
    END AS base_ms
  FROM near e WHERE e.slot_ms IS NOT NULL
), gone AS (
  SELECT ${called('s')}, s.slot_ms AS slot_ms, s.base_ms AS base_ms, bo.product_id AS product_id
  FROM pairs s
    JOIN taken n ON n.watch = s.watch AND n.slot_ms = s.slot_ms
    JOIN seen bo ON bo.watch = s.watch AND bo.slot_ms = s.base_ms
    LEFT JOIN seen o ON o.watch = s.watch AND o.slot_ms = s.slot_ms AND o.product_id = bo.product_id
  WHERE n.snapshot_status = 'complete' AND o.product_id IS NULL
), known AS (
  SELECT ${called('t')}, t.slot_ms AS slot_ms, ${whole} AS base_ms, o.product_id AS product_id,
    o.rank_best AS rank_best, o.slots_on_list AS slots_on_list, o.first_seen_ms AS first_seen_ms
  FROM taken t JOIN seen o ON o.watch = t.watch AND o.slot_ms = t.slot_ms
  UNION ALL
  SELECT ${called('g')}, g.slot_ms AS slot_ms, g.base_ms, g.product_id, ${whole}, ${whole}, ${whole}
  FROM gone g
), until_then AS (
  SELECT e.watch AS watch, e.slot_ms AS slot_ms, e.base_ms AS base_ms, e.product_id AS product_id,
    ${record('min(e.rank_best)')} AS rank_best,
    ${record('max(e.slots_on_list)')} AS slots_on_list,
    ${record('min(e.first_seen_ms)')} AS first_seen_ms
  FROM known e
), records AS (
  SELECT * FROM until_then r WHERE r.base_ms IS NOT NULL
)`;
}
