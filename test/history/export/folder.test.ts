import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportFolder, type FolderOptions } from '../../../src/history/export/folder.ts';
import type { Selection } from '../../../src/history/export/partitions.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt, fetchedList } from '../../support/world.ts';

let file: HistoryFile;
let folder: string;
beforeEach(async () => {
  file = makeHistoryFile();
  folder = join(file.folder, 'export');
  await takeDays(file.world, 40);
});
afterEach(() => file.close());

const run = (selection: Partial<Selection> = {}, options: Partial<FolderOptions> = {}) =>
  exportFolder(
    file.world.db.raw,
    { view: 'history', watches: null, sinceAt: null, untilAt: null, ...selection },
    {
      folder,
      format: 'csv',
      full: false,
      onPartition: () => {},
      signal: new AbortController().signal,
      ...options,
    },
  );

/** Every file with its content. */
const contents = (view = 'history') =>
  Object.fromEntries(
    readdirSync(join(folder, view), { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, view, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, view, name)).toString('base64')]),
  );

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
/** Months whose files were written since they were made old. */
function writtenMonths(view = 'history') {
  return readdirSync(join(folder, view), { recursive: true })
    .map(String)
    .filter(
      (name) => name.endsWith('data.csv') && statSync(join(folder, view, name)).mtime > LONG_AGO,
    )
    .map((name) => /month=(.*)\//.exec(name)?.[1])
    .sort();
}
function makeOld(view = 'history') {
  for (const name of readdirSync(join(folder, view), { recursive: true }).map(String))
    utimesSync(join(folder, view, name), LONG_AGO, LONG_AGO);
}

describe('an export into a folder', () => {
  test('writes only the months that changed', async () => {
    expect(await run()).toMatchObject({ written: 2, rows: 1_600, unchanged: 0 });
    makeOld();
    expect(await run()).toMatchObject({ written: 0, rows: 0, unchanged: 2 });
    await takeDays(file.world, 1, { from: 40 });
    expect(await run()).toMatchObject({ written: 1, rows: 400, unchanged: 1 });
    expect(writtenMonths()).toEqual(['2026-02']);
  });

  test.each(['history', 'changes'] as const)(
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
      const grown = contents(view);
      rmSync(folder, { recursive: true });
      await run({ view });
      expect(grown).toEqual(contents(view));
    },
  );

  test('of changes writes the month after again, when what it is compared with changed', async () => {
    await run({ view: 'changes' });
    makeOld('changes');
    const { raw } = file.world.db;
    raw.exec(
      "UPDATE snapshots SET status = 'partial', reason = 'by hand' WHERE slot_at = (SELECT max(slot_at) FROM snapshots WHERE slot_at < unixepoch('2026-02-01') * 1000)",
    );
    await run({ view: 'changes' });
    expect(writtenMonths('changes')).toEqual(['2026-01', '2026-02']);
  });

  test('of alerts writes a month again when an alert of it resolved', async () => {
    await run({ view: 'alerts' });
    makeOld('alerts');
    expect(await run({ view: 'alerts' })).toMatchObject({ written: 0 });
    file.world.db.raw.exec(
      "UPDATE alerts SET resolved_at = 1, resolved_reason = 'cleared', resolved_slot_at = 1 WHERE id = (SELECT min(id) FROM alerts WHERE resolved_at IS NULL AND slot_at >= unixepoch('2026-02-01') * 1000)",
    );
    await run({ view: 'alerts' });
    expect(writtenMonths('alerts')).toEqual(['2026-02']);
  });

  test('keeps a file that has more snapshots than the database still has, and says so', async () => {
    await run();
    makeOld();
    const { raw } = file.world.db;
    raw.exec(
      'PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id = 3; DELETE FROM snapshots WHERE id = 3; PRAGMA foreign_keys = ON',
    );
    expect(await run()).toMatchObject({
      written: 0,
      unchanged: 1,
      kept: [{ name: 'watch=us-daily/month=2026-01', fresh: 0 }],
    });
    expect(writtenMonths()).toEqual([]);
    expect(await run({}, { full: true })).toMatchObject({ written: 2, kept: [] });
  });

  test('keeps such a file also when its columns are those of another version, and writes the others anew', async () => {
    await run();
    const path = join(folder, 'history', '_manifest.csv.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { columns: unknown[] };
    writeFileSync(path, JSON.stringify({ ...manifest, columns: manifest.columns.slice(1) }));
    file.world.db.raw.exec(
      'PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id = 3; DELETE FROM snapshots WHERE id = 3; PRAGMA foreign_keys = ON',
    );
    makeOld();
    expect(await run()).toMatchObject({
      written: 1,
      kept: [{ name: 'watch=us-daily/month=2026-01', fresh: 0 }],
    });
    expect(writtenMonths()).toEqual(['2026-02']);
    writeFileSync(path, '{"columns": []}');
    expect(await run()).toMatchObject({ written: 2, kept: [] });
  });

  test('puts what is new in a month that was thinned meanwhile beside its file, so that nothing is lost and nothing is missing', async () => {
    await run();
    const { raw } = file.world.db;
    raw.exec(
      'PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id = 33; DELETE FROM snapshots WHERE id = 33; PRAGMA foreign_keys = ON',
    );
    await takeDays(file.world, 2, { from: 40 });
    const name = 'watch=us-daily/month=2026-02';
    expect(await run()).toMatchObject({
      written: 1,
      rows: 80,
      unchanged: 1,
      kept: [{ name, fresh: 2 }],
    });
    expect(await run()).toMatchObject({ written: 0, unchanged: 2, kept: [] });
    await takeDays(file.world, 1, { from: 42 });
    expect(await run()).toMatchObject({ written: 1, rows: 40, kept: [{ name, fresh: 1 }] });
    const files = () => readdirSync(join(folder, 'history', name)).sort();
    const slots = new Set(
      files().flatMap((part) =>
        parse<Record<string, string>>(readFileSync(join(folder, 'history', name, part)), {
          columns: true,
        }).map((row) => row['slot_at']),
      ),
    );
    expect(files()).toHaveLength(3);
    expect([...slots].sort()).toEqual(
      Array.from({ length: 12 }, (_, day) => new Date(dayAt(31 + day)).toISOString()),
    );
    // All of it again: what is in the database, in one file.
    await run({}, { full: true });
    expect(files()).toEqual(['data.csv']);
  });

  test('writes a lost or foreign file again, and needs no manifest', async () => {
    await run();
    const whole = contents();
    rmSync(join(folder, 'history', 'watch=us-daily', 'month=2026-01', 'data.csv'));
    expect(await run()).toMatchObject({ written: 1, unchanged: 1 });
    writeFileSync(join(folder, 'history', '_manifest.csv.json'), 'not json');
    expect(await run()).toMatchObject({ written: 2 });
    expect(contents()).toEqual(whole);
  });

  test('takes only the watches and slots asked for', async () => {
    expect(await run({ watches: ['none'] })).toMatchObject({ written: 0 });
    expect(await run({ sinceAt: dayAt(3), untilAt: dayAt(5) })).toMatchObject({
      written: 1,
      rows: 80,
    });
    const rows: Record<string, string>[] = parse(
      readFileSync(join(folder, 'history', 'watch=us-daily', 'month=2026-01', 'data.csv')),
      { columns: true },
    );
    expect([...new Set(rows.map((row) => row['slot_at']))]).toEqual([
      '2026-01-04T06:00:00.000Z',
      '2026-01-05T06:00:00.000Z',
    ]);
    expect(rows.slice(0, 3).map((row) => row['rank'])).toEqual(['1', '2', '3']);
  });

  test('that was stopped goes on where it was', async () => {
    const stop = new AbortController();
    expect(await run({}, { signal: stop.signal, onPartition: () => stop.abort() })).toMatchObject({
      written: 1,
    });
    expect(await run()).toMatchObject({ written: 1, unchanged: 1 });
  });

  test('leaves no temporary files, and none that readers of the layout would take for data', async () => {
    mkdirSync(join(folder, 'history', 'watch=us-daily', 'month=2026-01'), { recursive: true });
    writeFileSync(
      join(folder, 'history', 'watch=us-daily', 'month=2026-01', '.data.csv.tmp'),
      'left by a crash',
    );
    writeFileSync(
      join(folder, 'history', 'watch=us-daily', 'month=2026-01', '.data.csv.99999999.tmp'),
      'half',
    );
    await run();
    expect(readdirSync(join(folder, 'history'), { recursive: true }).map(String).sort()).toEqual([
      '_manifest.csv.json',
      'watch=us-daily',
      'watch=us-daily/month=2026-01',
      'watch=us-daily/month=2026-01/data.csv',
      'watch=us-daily/month=2026-02',
      'watch=us-daily/month=2026-02/data.csv',
    ]);
  });
});
