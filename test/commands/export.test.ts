import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text as readStream } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runExport, type ExportArgs } from '../../src/commands/history/export.ts';
import type { ExportStreams } from '../../src/commands/history/export-text.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 40);
});
afterEach(() => file.close());

/** What is printed goes to `stdout`, as in the program. */
async function run(
  args: Partial<ExportArgs>,
  stdout: ExportStreams['stdout'] = new PassThrough(),
  stop: AbortSignal = new AbortController().signal,
) {
  const io = memoryIo({ cwd: file.folder, stdout: (text) => void stdout.write(text) });
  const code = await runExport(io, { database: 'tidemark.db', ...args }, { stdout, stop });
  return { code, err: io.err };
}

/** A reader that takes one piece at a time, and none before the one before is settled. */
function slowReader(
  onPiece: (pieces: number, stream: Writable) => void = () => {},
): Writable & { pieces: () => number; mostListeners: () => number } {
  let pieces = 0;
  let most = 0;
  const stream = new Writable({
    highWaterMark: 1,
    write(_, __, done) {
      pieces += 1;
      most = Math.max(
        most,
        ...['drain', 'close', 'error'].map((event) => stream.listenerCount(event)),
      );
      onPiece(pieces, stream);
      setImmediate(done);
    },
  });
  return Object.assign(stream, { pieces: () => pieces, mostListeners: () => most });
}

describe('an export to stdout', () => {
  test('waits for a slow reader without piling anything up', async () => {
    const reader = slowReader();
    expect(await run({ view: 'changes' }, reader)).toEqual({ code: 0, err: '' });
    expect(reader.pieces()).toBeGreaterThan(10);
    expect(reader.mostListeners()).toBeLessThan(4);
  });

  test('ends without a word when its reader has seen enough', async () => {
    const reader = slowReader((_, stream) => stream.destroy());
    expect(await run({ view: 'changes' }, reader)).toEqual({ code: 0, err: '' });
    expect(reader.pieces()).toBe(1);
  });

  test('stops on a signal, and says by its exit code that it is not whole', async () => {
    const stop = new AbortController();
    const reader = slowReader((pieces) => pieces === 2 && stop.abort());
    expect(await run({ view: 'changes' }, reader, stop.signal)).toMatchObject({ code: 1 });
    expect(reader.pieces()).toBe(2);
  });

  test('holds the rows of a view by watch, slot and rank', async () => {
    const stdout = new PassThrough();
    const read = readStream(stdout);
    await run({ since: '2026-01-03', until: '2026-01-05' }, stdout);
    stdout.end();
    const [head = '', ...lines] = (await read).trimEnd().split('\n');
    const place = (name: string) => head.split(',').indexOf(name);
    expect(
      lines.map((line) => [
        line.split(',')[place('slot_at')],
        Number(line.split(',')[place('rank')]),
      ]),
    ).toEqual(
      ['2026-01-03', '2026-01-04'].flatMap((day) =>
        Array.from({ length: 40 }, (_, index) => [`${day}T06:00:00.000Z`, index + 1]),
      ),
    );
  });
});

describe('an export that cannot be', () => {
  test.each<[title: string, args: Partial<ExportArgs>, message: string]>([
    ['parquet to stdout', { format: 'parquet' }, 'parquet is written into a folder'],
    ['another format', { format: 'xlsx' }, '--format'],
    ['another view', { view: 'leaderboard' }, '--view'],
    ['a watch there is not', { watch: ['us-dayly'] }, 'there is no watch "us-dayly"'],
    ['no time', { until: 'soon' }, '--until "soon" is not a date'],
    ['no database', { database: 'none.db' }, 'none.db'],
  ])('says so: %s', async (_, args, message) => {
    await expect(run(args)).rejects.toThrow(message);
  });

  test('names the file, and leaves no half of one', async () => {
    writeFileSync(join(file.folder, 'taken'), '');
    await expect(run({ out: 'taken' })).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringMatching(/^cannot write .*taken.*: not a directory/),
    });
    // A file where a folder should be: what was written for it goes.
    mkdirSync(join(file.folder, 'lake', 'history'), { recursive: true });
    writeFileSync(join(file.folder, 'lake', 'history', 'list=top-products'), '');
    await expect(run({ out: 'lake' })).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining(join('list=top-products', 'watch=us-daily')),
    });
    expect(readdirSync(join(file.folder, 'lake', 'history')).sort()).toEqual([
      '_delta_log',
      'list=top-products',
    ]);
  });
});

test('an export into a folder is of whole months, so that no bound cuts a file', async () => {
  expect(await run({ out: 'lake', since: '2026-01-10', until: '2026-01-20' })).toEqual({
    code: 0,
    err: '1 file written, 1240 rows; 0 unchanged\n',
  });
  expect(await run({ out: 'lake', since: '2026-01-14', until: '2026-02-01' })).toEqual({
    code: 0,
    err: '0 files written, 0 rows; 1 unchanged\n',
  });
  expect(await run({ out: 'lake', until: '2026-02-02' })).toEqual({
    code: 0,
    err: '1 file written, 360 rows; 1 unchanged\n',
  });
});

test('a file whose views another version made is exported as this one sees it', async () => {
  const before = new PassThrough();
  const wanted = readStream(before);
  await run({ view: 'changes' }, before);
  before.end();
  file.world.db.raw.exec('DROP VIEW changes; CREATE VIEW changes AS SELECT 1 AS snapshot_id');
  const after = new PassThrough();
  const got = readStream(after);
  await run({ view: 'changes' }, after);
  after.end();
  expect(await got).toBe(await wanted);
  expect(
    file.world.db.raw.prepare("SELECT sql FROM sqlite_master WHERE name = 'changes'").pluck().get(),
  ).toContain('SELECT 1');
});

test('two exports into one folder at once end with whole files', async () => {
  const results = await Promise.all([run({ out: 'lake' }), run({ out: 'lake' })]);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(await run({ out: 'lake' })).toEqual({
    code: 0,
    err: '0 files written, 0 rows; 2 unchanged\n',
  });
});

test('an export into a folder says what it wrote', async () => {
  expect(await run({ out: 'lake' })).toEqual({
    code: 0,
    err: '2 files written, 1600 rows; 0 unchanged\n',
  });
  expect(await run({ out: 'lake' })).toEqual({
    code: 0,
    err: '0 files written, 0 rows; 2 unchanged\n',
  });
  expect(
    readdirSync(join(file.folder, 'lake/history'), { recursive: true })
      .map(String)
      .filter((name) => /month=2026-02\/[^/]+\.parquet$/.test(name)),
  ).toHaveLength(1);
});

test('an export says what only the folder has', async () => {
  await run({ out: 'lake' });
  file.world.db.raw.exec(
    'PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id < 4; DELETE FROM snapshots WHERE id < 4; PRAGMA foreign_keys = ON',
  );
  expect(await run({ out: 'lake' })).toEqual({
    code: 0,
    err: '0 files written, 0 rows; 2 unchanged\n3 snapshots of 1 month only this folder has; they stay in its files\n',
  });
});
