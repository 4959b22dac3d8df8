// The views that are what the files hold, with the times as text and the ids that files do not
// have: `history`, `changes`, `leaderboard`, `alert_log`, `ranks`, `rank_changes`.
import type { ListKind } from '../../list/list-kind.ts';
import { exportColumns, type ExportColumn, type ExportView } from '../export/views.ts';
import type { View } from '../views/view.ts';
import { typedNull, type Dialect } from './dialect.ts';

/**
 * Ids of a database say nothing beside those of another in the same lake. A snapshot is its watch
 * and its slot: `us-daily 2026-11-01T06:00:00.000Z`.
 */
export const snapshotId = ({ iso }: Dialect, watch: string, millis: string): string =>
  `${watch} || ' ' || ${iso(millis)}`;

/** Columns by which engines pass over files; put last in the views, where no column is called so. */
const PARTITION = 'month';

/** The SELECT list of a view over its files `f`, in the order of the view of SQLite. */
function selectColumns(dialect: Dialect, view: View, columns: readonly ExportColumn[]): string[] {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const { name: called, iso, millis } = dialect;
  const own = (name: string): string => {
    const column = `f.${called(name)}`;
    if (kinds.get(name) === 'time') return iso(millis(column));
    if (kinds.has(name)) return column;
    if (name === 'snapshot_id')
      return snapshotId(dialect, `f.${called('watch')}`, millis(`f.${called('slot_at')}`));
    if (name === 'baseline_id')
      return snapshotId(dialect, `f.${called('watch')}`, millis(`f.${called('baseline_at')}`));
    return typedNull(dialect, 'TEXT');
  };
  return view.columns.map(({ name }) => `${own(name)} AS ${called(name)}`);
}

const selected = (columns: readonly string[]): string => columns.join(',\n  ');

/** A view of the rows of `files`, all of them; `view` is that of SQLite. */
export function fileView(
  dialect: Dialect,
  view: View,
  of: { view: ExportView; list: ListKind; files: string },
): string {
  const columns = selectColumns(dialect, view, exportColumns(of.view, of.list));
  const hasMonth = view.columns.some(({ name }) => name === PARTITION);
  const month = hasMonth ? [] : [`f.${dialect.name(PARTITION)} AS ${dialect.name(PARTITION)}`];
  return `SELECT\n  ${selected([...columns, ...month])}\nFROM ${of.files} f`;
}

/**
 * The newest complete snapshot of each watch, whatever its list: a watch whose list was changed is
 * on the leaderboard of the new one alone. `changes` are the files of every list.
 */
export function leaderboardView(
  dialect: Dialect,
  view: View,
  list: ListKind,
  files: string,
  changes: readonly string[],
): string {
  const { name } = dialect;
  const [watch, slot] = [name('watch'), name('slot_at')];
  const complete = changes
    .map(
      (each) =>
        `SELECT c.${watch} AS watch, c.${slot} AS slot_at FROM ${each} c WHERE c.${name('snapshot_status')} = 'complete'`,
    )
    .join('\n    UNION ALL ');
  return `SELECT
  ${selected(selectColumns(dialect, view, exportColumns('changes', list)))}
FROM ${files} f
  JOIN (SELECT a.watch AS watch, max(a.slot_at) AS slot_at
    FROM (${complete}) a GROUP BY a.watch) n ON n.watch = f.${watch} AND n.slot_at = f.${slot}
WHERE f.${name('rank')} IS NOT NULL`;
}

/** `ranks` and `rank_changes`: the columns that all lists share, of the files of each. */
export const sharedView = (
  dialect: Dialect,
  view: View,
  from: ExportView,
  lists: readonly { list: ListKind; files: string }[],
): string =>
  lists
    .map(({ list, files }) => {
      const columns: ExportColumn[] = [
        { name: 'list', kind: 'text' },
        ...exportColumns(from, list),
      ];
      return `SELECT\n  ${selected(selectColumns(dialect, view, columns))}\nFROM ${files} f`;
    })
    .join('\nUNION ALL\n');
