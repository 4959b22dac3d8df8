import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runSql } from '../../src/commands/history/sql.ts';
import { runDemo } from '../../src/demo/demo.ts';
import { SHIPPED_QUERIES } from '../../src/history/sql/shipped.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { widthOf } from '../../src/lib/text-width.ts';
import { memoryIo } from '../support/memory-io.ts';

// Each demo lives through days of passes over real HTTP: up to 10 s on an idle machine.
vi.setConfig({ testTimeout: 40_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the tour shows the leaderboard, the movers, what fired and why, the mails and a webhook, and where all of it is', async () => {
  const io = memoryIo({ cwd: folder, clock: systemClock });
  expect(await runDemo(io, { dir: 'tour', days: 6, seed: 1 })).toBe(0);
  const headings = [
    'The leaderboard:',
    'Products and what they sold:',
    'What moved:',
    'What fired:',
    'What the last one is based on:',
    'The last mails',
    'The last webhook',
    'Where it all is',
    'Try next',
  ];
  const places = headings.map((heading) => io.out.indexOf(`\n${heading}`));
  expect(places.every((at) => at > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  // The evidence is that of the newest alert in the list above it.
  const id = /alerts show (\d+)/.exec(io.out)?.[1] ?? 'none';
  expect(io.out).toMatch(new RegExp(`\nAlert ${id}: `));
  expect(io.out).toMatch(/^when +rank/m);
  expect(io.out).toContain('(the signature is good)');
  expect(io.out.split('\n').filter((line) => line.startsWith('  npx tidemark '))).toHaveLength(4);
  expect(io.out).toContain('serve --open --config tour/tidemark.yaml');
  for (const name of ['tidemark.db', 'tidemark.yaml', 'webhooks.json'])
    expect(existsSync(join(folder, 'tour', name))).toBe(true);
  expect(readdirSync(join(folder, 'tour/mails')).some((name) => name.endsWith('.html'))).toBe(true);
});

test('ends yesterday, a second into the first day of a month too', async () => {
  const io = memoryIo({ cwd: folder, now: '2026-03-01T00:00:01Z' });
  await runDemo(io, { dir: 'tour', days: 2, seed: 1, json: true });
  const db = openDatabase(join(folder, 'tour/tidemark.db'), { create: false });
  const days = db.raw
    .prepare("SELECT DISTINCT date(slot_at / 1000, 'unixepoch') FROM snapshots ORDER BY slot_at")
    .pluck()
    .all();
  db.close();
  expect(days).toEqual(['2026-02-27', '2026-02-28']);
});

test('every saved query shows its answer about the tour as a table that fits 80 columns', async () => {
  await runDemo(memoryIo({ cwd: folder, clock: systemClock }), { dir: 'tour', days: 20, seed: 1 });
  for (const { name, sql } of SHIPPED_QUERIES) {
    const values = { watch: 'us-daily', product: '2907001', name: 'print', days: '3000', z: '2' };
    const param = Object.entries(values)
      .filter(([parameter]) => new RegExp(`^-- :${parameter}\\b`, 'm').test(sql))
      .map(([parameter, value]) => `${parameter}=${value}`);
    const io = memoryIo({ cwd: folder, clock: systemClock, isTerminal: true });
    const streams = {
      stdin: Object.assign(Readable.from([]), { isTTY: true }) as unknown as NodeJS.ReadStream,
      stdout: new PassThrough(),
      stop: new AbortController().signal,
    };
    expect(
      await runSql(io, { database: 'tour/tidemark.db', query: `@${name}`, param }, streams),
    ).toBe(0);
    const lines = io.out.split('\n');
    expect({
      name,
      isTable: !io.out.startsWith('── row'),
      widest: Math.max(...lines.map(widthOf)) <= 80,
      hasRows: lines.length > (name === 'gaps' ? 2 : 3),
    }).toEqual({ name, isTable: true, widest: true, hasRows: true });
  }
});

const demo = (io = memoryIo({ cwd: folder, clock: systemClock })) =>
  runDemo(io, { dir: 'tour', days: 3, seed: 1 });
const tour = (...names: string[]) => join(folder, 'tour', ...names);

test('a second demo replaces what the first wrote, and nothing else', async () => {
  mkdirSync(tour());
  expect(await demo()).toBe(0);
  const own = ['queries/mine.sql', 'notes.txt', 'mails/kept.txt'];
  mkdirSync(tour('queries'));
  for (const name of own) writeFileSync(tour(name), name);
  writeFileSync(tour('mails', '999.eml'), 'of a longer demo');
  writeFileSync(tour('tidemark.yaml'), `${readFileSync(tour('tidemark.yaml'), 'utf8')}# mine\n`);

  const io = memoryIo({ cwd: folder, clock: systemClock });
  expect(await demo(io)).toBe(0);
  expect(io.err).toContain('was edited, and is kept as tidemark-edited-1.yaml');
  expect(readFileSync(tour('tidemark-edited-1.yaml'), 'utf8')).toContain('# mine\n');
  expect(readFileSync(tour('tidemark.yaml'), 'utf8')).not.toContain('# mine\n');
  for (const name of own) expect(readFileSync(tour(name), 'utf8')).toBe(name);
  expect(existsSync(tour('mails', '999.eml'))).toBe(false);

  // Not edited: it is replaced, and no copy of it piles up.
  const third = memoryIo({ cwd: folder, clock: systemClock });
  await demo(third);
  expect(third.err).not.toContain('was edited');
  expect(existsSync(tour('tidemark-edited-2.yaml'))).toBe(false);
});

test.each(['demo', 'daemon'] as const)(
  'a demo does not take the database from under a running %s',
  async (kind) => {
    await demo();
    const before = readFileSync(tour('tidemark.db'));
    const lock = tryLock(tour('tidemark.db'), kind);
    await expect(demo()).rejects.toMatchObject({
      code: 'already_running',
      message: expect.stringContaining(` ${kind} is running in `) as string,
    });
    lock?.release();
    expect(readFileSync(tour('tidemark.db')).equals(before)).toBe(true);
  },
);

test.each([0, 1, 4_000, 99_999_999_999])('a demo of %i days is none', async (days) => {
  const io = memoryIo({ cwd: folder, clock: systemClock });
  await expect(runDemo(io, { dir: 'tour', days, seed: 1 })).rejects.toMatchObject({
    code: 'usage',
    message: 'a demo has 2 to 3650 days',
  });
});

test('a folder that no demo wrote is left alone', async () => {
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'notes.txt'), 'mine');
  await expect(
    runDemo(memoryIo({ cwd: folder, clock: systemClock }), { dir: 'mine', days: 6, seed: 1 }),
  ).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('was not written by a demo') as string,
  });
});
