// An export as one text on stdout.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { formatRows } from '../../history/formats.ts';
import { listUnitIds, type Selection } from '../../store/export/selection.ts';
import { openUnitReader } from '../../store/export/unit-rows.ts';
import { exportColumns, type ExportFormat } from '../../store/export/views.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import type { Io } from '../../terminal/io.ts';
import { openUnitProgress } from './export-units.ts';

export type ExportStreams = {
  stdout: NodeJS.WritableStream & { writableNeedDrain?: boolean };
  stop: AbortSignal;
};

/**
 * Writes the rows of all selections under the header of the first. Exit code 0, or 1 when it was
 * stopped half-way.
 */
export async function exportText(
  io: Io,
  db: ReadOnlyDb,
  selections: readonly [Selection, ...Selection[]],
  format: Exclude<ExportFormat, 'parquet'>,
  { stdout, stop }: ExportStreams,
): Promise<number> {
  const [{ view, list: first }] = selections;
  const columns = exportColumns(view, first);
  const progress = openUnitProgress(io, db, selections);
  // Our own stdout may be closed by its reader (`| head`), or its disk may be full: rows that
  // come after that are dropped.
  let isLost = false;
  const lose = () => void (isLost = true);
  for (const event of ['error', 'close']) stdout.once(event, lose);
  function* rows() {
    for (const selection of selections) {
      const read = openUnitReader(db, view, selection.list, exportColumns(view, selection.list));
      for (const id of [...listUnitIds(db, selection)]) {
        yield* read(id);
        progress.advance();
      }
    }
  }
  try {
    for (const text of formatRows(
      format,
      columns.map(({ name }) => name),
      rows(),
    )) {
      if (stop.aborted || isLost) break;
      io.stdout(text);
      if (stdout.writableNeedDrain) await drained(stdout);
      else await setImmediate();
    }
  } finally {
    for (const event of ['error', 'close']) stdout.off(event, lose);
    progress.stop();
  }
  return stop.aborted ? 1 : 0;
}

/**
 * Resolves when the stream takes more, or never will. It leaves no listener behind: a long export
 * waits thousands of times.
 */
async function drained(stdout: NodeJS.WritableStream): Promise<void> {
  const settled = new AbortController();
  // Why a stream broke is told where stdout is watched, in cli.ts.
  await Promise.race(
    ['drain', 'close'].map((event) => once(stdout, event, { signal: settled.signal })),
  ).catch(() => {});
  settled.abort();
}
