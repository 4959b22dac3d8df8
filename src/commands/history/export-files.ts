// An export into a folder, and what is said of it.
import type { FolderReport } from '../../history/export/export-watch.ts';
import { exportFolder } from '../../history/export/folder.ts';
import { plural } from '../../lib/text.ts';
import type { Selection } from '../../store/export/selection.ts';
import type { ExportFormat } from '../../store/export/views.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import type { Io } from '../../terminal/io.ts';
import { openUnitProgress, unitOf } from './export-units.ts';

/**
 * Exports each selection into the folder. Exit code 0, or 1 when it was stopped half-way or had to
 * leave a month as it was.
 */
export async function exportFiles(
  io: Io,
  db: ReadOnlyDb,
  selections: readonly Selection[],
  folder: string,
  format: ExportFormat,
  full: boolean,
  signal: AbortSignal,
): Promise<number> {
  const progress = openUnitProgress(io, db, selections);
  const reports: FolderReport[] = [];
  try {
    for (const selection of selections) {
      if (signal.aborted) break;
      const report = await exportFolder(db, selection, {
        folder,
        format,
        full,
        signal,
        now: () => io.clock.now(),
        onMonth: (units) => progress.advance(units),
      });
      reports.push(report);
    }
    progress.stop();
    const report = sumOf(reports);
    tellReport(io, report, unitOf(selections));
    return signal.aborted || report.unreadable.length > 0 ? 1 : 0;
  } finally {
    progress.stop();
  }
}

function tellReport(io: Io, report: FolderReport, unit: string): void {
  const { written, rows, unchanged, kept, unreadable } = report;
  io.stderr(`${plural(written, 'file')} written, ${plural(rows, 'row')}; ${unchanged} unchanged\n`);
  const units = kept.reduce((sum, month) => sum + month.units, 0);
  if (units > 0)
    io.stderr(
      `${plural(units, unit)} of ${plural(kept.length, 'month')} only this folder has;` +
        ' they stay in its files\n',
    );
  for (const { name, reason } of unreadable)
    io.stderr(
      `${name}: left as it is: it has what the database has no more,` +
        ` and cannot be read: ${reason}\n`,
    );
}

const sumOf = (reports: readonly FolderReport[]): FolderReport => ({
  written: reports.reduce((sum, { written }) => sum + written, 0),
  rows: reports.reduce((sum, { rows }) => sum + rows, 0),
  unchanged: reports.reduce((sum, { unchanged }) => sum + unchanged, 0),
  kept: reports.flatMap(({ kept }) => kept),
  unreadable: reports.flatMap(({ unreadable }) => unreadable),
});
