// What an export reads of a table of the database: its units, watch by watch, and their rows. What
// is read once for all watches (statements, names) is kept from one read transaction to the next.
import type { SqlRow } from '../../lib/sql-value.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import type { ColumnBatch } from './named-columns.ts';
import { openNameDigests } from './names.ts';
import type { Selection } from './selection.ts';
import { openUnitColumns, openUnitReader } from './unit-rows.ts';
import type { ExportColumn } from './views.ts';
import { readWatchUnits, type WatchUnits } from './watch-units.ts';

export type UnitSource = {
  /** Of a watch. To be called first in each read transaction. */
  unitsOf(watch: string): WatchUnits;
  /** The rows of a unit of that watch, to their end at once. */
  rowsOf(id: number): readonly SqlRow[] | ColumnBatch;
};

/** `key` identifies the columns; `isByColumns`: rows may come as columns. */
export function openUnitSource(
  db: ReadOnlyDb,
  selection: Selection,
  columns: readonly ExportColumn[],
  key: string,
  isByColumns: boolean,
): UnitSource {
  const { view, list } = selection;
  const open = () => {
    const readRows = openUnitReader(db, view, list, columns);
    const readColumns = isByColumns ? openUnitColumns(db, view, list, columns) : null;
    return {
      names: openNameDigests(db),
      rows: (id: number) => readColumns?.(id) ?? readRows(id),
    };
  };
  let version = versionOf(db);
  let kept: ReturnType<typeof open> | null = null;
  return {
    unitsOf: (watch) => {
      const now = versionOf(db);
      if (now !== version) kept = null;
      version = now;
      kept ??= open();
      return readWatchUnits(db, selection, watch, key, kept.names(watch));
    },
    rowsOf: (id) => (kept ??= open()).rows(id),
  };
}

/** Another one after every change by another connection; a transaction sees that of its start. */
const versionOf = (db: ReadOnlyDb): unknown => db.pragma('data_version', { simple: true });
