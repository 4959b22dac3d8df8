// A process that thins is killed before each of its writes, beside a sync, a pass and a reader.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleChild } from '../../support/bundle-child.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt } from '../../support/world.ts';
import { days, lakeAt, sync, thin, verify } from './tiers-world.ts';

const DAYS = 75;
const FIRST = DAYS - 1 - 60 - 1;
let master: HistoryFile;
let child: string;
beforeAll(async () => {
  master = makeHistoryFile({ rules: [] });
  await takeDays(master.world, DAYS, { count: 5 });
  child = await bundleChild(join(import.meta.dirname, 'thin-child.ts'), 'thin-child');
}, 60_000);
afterAll(() => {
  rmSync(child, { force: true });
  master.close();
});

async function copied(): Promise<HistoryFile> {
  const copy = join(master.folder, 'copy.db');
  rmSync(copy, { force: true });
  master.world.db.raw.exec(`VACUUM INTO '${copy}'`);
  const file = makeHistoryFile({ rules: [] }, copy);
  file.world.clock.jump(dayAt(DAYS - 1) - file.world.clock.now());
  await sync(file);
  return file;
}

const argsOf = (file: HistoryFile, step: number) => [
  child,
  file.path,
  join(file.folder, 'lake'),
  String(step),
  String(dayAt(DAYS - 1)),
];

/** Every slot is here or known to be in the lake, and none is in both. */
function isWhole({ world }: HistoryFile): void {
  const { raw } = world.db;
  expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(raw.pragma('foreign_key_check')).toEqual([]);
  const slots = raw
    .prepare(
      'SELECT slot_at FROM snapshots UNION ALL SELECT slot_at FROM lake_snapshots ORDER BY 1',
    )
    .pluck()
    .all();
  expect(slots).toEqual(Array.from({ length: DAYS }, (_, day) => dayAt(day)));
  expect(
    raw
      .prepare(
        `SELECT count(*) FROM observations WHERE snapshot_id NOT IN (SELECT id FROM snapshots)`,
      )
      .pluck()
      .get(),
  ).toBe(0);
}

test('killed before any of its transactions it leaves every list in one place, and the next one goes on', async () => {
  const file = await copied();
  const seen = new Set<number>();
  for (let step = 0; ; step++) {
    const { signal, status, stderr } = spawnSync(process.execPath, argsOf(file, step));
    isWhole(file);
    seen.add(days(file).length);
    if (signal === null) {
      expect(String(stderr)).toBe('');
      expect(status).toBe(0);
      break;
    }
  }
  expect(days(file)[0]).toBe(FIRST);
  // None of them, some, and all.
  expect(seen.size).toBeGreaterThan(2);
  expect(await sync(file)).toEqual([
    ['history', 0],
    ['changes', 0],
    ['alerts', 0],
  ]);
  expect((await verify(file)).filter(({ problem }) => problem !== null)).toEqual([]);
  file.close();
}, 120_000);

test('beside a sync, passes and a reader it takes the same, and none of them sees less', async () => {
  const file = await copied();
  const reader = new Database(file.path, { readonly: true });
  reader.exec('BEGIN');
  const count = reader.prepare('SELECT count(*) FROM history').pluck();
  const before = count.get();
  const running = spawn(process.execPath, argsOf(file, -1), { stdio: 'ignore' });
  const ended = once(running, 'exit');
  for (let day = DAYS; day < DAYS + 3; day++) {
    await takeDays(file.world, 1, { from: day, count: 5 });
    await sync(file);
  }
  expect(await ended).toEqual([0, null]);
  expect(count.get()).toBe(before);
  reader.close();
  await sync(file);
  await thin(file, DAYS + 2);
  expect(days(file)[0]).toBe(FIRST + 3);
  const months = await verify(file, lakeAt(file));
  expect(months.filter(({ problem, behind }) => problem !== null || behind > 0)).toEqual([]);
  const history = months.filter(({ table }) => table === 'history');
  expect(history.reduce((sum, { only, confirmed }) => sum + only + confirmed, 0)).toBe(DAYS + 3);
  file.close();
}, 60_000);
