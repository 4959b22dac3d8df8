// What is old and in the lake leaves the database, and nothing else does.
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImportedSnapshot } from '../../../src/history/import/terms.ts';
import { openLake } from '../../../src/history/lake/open-lake.ts';
import { lakeFiles } from '../../../src/history/lake/read-lake.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import { thinHistory } from '../../../src/store/snapshots/thin.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { findProducts, productJson, readProduct } from '../../../src/report/product.ts';
import { readThinningNote } from '../../../src/store/file/thinning-note.ts';
import {
  listOfDay,
  makeHistoryFile,
  takeDays,
  type HistoryFile,
} from '../../support/history-file.ts';
import { dayAt, fetchedList, makeRule } from '../../support/world.ts';
import { historyRows, importInto } from './import-lake.ts';
import { days, lakeAt, sync, thin, verify } from './tiers-world.ts';

const DAYS = 100;
/** Of the last 60 days all are kept, and the list before as the baseline of the first. */
const FIRST = 38;
const KEPT = Array.from({ length: DAYS - FIRST }, (_, index) => FIRST + index);
const LAST = DAYS - 1;

// Made once; each test has a copy of its own.
let master: HistoryFile;
let file: HistoryFile;
beforeAll(async () => {
  master = makeHistoryFile({ rules: [] });
  await takeDays(master.world, DAYS, { count: 10 });
}, 60_000);
afterAll(() => master.close());
beforeEach(() => {
  file = copied(master);
});
afterEach(() => file.close());

/** A copy of a database as it is, in a file of its own. */
function copied(of = file): HistoryFile {
  const copy = join(of.folder, `copy-${readdirSync(of.folder).length}.db`);
  of.world.db.raw.exec(`VACUUM INTO '${copy}'`);
  const made = makeHistoryFile({ rules: [] }, copy);
  rmSync(copy);
  made.world.clock.jump(of.world.clock.now() - made.world.clock.now());
  return made;
}

/** All that is said of each product but its history. */
function records({ world }: HistoryFile) {
  const { db, config } = world;
  const ids = db.raw
    .prepare(
      "SELECT upstream_id FROM products WHERE id % 9 = 1 OR upstream_id LIKE 'p%' ORDER BY 1",
    )
    .pluck()
    .all();
  return ids.map((id) => {
    const found = findProducts({ db, config }, 'us-daily', String(id), dayAt(LAST));
    const [product] = found.products;
    if (product === undefined) throw new Error('no product');
    return productJson(readProduct(db, 'us-daily', found.newest, product, 30));
  });
}

async function importLake(from: HistoryFile, into: HistoryFile): Promise<ImportedSnapshot[]> {
  const place = await openLake(lakeAt(from), into.path, into.world.clock, false);
  return importInto(into, await lakeFiles(place, [TOP_PRODUCTS]), from.world.clock.now());
}

describe('thinning for the lake', () => {
  test('takes what is older and verified, says so, and leaves every figure of the rest', async () => {
    const before = copied();
    await sync(file);
    const dry = await thin(file, LAST, { dryRun: true });
    expect(days(file)).toHaveLength(DAYS);
    const { watches, held } = (await thin(file, LAST)) ?? {};
    expect({ watches, held }).toEqual({ watches: dry?.watches, held: dry?.held });
    expect(dry).toMatchObject({
      watches: [{ watch: 'us-daily', snapshots: FIRST, rows: FIRST * 10, fromAt: dayAt(0) }],
      held: [],
    });
    expect(days(file)).toEqual(KEPT);
    expect(file.world.db.raw.pragma('foreign_key_check')).toEqual([]);
    expect(await thin(file, LAST)).toMatchObject({ watches: [], held: [] });

    expect(historyRows(file, 'history', FIRST)).toEqual(historyRows(before, 'history', FIRST));
    expect(historyRows(file, 'changes', FIRST + 1)).toEqual(
      historyRows(before, 'changes', FIRST + 1),
    );
    expect(records(file)).toEqual(records(before));
    // Both go on, and say the same of the next lists.
    for (const one of [file, before]) await takeDays(one.world, 3, { from: DAYS, count: 10 });
    expect(historyRows(file, 'changes', FIRST + 1)).toEqual(
      historyRows(before, 'changes', FIRST + 1),
    );
    expect(records(file)).toEqual(records(before));
    before.close();
  });

  test('is followed by a sync that keeps all of it, and by a verification that finds no difference', async () => {
    await sync(file);
    await thin(file, LAST);
    expect(await sync(file)).toEqual([
      ['history', 0],
      ['changes', 0],
      ['alerts', 0],
    ]);
    // The month that is half in the lake alone is written anew: with a name, all of its lists change.
    file.world.db.raw.exec("UPDATE products SET name = 'Other' WHERE upstream_id = 'p1'");
    await sync(file);
    const months = await verify(file);
    expect(months.map(({ problem, behind }) => [problem, behind])).toEqual(
      months.map(() => [null, 0]),
    );
    expect(months.filter(({ table }) => table === 'history').map(({ only }) => only)).toEqual([
      31, 7, 0, 0,
    ]);
  });

  test('loses nothing: an empty database gets all of it from the lake', async () => {
    const before = copied();
    await sync(file);
    await thin(file, LAST);
    await sync(file);
    const empty = makeHistoryFile({ rules: [] });
    await importLake(file, empty);
    for (const view of ['history', 'changes'] as const)
      expect(historyRows(empty, view)).toEqual(historyRows(before, view));
    empty.close();
    before.close();
  });

  test('knows what left when it is imported again, refuses another list in its place, and takes it back where nothing is thinned', async () => {
    await sync(file);
    const before = records(file);
    await thin(file, LAST);
    const retention = { ...file.world.config.retention, then: 'lake' as const };
    Object.assign(file.world, { config: { ...file.world.config, retention } });
    const again = await importLake(file, file);
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['known']));
    expect(days(file)).toEqual(KEPT);
    const hash = file.world.db.raw.prepare(
      'UPDATE lake_snapshots SET content_hash = ? WHERE id = 3',
    );
    const { content_hash: known } = file.world.db.raw
      .prepare<[], { content_hash: Buffer }>('SELECT content_hash FROM lake_snapshots WHERE id = 3')
      .get() ?? { content_hash: Buffer.alloc(0) };
    hash.run(Buffer.from('another'));
    expect((await importLake(file, file)).filter(({ outcome }) => outcome === 'refused')).toEqual([
      expect.objectContaining({
        slotAt: dayAt(2),
        reason: expect.stringMatching(/holds another list, which is in .*lake$/),
      }),
    ]);
    hash.run(known);
    Object.assign(file.world, {
      config: { ...file.world.config, retention: { ...retention, then: 'weekly' } },
    });
    await importLake(file, file);
    expect(days(file)).toHaveLength(DAYS);
    expect(file.world.db.raw.prepare('SELECT count(*) FROM lake_snapshots').pluck().get()).toBe(0);
    expect(records(file)).toEqual(before);
    // And into the lake again.
    expect(await thin(file, LAST)).toMatchObject({ watches: [{ snapshots: FIRST }], held: [] });
  });

  test('leaves what alerts were decided on', async () => {
    file.world.configure({ rules: [makeRule({ name: 'top', when: "product_id = 'visitor'" })] });
    for (let day = DAYS; day < DAYS + 3; day++)
      await file.world.pass(
        dayAt(day),
        fetchedList([...listOfDay(day, 10), ...(day === DAYS + 1 ? ['visitor'] : [])]),
      );
    await takeDays(file.world, 80, { from: DAYS + 3, count: 10 });
    await sync(file);
    const found = await thin(file, DAYS + 82);
    expect(found).toMatchObject({ watches: [{ keptForAlerts: 2 }], held: [] });
    expect(days(file).slice(0, 3)).toEqual([DAYS, DAYS + 1, DAYS + 21]);
    const months = await verify(file);
    expect(months.map(({ problem, behind }) => [problem, behind])).toEqual(
      months.map(() => [null, 0]),
    );
  });

  test('keeps 29 complete lists of a series however old they are, and what has no rows', async () => {
    const insert = file.world.db.raw.prepare(
      `INSERT INTO snapshots (watch_id, series_id, slot_at, status, reason, origin, interval_ms)
      VALUES (1, 1, ?, 'missed', 'asleep', 'schedule', 86400000)`,
    );
    insert.run(dayAt(2) + 1);
    await sync(file);
    // A second series is all that was taken of late.
    await thin(file, LAST, { allMs: 35 * 86_400_000 });
    expect(days(file).slice(0, 3)).toEqual([2, 63, 64]);
    file.world.configure({ watches: [{ ...file.world.config.watches[0], depth: 9 } as never] });
    await takeDays(file.world, 60, { from: DAYS, count: 9 });
    await sync(file);
    await thin(file, DAYS + 59, { allMs: 35 * 86_400_000 });
    expect(days(file).filter((day) => day < DAYS)).toEqual([
      2,
      ...Array.from({ length: 29 }, (_, index) => DAYS - 29 + index),
    ]);
  });

  test('takes no clock that is ahead for age', async () => {
    await sync(file);
    expect(await thin(file, LAST + 1_000)).toMatchObject({
      watches: [{ snapshots: FIRST, toAt: dayAt(FIRST - 1) }],
    });
  });
});

test('another config in between takes nothing from the lake', async () => {
  await sync(file);
  await thin(file, LAST, { allMs: 80 * DAY_MS });
  expect(days(file)[0]).toBe(18);
  const { db, clock } = file.world;
  await thinHistory(db, dayAt(50), { dryRun: false, clock });
  expect(days(file).slice(0, 6)).toEqual([24, 31, 38, 45, 46, 47]);
  await sync(file);
  await thin(file, LAST);
  expect(days(file)[0]).toBe(38);
  await sync(file);
  const history = (await verify(file)).filter(({ table }) => table === 'history');
  expect(history.map(({ problem, behind }) => [problem, behind])).toEqual(
    history.map(() => [null, 0]),
  );
  expect(history.reduce((sum, { only, confirmed }) => sum + only + confirmed, 0)).toBe(DAYS);
});

test('what a list that came in late changed stays until the lake has it, and what it compares with', async () => {
  await sync(file);
  await file.world.pass(dayAt(10) + 1, fetchedList(listOfDay(777, 10)), { origin: 'import' });
  const found = await thin(file, LAST);
  expect(days(file).slice(0, 4)).toEqual([10, 10, 11, 12]);
  expect(
    found?.held.map(({ reason, snapshots }) => [reason.replace(/^.*lake /, ''), snapshots]),
  ).toEqual([
    ['does not have watch=us-daily/month=2026-01 as it is now', 21],
    ['does not have the changes of watch=us-daily/month=2026-01 as they are now', 1],
    ['does not have watch=us-daily/month=2026-02 as it is now', 7],
  ]);
  await sync(file);
  expect((await thin(file, LAST))?.held).toEqual([]);
  const months = await verify(file);
  expect(months.filter(({ problem, behind }) => problem !== null || behind > 0)).toEqual([]);
});

describe('nothing leaves', () => {
  const heldBy = async (lake = lakeAt(file)) => {
    const before = days(file);
    const found = await thin(file, LAST, { lake });
    expect(days(file)).toEqual(before);
    expect(found?.watches).toEqual([]);
    expect(readThinningNote(file.path)).toMatchObject({ held: found?.held, snapshots: 0 });
    return found?.held.map(({ reason, snapshots }) => [
      reason.replaceAll(file.folder, ''),
      snapshots,
    ]);
  };

  test('while there is no lake yet, and since when that is so is written down', async () => {
    expect(await heldBy()).toEqual([['/lake has no history yet', FIRST]]);
    const since = readThinningNote(file.path)?.heldSinceAt;
    await thin(file, LAST + 5);
    expect(readThinningNote(file.path)).toMatchObject({ at: dayAt(LAST + 5), heldSinceAt: since });
    await sync(file);
    await thin(file, LAST + 6);
    expect(readThinningNote(file.path)).toMatchObject({ heldSinceAt: null, snapshots: FIRST });
  });

  test('while the place of the lake is away', async () => {
    await sync(file);
    const lake = lakeAt(file, 'unmounted/lake');
    expect(await heldBy(lake)).toEqual([['there is no folder /unmounted', FIRST]]);
  });

  test('before the lake has the changes that are made of it', async () => {
    const lake = lakeAt(file);
    await sync(file, { ...lake, views: ['history'] });
    expect(await heldBy()).toEqual([
      ['the lake does not have the changes of watch=us-daily/month=2026-01 as they are now', 31],
      ['the lake does not have the changes of watch=us-daily/month=2026-02 as they are now', 7],
    ]);
    await thin(file, LAST, { lake: { ...lake, views: ['history'] } });
    expect(days(file)).toEqual(KEPT);
  });

  test('of a month in which a value differs, though the log says that they are the same', async () => {
    await sync(file);
    file.world.db.raw.exec(
      'UPDATE observations SET likes = likes + 1 WHERE snapshot_id = 2 AND rank = 1',
    );
    expect((await thin(file, LAST))?.held).toEqual([
      {
        reason: expect.stringMatching(/month=2026-01: 2026-01-02.*likes of row 1 is/),
        snapshots: 31,
      },
    ]);
    expect(days(file).slice(0, 32)).toEqual([...Array.from({ length: 31 }, (_, day) => day), 38]);
  });

  test('that was changed after it was verified', async () => {
    await sync(file);
    await verify(file);
    file.world.db.raw.exec(
      'UPDATE observations SET likes = likes + 1 WHERE snapshot_id = 2 AND rank = 1',
    );
    await thin(file, LAST);
    expect(days(file).slice(0, 2)).toEqual([1, 38]);
  });

  test('of a month whose file was damaged after it was verified', async () => {
    await sync(file);
    await verify(file);
    const folder = join(file.folder, 'lake/history/list=top-products/watch=us-daily/month=2026-01');
    const [name = ''] = readdirSync(folder);
    const path = join(folder, name);
    const bytes = readFileSync(path);
    bytes.fill(0, 100, 200);
    writeFileSync(path, bytes);
    // Its reader of Parquet would never come to an end.
    const january = (await verify(file)).filter(({ problem }) => problem !== null);
    expect(january).toMatchObject([
      { month: '2026-01', problem: expect.stringMatching(/ is damaged: its bytes are not those/) },
    ]);
    const found = await thin(file, LAST);
    expect(found?.held).toMatchObject([
      {
        reason: expect.stringMatching(/month=2026-01.* is not as it was when it was verified/),
        snapshots: 31,
      },
    ]);
  });

  test('while a file of the lake is gone', async () => {
    await sync(file);
    await verify(file);
    const month = join(file.folder, 'lake/history/list=top-products/watch=us-daily/month=2026-01');
    rmSync(month, { recursive: true });
    expect(await heldBy()).toEqual([
      [expect.stringMatching(/^\/lake\/history\/.*month=2026-01.* is gone, or not as/), FIRST],
    ]);
  });

  test('while another lake lacks what left before, or the lake was put back from an older copy', async () => {
    await sync(file);
    await verify(file);
    cpSync(join(file.folder, 'lake'), join(file.folder, 'older'), { recursive: true });
    await thin(file, LAST);
    await takeDays(file.world, 10, { from: DAYS, count: 10 });
    await sync(file, lakeAt(file, 'other'));
    const heldAt = async (lake = lakeAt(file)) =>
      (await thin(file, LAST + 10, { lake }))?.held.map(({ reason }) =>
        reason.replaceAll(file.folder, ''),
      );
    expect(await heldAt(lakeAt(file, 'other'))).toEqual([
      '/other lacks 38 snapshots that left the database before',
    ]);
    await sync(file);
    await verify(file);
    renameSync(join(file.folder, 'lake'), join(file.folder, 'newer'));
    cpSync(join(file.folder, 'older'), join(file.folder, 'lake'), { recursive: true });
    expect(await heldAt()).toEqual([
      expect.stringMatching(
        /^history of \/lake is at version 1, and was verified at 2: it was put/,
      ),
    ]);
    rmSync(join(file.folder, 'lake'), { recursive: true });
    expect(await heldAt()).toEqual(['/lake has no history yet']);
    renameSync(join(file.folder, 'newer'), join(file.folder, 'lake'));
    expect(await heldAt()).toEqual([]);
  });
});

test('a backup from before is thinned again, and holds nothing twice', async () => {
  await sync(file);
  const restored = copied();
  await thin(file, LAST);
  await sync(file);
  // The lake is where the other file's config has it.
  const lake = lakeAt(file);
  await sync(restored, lake);
  expect((await verify(restored, lake)).map(({ problem, only }) => [problem, only])).toEqual(
    Array.from({ length: 8 }, () => [null, 0]),
  );
  await thin(restored, LAST, { lake });
  expect(days(restored)).toEqual(KEPT);
  expect(records(restored)).toEqual(records(file));
  restored.close();
});

test('a verification finds what left, changed in the lake or lost there', async () => {
  await sync(file);
  await thin(file, LAST);
  file.world.db.raw.exec("UPDATE lake_snapshots SET rows_hash = x'00' WHERE id = 3");
  const problems = async () =>
    (await verify(file)).flatMap(({ problem }) => (problem === null ? [] : [problem]));
  expect(await problems()).toEqual([
    '2026-01-03T06:00:00.000Z left the database, and is not here as it was then',
  ]);
  file.world.db.raw.exec(`UPDATE lake_snapshots SET slot_at = slot_at + 1 WHERE id = 3`);
  expect(await problems()).toEqual([
    '2026-01-03T06:00:00.001Z left the database, and is not here (1 in all)',
  ]);
});
