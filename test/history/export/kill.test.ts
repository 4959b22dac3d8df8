// A real process is killed before each step of an export that changes the disk.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { exportFolder } from '../../../src/history/export/folder.ts';
import { bundleChild } from '../../support/bundle-child.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt, fetchedList } from '../../support/world.ts';
import { exportedRows, liveFiles } from './read-export.ts';

let file: HistoryFile;
let child: string;
beforeEach(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 5, { from: 28, count: 20 });
  child = await bundleChild(join(import.meta.dirname, 'export-child.ts'), 'export-child');
});
afterEach(() => {
  rmSync(child, { force: true });
  file.close();
});

async function exportInto(folder: string) {
  const db = new Database(file.path, { readonly: true });
  await exportFolder(
    db,
    { view: 'history', list: TOP_PRODUCTS, watches: null, sinceAt: null, untilAt: null },
    {
      folder,
      format: 'csv',
      full: false,
      onMonth: () => {},
      signal: new AbortController().signal,
      now: () => file.world.clock.now(),
    },
  );
  db.close();
}

const state = (folder: string) => JSON.stringify(exportedRows(folder, 'history', 'csv'));

// A process for each step, one after the other: 4 s on an idle machine.
test('an export that is killed between any two steps leaves the version before or the one after, and loses nothing', async () => {
  const before = join(file.folder, 'before');
  await exportInto(before);
  // What the folder only has, what changes in both months, and what is new.
  file.world.db.raw.exec(
    `PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id = 2; DELETE FROM snapshots WHERE id = 2; PRAGMA foreign_keys = ON`,
  );
  await file.world.pass(dayAt(33), fetchedList([{ id: 'p1', name: 'Renamed' }, 'p2', 'p3']));
  const after = join(file.folder, 'after');
  cpSync(before, after, { recursive: true });
  await exportInto(after);
  const states = [state(before), state(after)];
  expect(states[0]).not.toBe(states[1]);
  expect(exportedRows(after, 'history', 'csv')).toHaveLength(5 * 20 + 3);

  const seen = new Set<number>();
  let step = 0;
  for (; ; step++) {
    const folder = join(file.folder, 'killed');
    cpSync(before, folder, { recursive: true });
    const { signal, status } = spawnSync(process.execPath, [
      child,
      file.path,
      folder,
      'history',
      String(step),
    ]);
    const found = states.indexOf(state(folder));
    expect(found, `after step ${step}`).not.toBe(-1);
    seen.add(found);
    await exportInto(folder);
    expect(state(folder), `after step ${step}, and another export`).toBe(states[1]);
    const names = readdirSync(join(folder, 'history'), { recursive: true }).map(String);
    expect(names.filter((name) => name.endsWith('.csv')).sort()).toEqual(
      liveFiles(folder, 'history', 'csv'),
    );
    expect(names.filter((name) => name.includes('.writing-'))).toEqual([]);
    rmSync(folder, { recursive: true });
    if (signal === null) {
      expect(status).toBe(0);
      break;
    }
  }
  expect([...seen].sort()).toEqual([0, 1]);
  expect(step).toBeGreaterThan(12);
}, 60_000);
