// Two databases with watches of their own write into one lake, and their old history leaves for it:
// nothing is lost, nothing is twice, and each confirms its own alone.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLake } from '../../../src/history/lake/open-lake.ts';
import { lakeFiles } from '../../../src/history/lake/read-lake.ts';
import type { LakeConfig } from '../../../src/config/config.ts';
import { makeSecret } from '../../../src/lib/secret.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from '../../backup/s3-server.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { makeWatch } from '../../support/world.ts';
import { historyRows, importInto } from './import-lake.ts';
import { days, lakeAt, sync, thin, verify } from './tiers-world.ts';

const DAYS = 70;
const MORE = 4;
const LAST = DAYS + MORE - 1;
/** Of the last 60 days all stay, and the list before. */
const FIRST = LAST - 61;
const WATCHES = { us: makeWatch(), gb: makeWatch({ name: 'gb-daily', region: 'GB' }) };

let s3: S3Server;
let lake: LakeConfig;
let us: HistoryFile;
let gb: HistoryFile;
/** What both have seen, in a database that nothing leaves. */
let all: HistoryFile;
const open: HistoryFile[] = [];
const fileOf = (...watches: (keyof typeof WATCHES)[]): HistoryFile => {
  const file = makeHistoryFile({ rules: [], watches: watches.map((name) => WATCHES[name]) });
  open.push(file);
  return file;
};
async function take(count: number, from: number): Promise<void> {
  for (let day = from; day < from + count; day++) {
    await takeDays(us.world, 1, { from: day, count: 10 });
    await takeDays(gb.world, 1, { from: day, count: 12 });
    await takeDays(all.world, 1, { from: day, count: 10 });
    await takeDays(all.world, 1, { from: day, count: 12, watch: 'gb-daily' });
  }
}
beforeEach(async () => {
  s3 = await startS3();
  us = fileOf('us');
  gb = fileOf('gb');
  all = fileOf('us', 'gb');
  const to = {
    kind: 's3',
    bucket: 'bucket',
    prefix: 'lake',
    endpoint: s3.url,
    region: 'eu-1',
    accessKeyId: KEY_ID,
    secretAccessKey: makeSecret(SECRET),
  } as const;
  lake = { ...lakeAt(us), to };
});
afterEach(async () => {
  for (const file of open.splice(0)) file.close();
  await s3.close();
});

/** The lake, read into an empty database. */
async function readBack(): Promise<HistoryFile> {
  const into = fileOf('us', 'gb');
  const place = await openLake(lake, into.path, into.world.clock, false);
  await importInto(into, await lakeFiles(place, [TOP_PRODUCTS]), all.world.clock.now());
  return into;
}

/** The watches that a database has confirmed files of, and those of which something left. */
const watchesIn = ({ world }: HistoryFile): unknown[] =>
  ['lake_months', 'lake_snapshots'].map((table) =>
    world.db.raw
      .prepare(`SELECT DISTINCT w.name FROM ${table} t JOIN watches w ON w.id = t.watch_id`)
      .pluck()
      .all(),
  );

test('both sync and thin at once, day by day', async () => {
  // No version is ever written over.
  const overwritten: string[] = [];
  const set = s3.objects.set.bind(s3.objects);
  s3.objects.set = (name, bytes) => {
    if (/_delta_log\/\d+\.json$/.test(name) && s3.objects.has(name)) overwritten.push(name);
    return set(name, bytes);
  };
  await take(DAYS, 0);
  await Promise.all([sync(us, lake), sync(gb, lake)]);
  for (let day = DAYS; day <= LAST; day++) {
    await take(1, day);
    await Promise.all([
      ...[us, gb].map((file) => sync(file, lake)),
      ...[us, gb].map((file) => thin(file, day, { lake })),
    ]);
  }
  // They met: a version that one wanted was there already.
  const versions = s3.requests.filter((line) => /^PUT .*_delta_log\/0.*json/.test(line));
  expect(versions.length).toBeGreaterThan(new Set(versions).size);
  expect(overwritten).toEqual([]);

  for (const [file, name] of [
    [us, 'us-daily'],
    [gb, 'gb-daily'],
  ] as const) {
    await sync(file, lake);
    const found = await thin(file, LAST, { lake });
    expect(found?.held).toEqual([]);
    expect(days(file)[0]).toBe(FIRST);
    expect(watchesIn(file)).toEqual([[name], [name]]);
    const months = await verify(file, lake);
    expect(months.filter(({ problem, behind }) => problem !== null || behind > 0)).toEqual([]);
    // What another database has written is only there.
    const others = months.filter(({ watch, table }) => watch !== name && table === 'history');
    expect(others.map(({ confirmed }) => confirmed)).toEqual([0, 0, 0]);
    expect(others.reduce((sum, { only }) => sum + only, 0)).toBe(LAST + 1);
    expect(watchesIn(file)).toEqual([[name], [name]]);
    expect((await sync(file, lake)).map(([, rows]) => rows)).toEqual([0, 0, 0]);
  }
  const back = await readBack();
  for (const view of ['history', 'changes'] as const)
    expect(historyRows(back, view)).toEqual(historyRows(all, view));
}, 60_000);

test('in a store that ignores If-None-Match the second is refused, and nothing leaves it', async () => {
  s3.isConditional = false;
  await take(DAYS, 0);
  await sync(us, lake);
  await expect(sync(gb, lake)).rejects.toMatchObject({
    message: expect.stringContaining('cannot keep two writers apart'),
  });
  const [mine, theirs] = await Promise.all([us, gb].map((file) => thin(file, DAYS - 1, { lake })));
  expect(mine).toMatchObject({ watches: [{ watch: 'us-daily', snapshots: DAYS - 62 }], held: [] });
  expect(theirs).toMatchObject({
    watches: [],
    held: [
      {
        reason: 'the lake does not have watch=gb-daily/month=2026-01 as it is now',
        snapshots: DAYS - 62,
      },
    ],
  });
  await sync(us, lake);
  expect((await verify(us, lake)).filter(({ problem }) => problem !== null)).toEqual([]);
  const back = await readBack();
  expect(historyRows(back, 'history')).toEqual(
    historyRows(all, 'history').filter((row) => row['watch'] === 'us-daily'),
  );
}, 60_000);
