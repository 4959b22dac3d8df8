/**
 * The lake as others read it: which tables it has, where their files lie, and what is in them. It is
 * what `lake sync` writes, what `export --out` writes as Parquet, and what `lake ddl` reads.
 *
 * ROOT/TABLE/list=LIST/watch=WATCH/month=YYYY-MM/ID.parquet     the rows, by slot and rank
 * ROOT/TABLE/_delta_log/00000000000000000412.json               Delta: reader 1, writer 2
 *
 * - Every (list, watch, month) of a version is one file. One that changed is replaced under a new
 *   name. Names of a month sort by when they were written, so that who reads by folders alone takes
 *   the greatest name of each; who reads by the log needs no such care.
 * - The columns of the path are inside the files too, so that a file says itself what it holds.
 * - A version's `add` has statistics of each column: numRecords, minValues, maxValues, nullCount.
 */
import { DEFAULT_LIST } from '../../list/shipped.ts';
import type { ListKind } from '../../list/list-kind.ts';
import {
  exportFolderOf,
  fileColumns,
  type ExportFormat,
  type ExportKind,
  type ExportView,
} from '../../store/export/views.ts';

/** `month` is `2026-11`, the month of the slot in UTC. */
export const PARTITION_COLUMNS = ['list', 'watch', 'month'] as const;

/** The folder of a table's log, within its own. */
export const DELTA_LOG = '_delta_log';

export type LakeColumn = {
  name: string;
  kind: ExportKind;
  /** As Delta's schema calls it. In Parquet: see `PARQUET_TYPES`. */
  delta: string;
  /** Is it one of `PARTITION_COLUMNS`? */
  isPartition: boolean;
};

export type LakeTable = {
  view: ExportView;
  /** Null for alerts: those of all lists are in one table. */
  list: ListKind | null;
  /** Below the root: `history`, `product_ranking_changes`, `alerts`. */
  folder: string;
  /** In the order of the files. Every column may be NULL. */
  columns: readonly LakeColumn[];
};

const DELTA_TYPES: Record<ExportKind, string> = {
  text: 'string',
  int32: 'integer',
  int64: 'long',
  double: 'double',
  time: 'timestamp',
};

/** For people who read the files: the physical type of each kind, and what it stands for. */
export const PARQUET_TYPES: Record<ExportKind, string> = {
  text: 'BYTE_ARRAY (UTF8)',
  int32: 'INT32',
  int64: 'INT64',
  double: 'DOUBLE',
  time: 'INT64 (TIMESTAMP, MICROS, UTC)',
};

/** The table of a view of a list; the same for an export in another format. */
export function lakeTable(
  view: ExportView,
  list: ListKind,
  format: ExportFormat = 'parquet',
): LakeTable {
  const own = fileColumns(view, list, format);
  const isPartition = (name: string) => PARTITION_COLUMNS.some((column) => column === name);
  const added = PARTITION_COLUMNS.filter((name) => !own.some((column) => column.name === name));
  return {
    view,
    list: view === 'alerts' ? null : list,
    folder: exportFolderOf(view, list),
    columns: [...own, ...added.map((name) => ({ name, kind: 'text' as const }))].map(
      ({ name, kind }) => ({
        name,
        kind,
        delta: DELTA_TYPES[kind],
        isPartition: isPartition(name),
      }),
    ),
  };
}

/** The tables of these views and lists; alerts are one table whatever the lists. */
export const lakeTables = (views: readonly ExportView[], lists: readonly ListKind[]): LakeTable[] =>
  views.flatMap((view) =>
    (view === 'alerts' ? [lists[0] ?? DEFAULT_LIST] : lists).map((list) => lakeTable(view, list)),
  );

/** `schemaString` of Delta. */
export const deltaSchema = (columns: readonly Pick<LakeColumn, 'name' | 'delta'>[]): string =>
  JSON.stringify({
    type: 'struct',
    fields: columns.map(({ name, delta }) => ({
      name,
      type: delta,
      nullable: true,
      metadata: {},
    })),
  });
