// A month that goes on: what its file takes over from the one before, and what it must not.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileMetaData } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolderStore } from '../../../src/history/export/file-store.ts';
import { exportFolder } from '../../../src/history/export/folder.ts';
import { readLog } from '../../../src/history/export/log.ts';
import { openBase } from '../../../src/history/export/take-over.ts';
import type { Target } from '../../../src/history/export/target.ts';
import { openParquet } from '../../../src/history/export/write-parquet.ts';
import { readFooter } from '../../../src/history/lake/stats.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { EXPORT_VIEWS, fileColumns, type ExportView } from '../../../src/store/export/views.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt, fetchedList } from '../../support/world.ts';
import { exportedRows, liveFiles } from './read-export.ts';

let file: HistoryFile;
let folder: string;
beforeEach(() => {
  file = makeHistoryFile();
  folder = join(file.folder, 'lake');
});
afterEach(() => file.close());

const run = (view: ExportView = 'history', to = folder, now = file.world.clock.now()) =>
  exportFolder(
    file.world.db.raw,
    { view, list: TOP_PRODUCTS, watches: null, sinceAt: null, untilAt: null },
    {
      folder: to,
      format: 'parquet',
      full: false,
      onMonth: () => {},
      now: () => now,
      signal: new AbortController().signal,
    },
  );

/** Takes a day, and syncs. */
async function nextDay(day: number, view: ExportView = 'history'): Promise<void> {
  await takeDays(file.world, 1, { from: day });
  await run(view);
}

/** The one file of a month, and what its footer says. */
function monthFile(view: ExportView = 'history', month = '2026-01') {
  const [name = '', ...others] = liveFiles(folder, view, 'parquet').filter((path) =>
    path.includes(`month=${month}/`),
  );
  expect(others).toEqual([]);
  const path = join(folder, view, name);
  return { path, bytes: readFileSync(path), footer: readFooter(path) };
}

const rowsOf = ({ row_groups: groups }: FileMetaData): number[] =>
  groups.map(({ num_rows: rows }) => Number(rows));

async function rowsAsOnce(view: ExportView): Promise<void> {
  const other = join(file.folder, 'once');
  rmSync(other, { recursive: true, force: true });
  await run(view, other);
  expect(await exportedRows(folder, view, 'parquet')).toEqual(
    await exportedRows(other, view, 'parquet'),
  );
}

test('a month taken day by day takes the groups before over byte for byte, with what is said of them', async () => {
  await takeDays(file.world, 2);
  await run();
  let before = monthFile();
  for (let day = 2; day < 9; day++) {
    await nextDay(day);
    const now = monthFile();
    const same = now.footer.row_groups.filter((group, at) => {
      const [columns] = group.columns;
      return columns?.file_offset === before.footer.row_groups[at]?.columns[0]?.file_offset;
    });
    const taken = same.filter(
      (group, at) => group.num_rows === before.footer.row_groups[at]?.num_rows,
    );
    expect(taken).toEqual(before.footer.row_groups.slice(0, taken.length));
    const end = taken.reduce((sum, group) => sum + Number(group.total_compressed_size), 4);
    expect(now.bytes.subarray(0, end)).toEqual(before.bytes.subarray(0, end));
    expect(rowsOf(now.footer).reduce((sum, rows) => sum + rows)).toBe((day + 1) * 40);
    before = now;
  }
  expect(rowsOf(before.footer)).toEqual([8 * 40, 40]);
});

test.each(EXPORT_VIEWS)(
  '%s that grew day by day have the rows of one that was written at once, whatever happened',
  async (view) => {
    for (let day = 0; day < 9; day++) await nextDay(day, view);
    // One that came in late, one in which a product is renamed, and one that stands between.
    await file.world.pass(dayAt(5) + 1, fetchedList(['p1', 'late']), { origin: 'import' });
    await run(view);
    await file.world.pass(dayAt(9), fetchedList([{ id: 'd4-0', name: 'Another name' }, 'p2']));
    await run(view);
    await rowsAsOnce(view);
    for (let day = 10; day < 13; day++) await nextDay(day, view);
    await rowsAsOnce(view);
  },
);

test('what was before a product that is renamed stays as it is', async () => {
  for (let day = 0; day < 9; day++) await nextDay(day);
  const { bytes, footer } = monthFile();
  const [first] = footer.row_groups;
  // It was first seen on the ninth day, in the second group.
  await file.world.pass(dayAt(9), fetchedList([{ id: 'd8-0', name: 'Another name' }]));
  await run();
  const end = 4 + Number(first?.total_compressed_size);
  expect(monthFile().bytes.subarray(0, end)).toEqual(bytes.subarray(0, end));
  await rowsAsOnce('history');
  // This one was there from the first day on.
  await file.world.pass(dayAt(10), fetchedList([{ id: 'p1', name: 'Another name, too' }]));
  await run();
  expect(rowsOf(monthFile().footer)).toHaveLength(1);
  await rowsAsOnce('history');
});

test('nothing of a file is taken over that a disk changed: all comes from the database', async () => {
  for (let day = 0; day < 9; day++) await nextDay(day);
  const { path, bytes } = monthFile();
  bytes[200] = (bytes[200] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  await nextDay(9);
  expect(rowsOf(monthFile().footer)).toEqual([400]);
  await rowsAsOnce('history');
});

test('nothing is taken over of a file with other columns, or of unknown groups; else all, byte for byte', async () => {
  for (let day = 0; day < 9; day++) await nextDay(day);
  const store = openFolderStore(join(folder, 'history'), join(file.folder, 'scratch'));
  const log = await readLog(store, '_delta_log');
  const [known] = [...log.files.values()];
  if (known === undefined) throw new Error('no file');
  const columns = fileColumns('history', TOP_PRODUCTS, 'parquet');
  const constants = ['list', 'month'].map((name) => ({ name, value: '' }));
  const parts = [...known.units].map(([key, state]) => ({
    ...state,
    key,
    isSame: true,
    path: known.path,
  }));
  const open = (own = columns, files = [known]) =>
    openBase(
      { store, columns: own, format: 'parquet' } as unknown as Target,
      constants,
      parts,
      files,
    );
  const base = await open();
  expect(base).toMatchObject({ units: 9 });
  const same = join(file.folder, 'same');
  openParquet(same, columns, constants, base?.taken).finish();
  expect(readFileSync(same)).toEqual(monthFile().bytes);
  expect(await open(columns.slice(1))).toBeNull();
  const retyped = columns.map((column) => ({ ...column, kind: 'text' as const }));
  expect(await open(retyped)).toBeNull();
  const without = (tag: string) => ({
    ...known,
    add: {
      ...known.add,
      tags: Object.fromEntries(Object.entries(known.add.tags).filter(([name]) => name !== tag)),
    },
  });
  expect(await open(columns, [without('tidemark.groups')])).toBeNull();
  expect(await open(columns, [without('tidemark.sha256')])).toBeNull();
  expect(await open(columns, [known, known])).toBeNull();
});

test('a month that grew is written whole once, within four weeks after its end', async () => {
  for (let day = 0; day < 32; day++) await nextDay(day);
  const grown = monthFile();
  expect(rowsOf(grown.footer).length).toBeGreaterThan(2);
  const end = Date.UTC(2026, 1, 1);
  const written: number[] = [];
  for (let day = 0; day < 40; day++)
    if ((await run('history', folder, end + day * DAY_MS)).written > 0) written.push(day);
  expect(written.map((day) => day < 28)).toEqual([true]);
  expect(rowsOf(monthFile().footer)).toEqual([31 * 40]);
  expect(monthFile().bytes.length).toBeLessThan(grown.bytes.length * 0.7);
  await rowsAsOnce('history');
});
