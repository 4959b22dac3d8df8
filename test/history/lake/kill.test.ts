// A real process is killed before each step of a sync that changes the disk.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolderStore } from '../../../src/history/export/file-store.ts';
import { commitLog, readLog } from '../../../src/history/export/log.ts';
import { openLake } from '../../../src/history/lake/open-lake.ts';
import { syncLake } from '../../../src/history/lake/sync.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import { bundleChild } from '../../support/bundle-child.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { liveFiles } from '../export/read-export.ts';

let file: HistoryFile;
let child: string;
beforeEach(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 5, { from: 28, count: 20 });
  child = await bundleChild(join(import.meta.dirname, 'sync-child.ts'), 'sync-child');
});
afterEach(() => {
  rmSync(child, { force: true });
  file.close();
});

const sync = (lake: string, step = -1) =>
  spawnSync(process.execPath, [
    child,
    file.path,
    JSON.stringify({ kind: 'folder', path: lake }),
    'history',
    String(step),
    String(file.world.clock.now()),
  ]);

/** In this process, as it starts faster. */
async function resync(lake: string): Promise<void> {
  const { clock } = file.world;
  const to = { kind: 'folder', path: lake } as const;
  const place = await openLake({ to, allowPrivate: false }, file.path, clock, true);
  const db = new Database(file.path, { readonly: true });
  const config = { views: ['history'] as const, keepMs: 7 * DAY_MS };
  const options = { signal: new AbortController().signal, onPart: () => {} };
  await syncLake(db, place, config, clock, options);
  db.close();
  place.close();
}

/** All rows of the newest version, by file and as they lie in it. */
async function state(lake: string): Promise<string> {
  const rows = [];
  for (const name of liveFiles(lake, 'history', 'parquet'))
    rows.push(
      ...(await parquetReadObjects({
        file: new Uint8Array(readFileSync(join(lake, 'history', name))).buffer,
      })),
    );
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

// A process for each step, one after the other.
test('a sync that is killed between any two steps, also of a checkpoint, loses nothing', async () => {
  const before = join(file.folder, 'before');
  expect(sync(before).status).toBe(0);
  // The next version but one has a checkpoint.
  const store = openFolderStore(join(before, 'history'), join(file.folder, 'scratch'));
  let log = await readLog(store, '_delta_log');
  while (log.version < 49)
    log =
      (await commitLog(store, '_delta_log', log, [
        { commitInfo: { timestamp: 0, operation: 'NOTHING', engineInfo: 'x', txnId: 'x' } },
      ])) ?? log;
  // What only the lake has, what changes in both months, and what is new.
  file.world.db.raw.exec(
    `PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id = 2; DELETE FROM snapshots WHERE id = 2; PRAGMA foreign_keys = ON`,
  );
  await takeDays(file.world, 1, { from: 33, count: 20 });
  const after = join(file.folder, 'after');
  cpSync(before, after, { recursive: true });
  expect(sync(after).status).toBe(0);
  const states = [await state(before), await state(after)];
  expect(states[0]).not.toBe(states[1]);
  const names = (lake: string) =>
    readdirSync(join(lake, 'history'), { recursive: true }).map(String);
  expect(names(after)).toContain('_delta_log/00000000000000000050.checkpoint.parquet');

  const dataFiles = (lake: string) =>
    names(lake).filter((name) => name.startsWith('list=') && name.endsWith('.parquet'));
  const kept = dataFiles(after).length;
  expect(kept).toBeGreaterThan(liveFiles(after, 'history', 'parquet').length);
  const seen = new Set<number>();
  let step = 0;
  for (; ; step++) {
    const lake = join(file.folder, 'killed');
    cpSync(before, lake, { recursive: true });
    const { signal, status } = sync(lake, step);
    const found = states.indexOf(await state(lake));
    expect(found, `after step ${step}`).not.toBe(-1);
    seen.add(found);
    await resync(lake);
    expect(await state(lake), `after step ${step}, and another sync`).toBe(states[1]);
    // What no version of the last days names is gone; what one of them names has stayed.
    expect(dataFiles(lake)).toHaveLength(kept);
    expect(names(lake).filter((name) => name.includes('.writing-'))).toEqual([]);
    rmSync(lake, { recursive: true });
    if (signal === null) {
      expect(status).toBe(0);
      break;
    }
  }
  expect([...seen].sort()).toEqual([0, 1]);
  expect(step).toBeGreaterThan(8);
}, 120_000);
