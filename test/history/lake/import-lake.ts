// Reads a lake into a database, and what the views have of it.
import { importFiles } from '../../../src/history/import/import.ts';
import type { ImportedSnapshot, ImportFile } from '../../../src/history/import/terms.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { exportColumns } from '../../../src/store/export/views.ts';
import type { HistoryFile } from '../../support/history-file.ts';
import { dayAt } from '../../support/world.ts';

/** Imports the files of a lake as of `now`; whatever is refused or noted fails. */
export async function importInto(
  { world }: HistoryFile,
  files: ImportFile[],
  now: number,
): Promise<ImportedSnapshot[]> {
  const seen: ImportedSnapshot[] = [];
  const refuse = (refusal: unknown) => {
    throw new Error(JSON.stringify(refusal));
  };
  await importFiles(
    {
      db: world.db,
      config: world.config,
      now,
      clock: world.clock,
      signal: new AbortController().signal,
      onSnapshot: (snapshot) => seen.push(snapshot),
      onRefused: refuse,
      onSetAside: refuse,
      onNote: refuse,
    },
    {
      watch: null,
      takenAt: null,
      slotAt: null,
      dataDate: null,
      earlierQueries: true,
      time: null,
      layout: { encoding: null, separator: null, decimal: null, wide: false },
    },
    files,
  );
  return seen;
}

/** The columns that a lake has too, from a day on. */
export function historyRows(
  { world }: HistoryFile,
  view: 'history' | 'changes',
  from = 0,
): Record<string, unknown>[] {
  const names = exportColumns(view, TOP_PRODUCTS).map(({ name }) => `"${name}"`);
  return world.db.raw
    .prepare<[string], Record<string, unknown>>(
      `SELECT ${names.join(', ')} FROM ${view} WHERE slot_at >= ?
      ORDER BY watch, slot_at, rank, product_id`,
    )
    .all(new Date(dayAt(from)).toISOString());
}
