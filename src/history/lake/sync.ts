// Brings a lake up to date with the database: table by table, only the months that changed.
import type { LakeConfig } from '../../config/config.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { listsWithRows, type Selection } from '../../store/export/selection.ts';
import { exportFolderOf, fileColumns } from '../../store/export/views.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import type { FolderReport } from '../export/export-watch.ts';
import { emptyReport, exportTable } from '../export/folder.ts';
import type { Target } from '../export/target.ts';
import type { LakePlace } from './open-lake.ts';

/** A list in a table of the lake. */
export type LakePart = { table: string; selection: Selection };

/** Every list in every table that the config asks for, as far as the database has rows of it. */
export const lakeParts = (db: ReadOnlyDb, { views }: Pick<LakeConfig, 'views'>): LakePart[] =>
  views.flatMap((view) =>
    listsWithRows(db, null).map((list) => ({
      table: exportFolderOf(view, list),
      selection: { view, list, watches: null, sinceAt: null, untilAt: null },
    })),
  );

/** Where and how a part is written, or read. */
export const targetOf = (
  place: LakePlace,
  { table, selection }: LakePart,
  keepMs: number | null,
  clock: Clock,
): Target => ({
  ...place.table(table),
  selection,
  format: 'parquet',
  columns: fileColumns(selection.view, selection.list, 'parquet'),
  now: () => clock.now(),
  keepMs,
});

export type SyncedPart = FolderReport & { table: string; list: string };

/**
 * Syncs each part in turn; the database is only read. What was committed before an abort or a
 * failure stays, and the next sync goes on from there. `onPart` is told of each part that is done.
 */
export async function syncLake(
  db: ReadOnlyDb,
  place: LakePlace,
  config: Pick<LakeConfig, 'views' | 'keepMs'>,
  clock: Clock,
  options: { signal: AbortSignal; onPart: (part: SyncedPart) => void },
): Promise<SyncedPart[]> {
  const done: SyncedPart[] = [];
  for (const part of lakeParts(db, config)) {
    if (options.signal.aborted) break;
    const report = emptyReport();
    await exportTable(
      db,
      targetOf(place, part, config.keepMs, clock),
      { full: false, onMonth: () => {}, signal: options.signal },
      report,
    );
    const synced = { ...report, table: part.table, list: part.selection.list.name };
    done.push(synced);
    options.onPart(synced);
  }
  return done;
}

/** What stands where a month could not be written anew. */
export function unreadableIn(parts: readonly SyncedPart[]): AppError | null {
  const [first] = parts.flatMap(({ table, unreadable }) =>
    unreadable.map(({ name, reason }) => `${table}/${name}: ${reason}`),
  );
  return first === undefined
    ? null
    : new AppError('file_unusable', `a file of the lake cannot be read: ${first}`, {
        hint: 'its month was left as it is: it holds what the database has no more',
      });
}
