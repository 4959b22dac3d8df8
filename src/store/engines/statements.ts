// The statements that make the views of the lake on an engine.
import { daysAgo } from '../../change/baseline.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { exportFolderOf, fileColumns, type ExportView } from '../export/views.ts';
import { listViews } from '../views/list-views.ts';
import { ALERT_LOG } from '../views/log-views.ts';
import { sharedViews } from '../views/shared-views.ts';
import type { View } from '../views/view.ts';
import { agoView } from './ago-view.ts';
import { DIALECTS, type Engine, type EngineTable, type ReadBy } from './dialect.ts';
import { fileView, leaderboardView, sharedView } from './file-views.ts';

export type EngineOptions = {
  engine: Engine;
  by: ReadBy;
  /** The folder of the lake as the engine finds it: a path, or the URL of a store. */
  root: string;
  /** Those that the lake has rows of. */
  lists: readonly ListKind[];
  /** Has the lake any? Engines refuse a view of no files. */
  hasAlerts: boolean;
};

const tableOf = (view: ExportView, list: ListKind): EngineTable => ({
  folder: exportFolderOf(view, list),
  columns: [
    ...fileColumns(view, list, 'parquet'),
    // The columns of the path, which are in the files too.
    ...['list', 'watch', 'month']
      .filter((name) => !fileColumns(view, list, 'parquet').some((own) => own.name === name))
      .map((name) => ({ name, kind: 'text' as const })),
  ],
});

/** Statements without their semicolons, in the order in which they must be run. */
export function engineStatements(options: EngineOptions): string[] {
  const { engine, root, by, lists, hasAlerts } = options;
  const dialect = DIALECTS[engine];
  const files = (view: ExportView, list: ListKind): string =>
    dialect.rows(root, tableOf(view, list), by);
  const [first] = lists;
  const alertsOf = hasAlerts && first !== undefined ? [first] : [];
  const tables = [
    ...lists.flatMap((list) => [tableOf('history', list), tableOf('changes', list)]),
    ...alertsOf.map((list) => tableOf('alerts', list)),
  ];
  const create = ({ name }: Pick<View, 'name'>, sql: string): string =>
    `CREATE OR REPLACE VIEW ${name} AS\n${sql}${dialect.end}`;
  const allChanges = lists.map((list) => files('changes', list));
  const ofList = (list: ListKind): string[] => {
    const pair = { history: files('history', list), changes: files('changes', list) };
    const views = new Map(
      listViews(list).map((view) => [view.name.slice(list.viewPrefix.length), view]),
    );
    const make = (name: string, sql: (view: View) => string): string[] => {
      const view = views.get(name);
      return view === undefined ? [] : [create(view, sql(view))];
    };
    return [
      ...make('history', (view) =>
        fileView(dialect, view, { view: 'history', list, files: pair.history }),
      ),
      ...make('changes', (view) =>
        fileView(dialect, view, { view: 'changes', list, files: pair.changes }),
      ),
      ...[7, 30].flatMap((days) =>
        make(`changes_${days}d`, (view) => agoView(dialect, view, list, daysMs(days), pair)),
      ),
      ...make('leaderboard', (view) =>
        leaderboardView(dialect, view, list, pair.changes, allChanges),
      ),
    ];
  };
  return [
    ...dialect.prelude(root, tables, by),
    ...lists.flatMap(ofList),
    ...sharedViews(lists).flatMap((view) => {
      const from = view.name === 'ranks' ? 'history' : 'changes';
      const parts = lists.map((list) => ({ list, files: files(from, list) }));
      return parts.length === 0 ? [] : [create(view, sharedView(dialect, view, from, parts))];
    }),
    ...alertsOf.map((list) =>
      create(
        ALERT_LOG,
        fileView(dialect, ALERT_LOG, { view: 'alerts', list, files: files('alerts', list) }),
      ),
    ),
  ];
}

function daysMs(days: number): number {
  const compare = daysAgo(days);
  return compare.kind === 'ago' ? compare.ms : 0;
}
