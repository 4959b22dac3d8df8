// A month is replaced while somebody reads: who was told of a version reads it to its end.
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../../src/history/export/log.ts';
import { openFolderStore } from '../../../src/history/export/file-store.ts';
import { lakeFiles } from '../../../src/history/lake/read-lake.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { openDuck } from '../../support/duckdb.ts';
import { makeLakeWorld, type LakeWorld } from './lake-world.ts';

let world: LakeWorld;
beforeEach(async () => {
  // January, and two days of February.
  world = await makeLakeWorld(33);
});
afterEach(() => world.close());

const config = () => world.configOf(world.folder(), { views: ['history'] });

/** Both months become other files; February has a day more. */
async function replaceAll(): Promise<void> {
  world.file.world.db.raw.exec("UPDATE products SET name = 'Other'");
  await world.newDay();
  expect(await world.sync(config())).toEqual([['history', 2, 340]]);
}

test('DuckDB, which reads the files of a version one after the other, gets all of that version', async () => {
  await world.sync(config());
  const root = join(world.file.folder, 'lake/history');
  const log = await readLog(openFolderStore(root, join(root, '.x')), '_delta_log');
  const [first = '', second = ''] = [...log.files.keys()].sort();
  const duck = await openDuck();
  const rows = async (name: string) =>
    (
      await duck.runAndReadAll(
        `SELECT count(*), count(*) FILTER (product = 'Other') FROM read_parquet('${join(root, name)}')`,
      )
    ).getRowsJson();
  expect(await rows(first)).toEqual([['310', '0']]);
  await replaceAll();
  expect(await rows(second)).toEqual([['20', '0']]);
  // The last moment of the seven days, and the first after them.
  world.file.world.clock.jump(7 * DAY_MS - 1);
  await world.sync(config());
  expect(await rows(first)).toEqual([['310', '0']]);
  world.file.world.clock.jump(1);
  await world.sync(config());
  await expect(rows(first)).rejects.toThrow(/No files found/);
  duck.closeSync();
});

test('an import that has begun gets all of its version, and is told where that took too long', async () => {
  await world.sync(config());
  await world.onLake(config(), async (_db, place) => {
    const [january, february] = await lakeFiles(place, [TOP_PRODUCTS]);
    const read = async (file: typeof january) =>
      (await text(file?.open() as NodeJS.ReadableStream)).trim().split('\n');
    expect(await read(january)).toHaveLength(310);
    await replaceAll();
    const rows = await read(february);
    expect(rows).toHaveLength(20);
    expect(rows.filter((row) => row.includes('"Other"'))).toEqual([]);

    world.file.world.clock.jump(7 * DAY_MS);
    await world.sync(config());
    await expect(read(february)).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining('month=2026-02'),
      hint: expect.stringContaining('the same command takes the rest'),
    });
  });
});
