import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { DAY_MS, systemClock } from '../../../src/lib/clock.ts';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import type { FolderOptions } from '../../../src/history/export/export-watch.ts';
import { openFolderStore } from '../../../src/history/export/file-store.ts';
import { exportFolder } from '../../../src/history/export/folder.ts';
import { removeLeftovers } from '../../../src/history/export/leftovers.ts';
import { EMPTY_LOG } from '../../../src/history/export/log-state.ts';
import type { Selection } from '../../../src/store/export/selection.ts';
import type { Target } from '../../../src/history/export/target.ts';
import type { ExportView } from '../../../src/store/export/views.ts';
import { thinHistory } from '../../../src/store/snapshots/thin.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt, fetchedList, makeWatch } from '../../support/world.ts';
import { exportedRows, liveFiles } from './read-export.ts';

let seed: HistoryFile;
let file: HistoryFile;
let folder: string;
beforeAll(async () => {
  seed = makeHistoryFile();
  await takeDays(seed.world, 40);
  seed.world.db.raw.exec(`VACUUM INTO '${seed.folder}/seed.db'`);
});
afterAll(() => seed.close());
beforeEach(() => {
  file = makeHistoryFile({}, join(seed.folder, 'seed.db'));
  folder = join(file.folder, 'export');
});
afterEach(() => file.close());

/** On a connection of its own, as the command has it. */
async function run(selection: Partial<Selection> = {}, options: Partial<FolderOptions> = {}) {
  const db = new Database(file.path, { readonly: true });
  try {
    return await exportFolder(
      db,
      {
        view: 'history',
        list: TOP_PRODUCTS,
        watches: null,
        sinceAt: null,
        untilAt: null,
        ...selection,
      },
      {
        folder,
        format: 'csv',
        full: false,
        onMonth: () => {},
        signal: new AbortController().signal,
        now: () => file.world.clock.now(),
        ...options,
      },
    );
  } finally {
    db.close();
  }
}

const rows = (view: ExportView = 'history') => exportedRows(folder, view, 'csv');
const files = (view: ExportView = 'history') => liveFiles(folder, view, 'csv');
/** What the database has, as the export shows it. */
async function wanted(view: ExportView = 'history') {
  const other = join(file.folder, 'wanted');
  rmSync(other, { recursive: true, force: true });
  await run({ view }, { folder: other });
  return exportedRows(other, view, 'csv');
}

/** All data files on the disk, whether the log names them or not. */
const onDisk = (view: ExportView = 'history') =>
  readdirSync(join(folder, view), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.csv'))
    .sort();
const monthsOf = (names: readonly string[]) =>
  names.map((name) => /month=([^/]*)/.exec(name)?.[1]).sort();

const JANUARY = 'watch=us-daily/month=2026-01';
const FEBRUARY = 'watch=us-daily/month=2026-02';

/** Deletes snapshots by day, as retention does. */
function prune(...days: number[]) {
  const { raw } = file.world.db;
  raw.pragma('foreign_keys = OFF');
  for (const day of days) {
    raw.exec(`DELETE FROM observations
      WHERE snapshot_id IN (SELECT id FROM snapshots WHERE slot_at = ${dayAt(day)});
      DELETE FROM snapshots WHERE slot_at = ${dayAt(day)}`);
  }
  raw.pragma('foreign_keys = ON');
}

const slotOf = (row: Record<string, string>) => row['slot_at'] ?? '';
const iso = (day: number) => new Date(dayAt(day)).toISOString();

describe('an export into a folder', () => {
  test('writes only the months that changed, each into a file of a new name', async () => {
    expect(await run()).toMatchObject({ written: 2, rows: 1_600, unchanged: 0 });
    const first = files();
    expect(await run()).toMatchObject({ written: 0, rows: 0, unchanged: 2 });
    expect(files()).toEqual(first);
    await takeDays(file.world, 1, { from: 40 });
    expect(await run()).toMatchObject({ written: 1, rows: 400, unchanged: 1 });
    expect(files().filter((name) => first.includes(name))).toHaveLength(1);
    expect(monthsOf(files())).toEqual(['2026-01', '2026-02']);
    expect(onDisk()).toEqual(files());
    expect(rows()).toEqual(await wanted());
  });

  test.each(['history', 'changes', 'alerts'] as const)(
    'of %s is afterwards what a first export would be, whatever happened in between',
    async (view) => {
      await run({ view });
      await takeDays(file.world, 2, { from: 40 });
      // A product is renamed, in all its rows.
      await file.world.pass(
        dayAt(42),
        fetchedList([
          { id: 'p1', name: 'Another name' },
          ...Array.from({ length: 39 }, (_, index) => `p${index + 40}`),
        ]),
      );
      await run({ view });
      expect(rows(view)).toEqual(await wanted(view));
    },
  );

  test('of changes writes the month after again, when what it is compared with changed', async () => {
    await run({ view: 'changes' });
    const before = files('changes');
    const { raw } = file.world.db;
    raw.exec(
      `UPDATE snapshots SET status = 'partial', reason = 'by hand' WHERE slot_at = ${dayAt(30)}`,
    );
    await run({ view: 'changes' });
    expect(files('changes').filter((name) => before.includes(name))).toEqual([]);
    expect(rows('changes')).toEqual(await wanted('changes'));
  });

  test('knows the names also of products that are on no list but one that was set aside', async () => {
    const { raw } = file.world.db;
    raw.exec(
      `UPDATE snapshots SET status = 'suspect', reason = 'by hand' WHERE slot_at = ${dayAt(35)};
      DELETE FROM product_records
      WHERE product_id = (SELECT id FROM products WHERE upstream_id = 'd35-0')`,
    );
    await run();
    raw.exec("UPDATE products SET name = 'Another name' WHERE upstream_id = 'd35-0'");
    expect(await run()).toMatchObject({ written: 1, unchanged: 1 });
    expect(rows()).toEqual(await wanted());
  });

  test('has the names of the moment in which it reads a watch, and mends the others the next time', async () => {
    file.world.configure({
      watches: [makeWatch(), makeWatch({ name: 'later', region: 'GB' })].reverse(),
    });
    await takeDays(file.world, 2, { watch: 'later' });
    let months = 0;
    const onMonth = () => {
      // That of `later` comes first, and is under way.
      if (++months === 1)
        file.world.db.raw.exec(
          "UPDATE products SET name = 'Another name' WHERE upstream_id = 'p1'",
        );
    };
    await run({}, { onMonth });
    const named = () =>
      rows()
        .filter(({ product_id: id }) => id === 'p1')
        .map(({ watch, product }) => `${watch} ${product}`);
    expect(new Set(named())).toEqual(new Set(['later Product p1', 'us-daily Another name']));
    expect(await run()).toMatchObject({ written: 1 });
    expect(new Set(named())).toEqual(new Set(['later Another name', 'us-daily Another name']));
    expect(rows()).toEqual(await wanted());
  });

  test('of alerts writes a month again when an alert of it resolved', async () => {
    await run({ view: 'alerts' });
    const before = files('alerts');
    expect(await run({ view: 'alerts' })).toMatchObject({ written: 0 });
    file.world.db.raw.exec(
      `UPDATE alerts SET resolved_at = 1, resolved_reason = 'cleared', resolved_slot_at = 1
      WHERE id = (SELECT min(id) FROM alerts WHERE resolved_at IS NULL AND slot_at >= ${dayAt(31)})`,
    );
    await run({ view: 'alerts' });
    expect(monthsOf(files('alerts').filter((name) => !before.includes(name)))).toEqual(['2026-02']);
    expect(rows('alerts')).toEqual(await wanted('alerts'));
  });

  test('writes a lost file again, and forgets what only it had', async () => {
    await run();
    const whole = rows();
    rmSync(join(folder, 'history', files()[0] ?? ''));
    prune(2);
    expect(await run()).toMatchObject({ written: 1, unchanged: 1, kept: [] });
    expect(rows()).toEqual(whole.filter((row) => slotOf(row) !== iso(2)));
  });

  test('writes a file again that is not as it was written', async () => {
    await run();
    writeFileSync(join(folder, 'history', files()[1] ?? ''), 'slot_at\n');
    expect(await run()).toMatchObject({ written: 1, unchanged: 1 });
    expect(rows()).toEqual(await wanted());
  });

  test('takes only the watches and slots asked for, and leaves the others of a month alone', async () => {
    expect(await run({ watches: ['none'] })).toMatchObject({ written: 0 });
    const few = { sinceAt: dayAt(3), untilAt: dayAt(5) };
    expect(await run(few)).toMatchObject({ written: 1, rows: 80 });
    expect([...new Set(rows().map(slotOf))]).toEqual([iso(3), iso(4)]);
    expect(
      rows()
        .slice(0, 3)
        .map((row) => row['rank']),
    ).toEqual(['1', '2', '3']);
    await run();
    expect(await run({ ...few }, { full: true })).toMatchObject({ written: 1 });
    expect(rows()).toEqual(await wanted());
  });

  test('that was stopped goes on where it was', async () => {
    const stop = new AbortController();
    expect(await run({}, { signal: stop.signal, onMonth: () => stop.abort() })).toMatchObject({
      written: 1,
    });
    expect(await run()).toMatchObject({ written: 1, unchanged: 1 });
    expect(rows()).toEqual(await wanted());
  });

  test('leaves no temporary files, and none that readers of the layout would take for data', async () => {
    const gone = join(folder, 'history', '.writing-00000000-1-x');
    mkdirSync(gone, { recursive: true });
    await run();
    const names = readdirSync(join(folder, 'history'), { recursive: true }).map(String);
    expect(names.filter((name) => !name.startsWith('.writing-00000000')).sort()).toEqual(
      [
        '_csv_log',
        '_csv_log/00000000000000000000.json',
        '_csv_log/00000000000000000001.json',
        'list=top-products',
        'list=top-products/watch=us-daily',
        ...files().flatMap((name) => [dirname(name), name]),
      ].sort(),
    );
  });
});

test('what another machine has not made whole goes a day after it last wrote', async () => {
  const names = ['.writing-00000000-1-x', '.writing-00000000-1-y'];
  const now = systemClock.now();
  for (const [index, name] of names.entries()) {
    const path = join(folder, 'history', name);
    mkdirSync(path, { recursive: true });
    const at = new Date(now - DAY_MS + (index === 0 ? -1_000 : 60_000));
    utimesSync(path, at, at);
  }
  await run({}, { now: () => now });
  const left = readdirSync(join(folder, 'history'));
  expect(names.map((name) => left.includes(name))).toEqual([false, true]);
});

describe('what only the folder has', () => {
  test('stays, with all that the database still has, in one file', async () => {
    await run();
    prune(2, 33);
    expect(await run()).toMatchObject({
      written: 0,
      unchanged: 2,
      kept: [
        { name: JANUARY, units: 1 },
        { name: FEBRUARY, units: 1 },
      ],
    });
    await takeDays(file.world, 2, { from: 40 });
    expect(await run()).toMatchObject({ written: 1, rows: 440, unchanged: 1 });
    expect(files()).toHaveLength(2);
    expect([...new Set(rows().map(slotOf))]).toEqual(
      Array.from({ length: 42 }, (_, day) => iso(day)),
    );
    expect(rows().filter((row) => ![iso(2), iso(33)].includes(slotOf(row)))).toEqual(
      await wanted(),
    );
  });

  test('stays also when everything is written anew', async () => {
    await run();
    const whole = rows();
    prune(2, 33);
    expect(await run({}, { full: true })).toMatchObject({ written: 2, rows: 1_600 });
    expect(rows()).toEqual(whole);
  });

  test.each(['csv', 'ndjson', 'parquet'] as const)(
    'is the same value for value after it was taken over, in %s',
    async (format) => {
      await run({ view: 'changes' }, { format });
      const before = await exportedRows(folder, 'changes', format);
      prune(3, 4, 5);
      await run({ view: 'changes' }, { format, full: true });
      expect(await exportedRows(folder, 'changes', format)).toEqual(before);
    },
  );

  test('keeps its comparisons when a week over two months is thinned: the first Sunday has its baseline', async () => {
    await run({ view: 'changes' });
    const sunday = (all: Record<string, string>[]) =>
      all.filter((row) => row['slot_at'] === '2026-02-01T06:00:00.000Z');
    const before = sunday(rows('changes'));
    expect(before.filter((row) => row['baseline_at'] === '2026-01-31T06:00:00.000Z')).toHaveLength(
      before.length,
    );
    const whole = rows('changes');
    file.world.db.raw.exec(
      'DELETE FROM notification_alerts; DELETE FROM rule_states; DELETE FROM alerts',
    );
    await thinHistory(file.world.db, Date.parse('2026-02-02T00:00:00Z'), {
      dryRun: false,
      clock: systemClock,
    });
    expect(sunday(await wanted('changes')).every((row) => row['baseline_at'] === '')).toBe(true);
    await run({ view: 'changes' });
    expect(rows('changes')).toEqual(whole);
    await takeDays(file.world, 1, { from: 40 });
    await run({ view: 'changes' });
    expect(sunday(rows('changes'))).toEqual(before);
    expect(rows('changes').length).toBeGreaterThan(whole.length);
  });

  test('is not lost to a prune between the listing and the writing', async () => {
    const january = iso(2);
    let isPruned = false;
    await run(
      {},
      {
        onMonth: () => {
          // Asked for before the first month is written, and after the watch was listed.
          if (!isPruned) prune(2, 3, 33);
          isPruned = true;
        },
      },
    );
    expect(rows().filter((row) => slotOf(row) === january)).toHaveLength(40);
    expect(rows()).toHaveLength(1_600);
    expect(await run()).toMatchObject({ written: 0, unchanged: 2 });
    expect(rows()).toHaveLength(1_600);
  });

  test('is named when it cannot be read, and stays for whoever can mend it', async () => {
    await run({}, { format: 'parquet' });
    prune(2);
    const [name = ''] = liveFiles(folder, 'history', 'parquet');
    const path = join(folder, 'history', name);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 100));
    const report = await run({}, { format: 'parquet' });
    expect(report).toMatchObject({ written: 0, unreadable: [{ name: JANUARY }] });
    expect(report.unreadable[0]?.reason).toContain(name);
    expect(statSync(path).size).toBe(bytes.length - 100);
    writeFileSync(path, bytes);
    expect(await run({}, { format: 'parquet' })).toMatchObject({ written: 0, unreadable: [] });
  });

  test('is not touched when a version of the log is damaged', async () => {
    await run();
    prune(2);
    const whole = onDisk();
    const log = join(folder, 'history', '_csv_log', '00000000000000000001.json');
    writeFileSync(log, readFileSync(log, 'utf8').slice(0, 300));
    await expect(run()).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining(log),
    });
    await expect(run({}, { full: true })).rejects.toMatchObject({ code: 'file_unusable' });
    expect(onDisk()).toEqual(whole);
  });
});

describe('two exports at once', () => {
  test('end with what one would have written', async () => {
    await run();
    await takeDays(file.world, 2, { from: 40 });
    // The second begins when the first has listed its first watch, and both write every month.
    const second: Promise<unknown>[] = [];
    const first = await run(
      {},
      {
        full: true,
        onMonth: () => {
          if (second.length === 0) second.push(run({}, { full: true }));
        },
      },
    );
    await Promise.all(second);
    expect(first.written).toBeGreaterThan(0);
    expect(rows()).toEqual(await wanted());
    await run();
    expect(onDisk()).toEqual(files());
    expect(rows()).toEqual(await wanted());
  });

  test('lose nothing when one of them lists before a prune, and the other after', async () => {
    await run();
    const whole = rows();
    await takeDays(file.world, 1, { from: 40 });
    const results = [run({}, { full: true })];
    prune(2, 3, 33, 34);
    results.push(run({}, { full: true }));
    await Promise.all(results);
    const slots = new Set(rows().map(slotOf));
    expect(slots).toEqual(new Set([...whole.map(slotOf), iso(40)]));
    expect(rows()).toHaveLength(1_640);
  });
});

test('a file whose writer ended well meanwhile is no leftover', async () => {
  await run();
  // The writer of these is a process of this machine that has ended since.
  const [name = ''] = files();
  const log = join(folder, 'history', '_csv_log');
  const dead = name.replace(`-${process.pid}-`, '-99999999-');
  renameSync(join(folder, 'history', name), join(folder, 'history', dead));
  for (const version of readdirSync(log))
    writeFileSync(
      join(log, version),
      readFileSync(join(log, version), 'utf8').replaceAll(basename(name), basename(dead)),
    );
  // What is known of the log is from before its first version.
  const store = openFolderStore(join(folder, 'history'), join(folder, 'history', '.writing'));
  const target = { store, format: 'csv', now: () => 0 } as unknown as Target;
  await removeLeftovers(target, EMPTY_LOG);
  expect(onDisk()).toContain(dead);
  const orphan = join(dirname(dead), basename(dead).replace(/[0-9a-f]{8}\.csv$/, '0000000f.csv'));
  cpSync(join(folder, 'history', dead), join(folder, 'history', orphan));
  await removeLeftovers(target, EMPTY_LOG);
  expect(onDisk()).toEqual(files());
});

describe('what is corrected later', () => {
  test('changes of an import that was not finished are written again when it is', async () => {
    const { raw } = file.world.db;
    const standings = raw
      .prepare('SELECT snapshot_id, product_id, rank_best, slots_on_list, streak FROM observations')
      .all() as Record<string, number>[];
    raw.exec('UPDATE observations SET rank_best = NULL, slots_on_list = NULL, streak = NULL');
    await run({ view: 'changes' });
    expect(rows('changes').every((row) => row['streak'] === '')).toBe(true);
    const restore = raw.prepare(
      `UPDATE observations SET rank_best = @rank_best, slots_on_list = @slots_on_list, streak = @streak
      WHERE snapshot_id = @snapshot_id AND product_id = @product_id`,
    );
    for (const row of standings) restore.run(row);
    expect(await run({ view: 'changes' })).toMatchObject({ written: 2 });
    expect(rows('changes')).toEqual(await wanted('changes'));
  });

  test('alerts of a restored database are exported under ids that others had, which stay', async () => {
    await run({ view: 'alerts' });
    const before = rows('alerts');
    const { raw } = file.world.db;
    // As a restore of an older copy leaves it: the last alert is gone, and another has its id.
    raw.pragma('foreign_keys = OFF');
    const last = raw
      .prepare('SELECT * FROM alerts ORDER BY slot_at DESC, id DESC LIMIT 1')
      .get() as {
      id: number;
      product_id: number;
    };
    raw
      .prepare(
        `UPDATE alerts SET product_id = (SELECT id FROM products p
        WHERE NOT EXISTS (SELECT 1 FROM alerts a WHERE a.product_id = p.id) LIMIT 1) WHERE id = ?`,
      )
      .run(last.id);
    raw.pragma('foreign_keys = ON');
    expect(await run({ view: 'alerts' })).toMatchObject({ written: 1 });
    const after = rows('alerts');
    expect(after).toHaveLength(before.length + 1);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.filter((row) => row['alert_id'] === String(last.id))).toHaveLength(2);
  });
});

describe('a folder of the time before there was a log', () => {
  /** Makes of an export what versions before left: one file a month in its place, and a manifest. */
  function makeOld(view: ExportView, manifest: string) {
    const root = join(folder, view);
    for (const name of liveFiles(folder, view, 'csv')) {
      const place = join(root, dirname(name).replace('list=top-products/', ''), 'data.csv');
      mkdirSync(dirname(place), { recursive: true });
      renameSync(join(root, name), place);
    }
    rmSync(join(root, '_csv_log'), { recursive: true });
    rmSync(join(root, 'list=top-products'), { recursive: true });
    writeFileSync(join(root, '_manifest.csv.json'), manifest);
    writeFileSync(join(root, 'watch=us-daily', 'month=2026-01', '.data.csv.tmp'), 'by a crash');
    writeFileSync(join(root, 'watch=us-daily', 'month=2026-01', '.data.csv.99999999.tmp'), 'half');
  }

  test.each(['{"format":"csv","columns":[],"partitions":{}}', 'not json', ''])(
    'is read once and carried over, whatever its manifest says: %j',
    async (manifest) => {
      await run({ view: 'changes' });
      const whole = rows('changes');
      makeOld('changes', manifest);
      prune(2, 10);
      expect(await run({ view: 'changes' })).toMatchObject({ written: 2, unchanged: 0 });
      expect(rows('changes')).toEqual(whole);
      expect(readdirSync(join(folder, 'changes')).sort()).toEqual([
        '_csv_log',
        'list=top-products',
      ]);
      expect(onDisk('changes')).toEqual(files('changes'));
      expect(await run({ view: 'changes' })).toMatchObject({ written: 0, unchanged: 2 });
    },
  );

  test('is left as it is when one of its files cannot be read', async () => {
    await run();
    makeOld('history', '{}');
    const damaged = join(folder, 'history', 'watch=us-daily', 'month=2026-02', 'data.csv');
    writeFileSync(damaged, 'slot_at,rank\n"2026');
    cpSync(folder, `${folder}-before`, { recursive: true });
    await expect(run()).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining(damaged),
    });
    expect(onDisk()).toEqual([
      'watch=us-daily/month=2026-01/data.csv',
      'watch=us-daily/month=2026-02/data.csv',
    ]);
  });
});

test('a csv file that was exported can be read by anybody', async () => {
  await run();
  const [name = ''] = files();
  const parsed = parse<Record<string, string>>(readFileSync(join(folder, 'history', name)), {
    columns: true,
  });
  expect(parsed).toHaveLength(31 * 40);
});
