/**
 * Export into a folder: VIEW/list=…/watch=…/month=…/ID.FORMAT, the Hive layout that DuckDB, Spark,
 * Trino, ClickHouse and BigQuery read as it is, beside a log of what the view consists of, version
 * by version (log.ts). A month that changed is written into a new file and committed; what the
 * database has no more is taken over from the file before.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { makeFolder } from '../../store/file/same-readers.ts';
import { commitPending } from './commit.ts';
import { openUnitSource } from '../../store/export/unit-source.ts';
import {
  columnsKey,
  exportWatch,
  type FolderOptions,
  type FolderReport,
  type TableOptions,
} from './export-watch.ts';
import { openFolderStore, sayFailure } from './file-store.ts';
import { removeLeftovers, removeScratch, scratchOf } from './leftovers.ts';
import { readLog } from './log.ts';
import { openLog } from './open-log.ts';
import { listWatches, type Selection } from '../../store/export/selection.ts';
import { logFolder, type Target } from './target.ts';
import { writerName } from './writer.ts';
import { exportFolderOf, fileColumns } from '../../store/export/views.ts';
import type { Pending } from './write-month.ts';

/**
 * After this many rows a version is committed, so that a first export that is killed need not begin
 * again.
 */
const COMMIT_ROWS = 500_000;

/**
 * Exports what changed of one list. `db` is a connection of this export's own: each watch is read in one
 * transaction of it, from the list of its snapshots to their last row, so that nothing is pruned in
 * between. After an abort, or a failure, what was written until then is committed.
 */
export async function exportFolder(
  db: ReadOnlyDb,
  selection: Selection,
  options: FolderOptions,
): Promise<FolderReport> {
  const root = join(options.folder, exportFolderOf(selection.view, selection.list));
  const scratch = scratchOf(root, writerName(), randomUUID());
  const { format, now } = options;
  const store = openFolderStore(root, scratch);
  const columns = fileColumns(selection.view, selection.list, format);
  const target: Target = { store, scratch, selection, format, columns, now, keepMs: null };
  const report = emptyReport();
  try {
    makeFolder(scratch);
    removeScratch(root, writerName(), now());
  } catch (thrown) {
    throw sayFailure(thrown, root, 'write');
  }
  try {
    await exportTable(db, target, options, report);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return report;
}

/** The report of an export that has done nothing yet. */
export const emptyReport = (): FolderReport => ({
  written: 0,
  rows: 0,
  unchanged: 0,
  kept: [],
  unreadable: [],
});

/** Exports one list into one table, wherever it lies; `report` is added to as it goes. */
export async function exportTable(
  db: ReadOnlyDb,
  target: Target,
  options: TableOptions,
  report: FolderReport,
): Promise<void> {
  let state = await openLog(target);
  let todo = listWatches(db, target.selection);
  let isFirst = true;
  const source = openUnitSource(
    db,
    target.selection,
    target.columns,
    columnsKey(target),
    target.format === 'parquet',
  );
  // If another export changed a month of a watch in the meantime, the watch is looked at again.
  // Each time one of the two has made progress, so this ends.
  while (todo.length > 0) {
    const sizes = await removeLeftovers(target, state);
    const again = new Set<string>();
    let pending: Pending[] = [];
    const commit = async () => {
      const changes = pending;
      pending = [];
      const done = await commitPending(target, state, changes);
      state = done.state;
      for (const { file, rows } of done.committed) {
        report.written += file === null ? 0 : 1;
        report.rows += rows;
      }
      for (const { partition } of done.conflicted) again.add(partition.watch);
    };
    try {
      for (const watch of todo) {
        await setImmediate();
        const at = { watch, source, state, sizes, isFirst };
        const looked = await exportWatch(db, target, options, at);
        pending.push(...looked.pending);
        if (looked.isOutdated) again.add(watch);
        report.unchanged += looked.unchanged;
        report.kept.push(...looked.kept);
        report.unreadable.push(...looked.unreadable);
        if (options.signal.aborted) break;
        if (pending.reduce((sum, { rows }) => sum + rows, 0) >= COMMIT_ROWS) await commit();
      }
    } finally {
      await commit();
    }
    state = await readLog(target.store, logFolder(target), state);
    todo = options.signal.aborted ? [] : [...again];
    isFirst = false;
  }
}
