// A lake is written, read back and compared, in a folder and in an S3-compatible store.
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackupTarget } from '../../../src/config/config.ts';
import { commitLog, readLog } from '../../../src/history/export/log.ts';
import { EMPTY_LOG, type Action } from '../../../src/history/export/log-state.ts';
import { makeAdd } from '../../../src/history/export/open-log.ts';
import { openLake } from '../../../src/history/lake/open-lake.ts';
import { lakeFiles } from '../../../src/history/lake/read-lake.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import { makeHistoryFile } from '../../support/history-file.ts';
import { dayAt } from '../../support/world.ts';
import { historyRows, importInto } from './import-lake.ts';
import { makeLakeWorld, type LakeWorld } from './lake-world.ts';

let world: LakeWorld;
beforeEach(async () => {
  world = await makeLakeWorld();
  ({ file, s3, bucket, folder, configOf, onLake, sync, verify, status, newDay } = world);
});
afterEach(() => world.close());
let { file, s3, bucket, folder, configOf, onLake, sync, verify, status, newDay } = {} as LakeWorld;

describe.each<[string, () => BackupTarget, () => string[]]>([
  [
    'a folder',
    () => folder(),
    () => readdirSync(join(file.folder, 'lake'), { recursive: true }).map(String),
  ],
  ['an S3-compatible store', () => bucket(), () => [...s3.objects.keys()]],
])('a lake in %s', (_, target, names) => {
  const parquet = () =>
    names()
      .filter((name) => name.includes('history/list='))
      .filter((name) => name.endsWith('.parquet'));

  test('gets what changed and nothing else, and holds every value of the database', async () => {
    const config = configOf(target());
    expect(await sync(config)).toMatchObject([
      ['history', 2, 330],
      ['changes', 2, expect.any(Number)],
      ['alerts', expect.any(Number), expect.any(Number)],
    ]);
    const months = await verify(config);
    expect(months.map(({ problem }) => problem)).toEqual(months.map(() => null));
    expect(months.filter(({ table }) => table === 'history')).toMatchObject([
      { month: '2026-01', rows: { lake: 310, database: 310 }, confirmed: 31, only: 0, behind: 0 },
      { month: '2026-02', rows: { lake: 20, database: 20 }, sums: { lake: 110, database: 110 } },
    ]);
    expect((await sync(config)).map(([, files]) => files)).toEqual([0, 0, 0]);

    await newDay();
    // With it comes a product, whose name the days since the last new one depend on.
    const [late] = await status(config);
    expect(late).toMatchObject({ table: 'history', rows: 330, files: 2 });
    expect(late?.behind).toBeGreaterThan(0);
    expect((await sync(config))[0]).toEqual(['history', 1, 30]);
    expect((await status(config)).map(({ behind }) => behind)).toEqual([0, 0, 0]);
    expect((await verify(config)).every(({ problem }) => problem === null)).toBe(true);
  });

  test('keeps a file that was replaced for seven days, and its name sorts before the new one', async () => {
    const config = configOf(target(), { views: ['history'] });
    await sync(config);
    const before = parquet().sort();
    await newDay();
    await sync(config);
    const both = parquet().sort();
    expect(both).toHaveLength(3);
    expect(both.slice(0, 2)).toEqual(before);
    file.world.clock.jump(7 * DAY_MS - 1);
    await sync(config);
    expect(parquet()).toHaveLength(3);
    file.world.clock.jump(1);
    await sync(config);
    expect(parquet().sort()).toEqual([both[0], both[2]]);
    // The clock is put back: nothing is lost, and the next name sorts behind all the same.
    file.world.clock.jump(dayAt(3) - file.world.clock.now());
    file.world.db.raw.exec("UPDATE products SET name = 'Other' WHERE upstream_id = 'p1'");
    await sync(config);
    expect(parquet().sort().slice(-1)).not.toEqual(both.slice(-1));
    expect((await verify(config)).every(({ problem }) => problem === null)).toBe(true);
  });

  test('fills an empty database, value for value', async () => {
    const config = configOf(target());
    await sync(config);
    const other = makeHistoryFile();
    try {
      const place = await openLake(config, other.path, other.world.clock, false);
      const files = await lakeFiles(place, [TOP_PRODUCTS]);
      const seen = await importInto(other, files, file.world.clock.now());
      expect(seen.filter(({ outcome }) => outcome !== 'imported')).toEqual([]);
      for (const view of ['history', 'changes'] as const) {
        expect(historyRows(other, view).length).toBeGreaterThan(300);
        expect(historyRows(other, view)).toEqual(historyRows(file, view));
      }
    } finally {
      other.close();
    }
  });

  test('says which value differs, and which file is gone', async () => {
    const config = configOf(target(), { views: ['history'] });
    await sync(config);
    // The database is changed behind the back of its digests.
    file.world.db.raw.exec(
      'UPDATE observations SET likes = likes + 1 WHERE snapshot_id = 2 AND rank = 1',
    );
    expect((await verify(config)).map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^2026-01-02T06:00:00.000Z: likes of row 1 is \d+ in the lake, \d+ in/),
      null,
    ]);
  });
});

describe('a store that', () => {
  test('ignores If-None-Match is written by one database alone, and another one is told', async () => {
    s3.isConditional = false;
    const config = configOf(bucket());
    await sync(config);
    expect(await onLake(config, async (_db, place) => place.isAlone)).toBe(true);
    await expect(sync(config, { database: join(file.folder, 'other.db') })).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining('cannot keep two writers apart'),
    });
    // On another machine a file of the same path, with the same host name, is another database.
    const note = `${file.path}.lake-writer.json`;
    renameSync(note, `${note}.away`);
    await expect(sync(config)).rejects.toMatchObject({ code: 'file_unusable' });
    renameSync(`${note}.away`, note);
    await sync(config);
    s3.isConditional = true;
    expect(await onLake(config, async (_db, place) => place.isAlone)).toBe(false);
  });

  test('is at a private address is refused unless that is allowed', async () => {
    await expect(sync(configOf(bucket(), { allowPrivate: false }))).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining('not public'),
      hint: expect.stringContaining('lake.allow_private'),
    });
    expect(s3.requests).toEqual([]);
  });

  test('answers too late keeps a version that it has taken: it is ours', async () => {
    const config = configOf(bucket());
    await onLake(config, async (_db, place) => {
      const { store } = place.table('history');
      const put = store.putIfAbsent.bind(store);
      expect(await put('_delta_log/x.json', 'ours\n')).toBe(true);
      expect(await put('_delta_log/x.json', 'ours\n')).toBe(true);
      expect(await put('_delta_log/x.json', 'theirs\n')).toBe(false);
    });
  });
});

test('eight writers at one store lose none of two hundred versions', async () => {
  await onLake(configOf(bucket()), async (_db, place) => {
    const { store } = place.table('history');
    const action = (name: string): Action => ({
      add: makeAdd(name, { list: 'l', watch: 'w', month: 'm' }, new Map(), '{}', 1, 1),
    });
    const write = async (writer: number) => {
      let state = EMPTY_LOG;
      for (let count = 0; count < 25; count++) {
        for (;;) {
          const next = await commitLog(store, '_delta_log', state, [action(`${writer}-${count}`)]);
          state = next ?? (await readLog(store, '_delta_log', state));
          if (next !== null) break;
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    const state = await readLog(store, '_delta_log', EMPTY_LOG);
    expect([state.version, state.files.size]).toEqual([199, 200]);
  });
});
