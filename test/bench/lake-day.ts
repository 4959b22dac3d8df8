// (l) A day of a lake that goes on: what each of eight days takes beside all before them, a year of 165 lists for the
// history, and of 16 for the changes, which take six times as long. The eighth writes most of the month anew.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { exportFolder } from '../../src/history/export/folder.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import type { ExportView } from '../../src/store/export/views.ts';
import { historyFile, type HistorySize } from './history-file.ts';
import { HISTORY_LISTS } from './history-rows.ts';
import { cpuMs, median, printRatio } from './measure.ts';

const DAYS = 8;

const PARTS: readonly { view: ExportView; size: HistorySize }[] = [
  { view: 'history', size: { watches: 165, days: 365 } },
  { view: 'changes', size: { watches: 16, days: 365 } },
];

/** Prints, of each view, what a day takes beside the first export of the year before it. */
export async function benchLakeDay(): Promise<void> {
  for (const { view, size } of PARTS) {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
    const path = historyFile(size, (text) => process.stdout.write(text));
    const db = new Database(path, { readonly: true });
    try {
      const last = db.prepare<[], number>('SELECT max(slot_at) FROM snapshots').pluck().get() ?? 0;
      const first = await syncUntil(db, folder, view, last - DAYS * DAY_MS);
      const days: number[] = [];
      for (let left = DAYS - 1; left >= 0; left--)
        days.push(await syncUntil(db, folder, view, last - left * DAY_MS));
      process.stdout.write(
        `lake: a day of ${size.watches} lists after a year of them, ${view}, CPU\n`,
      );
      const floor = `the first ${size.days - DAYS} days at once`;
      printRatio('most days', median(days), first, floor, 0.08);
      printRatio(`the longest of ${DAYS} days`, Math.max(...days), first, floor, 0.1);
    } finally {
      db.close();
      rmSync(folder, { recursive: true });
    }
  }
}

/** CPU of a sync of all lists, a little after this slot. */
async function syncUntil(
  db: Database.Database,
  folder: string,
  view: ExportView,
  slotAt: number,
): Promise<number> {
  const startedAt = cpuMs();
  for (const { list } of HISTORY_LISTS)
    await exportFolder(
      db,
      { view, list, watches: null, sinceAt: null, untilAt: slotAt + 1 },
      {
        folder,
        format: 'parquet',
        full: false,
        onMonth: () => {},
        now: () => slotAt + 1,
        signal: new AbortController().signal,
      },
    );
  return cpuMs() - startedAt;
}
