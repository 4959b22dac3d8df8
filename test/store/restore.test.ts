// Restores that are killed, that others are in the way of, and that find no room.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { backUp } from '../../src/store/file/backup.ts';
import { joinWriters, tryLock } from '../../src/store/file/lock.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { restore } from '../../src/store/file/restore.ts';
import { makeHistoryFile, takeDays } from '../support/history-file.ts';

const CHILD = join(import.meta.dirname, '../support/restore-child.ts');
let folder: string;
let backup: string;
let database: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-restore-'));
  backup = join(folder, 'backup.db');
  database = join(folder, 'data', 'tidemark.db');
  mkdirSync(join(folder, 'data'));
  const file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 2);
  backUp(file.path, backup, () => {});
  await takeDays(file.world, 1, { from: 2 });
  backUp(file.path, database, () => {});
  file.close();
  // In WAL mode, as it is in use.
  openDatabase(database).close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const snapshotsOf = (path: string) => {
  const raw = new Database(path, { readonly: true });
  const count = raw.prepare('SELECT count(*) FROM snapshots').pluck().get();
  raw.close();
  return count;
};
const bring = (onStep: (step: string) => void = () => {}) =>
  restore(backup, database, systemClock, onStep);
const data = () => readdirSync(join(folder, 'data')).filter((name) => !name.includes('.lock.db'));

// A process for each step, one after the other: 10 s on an idle machine.
test('killed at any step it leaves a whole database under its name, and can be done again', async () => {
  const seen = new Set<unknown>();
  let steps = 0;
  for (let kill = 1; ; kill++) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', CHILD, backup, database, String(kill)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [, signal] = (await once(child, 'exit')) as [number, string | null];
    const count = snapshotsOf(database);
    seen.add(count);
    expect([2, 3]).toContain(count);
    if (signal === null) break;
    steps = kill;
    // What is under the name can be opened and written.
    openDatabase(database, { create: false }).close();
  }
  expect(steps).toBeGreaterThanOrEqual(5);
  expect([...seen]).toEqual([3, 2]);
  expect(data()).not.toContain('tidemark.db.restoring');
}, 40_000);

describe('where a restore was interrupted and no database is left', () => {
  test.each(['tidemark.db.restoring', 'tidemark.before-restore-20261123T120000Z.db'])(
    'none is made beside %s, and the way out is said',
    (name) => {
      rmSync(database);
      backUp(backup, join(folder, 'data', name), () => {});
      expect(() => openDatabase(database)).toThrow(
        expect.objectContaining({
          code: 'database_unusable',
          message: expect.stringContaining(name) as string,
          hint: expect.stringContaining('tidemark restore') as string,
        }) as Error,
      );
      expect(existsSync(database)).toBe(false);
    },
  );
});

describe('beside others', () => {
  test.each(['writers', 'source'] as const)(
    'it waits for those that hold the %s lock, and says so',
    async (kind) => {
      const lock = kind === 'writers' ? joinWriters(database) : tryLock(database, kind);
      const steps: string[] = [];
      const waiting = new Promise<void>((resolve) => {
        void bring((step) => {
          steps.push(step);
          if (step === 'wait') resolve();
          if (step === 'copy') steps.push(`after ${released ? 'the' : 'no'} release`);
        }).then(() => done());
      });
      let released = false;
      let done = () => {};
      const finished = new Promise<void>((resolve) => (done = resolve));
      await waiting;
      released = true;
      lock?.release();
      await finished;
      expect(steps).toEqual(['verify', 'wait', 'copy', 'after the release']);
      expect(snapshotsOf(database)).toBe(2);
    },
  );

  test('a process that writes keeps it waiting, until that process is killed', async () => {
    const writer = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '-e',
        `import('${join(import.meta.dirname, '../../src/store/file/open.ts')}').then(({ openDatabase }) => { globalThis.held = openDatabase(${JSON.stringify(database)}); process.stdout.write('open'); setInterval(() => {}, 1000); })`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(writer, 'exit');
    await once(writer.stdout, 'data');
    const { movedTo } = await bring((step) => step === 'wait' && writer.kill('SIGKILL'));
    await exited;
    expect([snapshotsOf(database), snapshotsOf(movedTo ?? '')]).toEqual([2, 3]);
  });

  test('while it is at work nothing opens the database to write', async () => {
    const alone = tryLock(database, 'writers');
    expect(() => joinWriters(database)).toThrow(
      expect.objectContaining({ code: 'already_running' }) as Error,
    );
    alone?.release();
    joinWriters(database).release();
  });
});

test('two restores within a second keep both of what was there', async () => {
  const first = await bring();
  const second = await bring();
  expect(first.movedTo).not.toBe(second.movedTo);
  expect([snapshotsOf(first.movedTo ?? ''), snapshotsOf(second.movedTo ?? '')]).toEqual([3, 2]);
});

test('a link to the database stays one, and its target is what is replaced', async () => {
  const link = join(folder, 'linked.db');
  symlinkSync(database, link);
  const { movedTo } = await restore(backup, link, systemClock, () => {});
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect([snapshotsOf(database), snapshotsOf(link), snapshotsOf(movedTo ?? '')]).toEqual([2, 2, 3]);
  expect(movedTo).toContain(join(folder, 'data', 'tidemark.before-restore-'));
});

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

describe.runIf(canMount)('on a disk without room', () => {
  // In a mount namespace of its own: nobody else sees the disk, and it goes with the process.
  const onSmallDisk = (script: string, room = Math.ceil((statSync(backup).size * 1.5) / 1024)) =>
    spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mkdir -p "$1" && mount -t tmpfs -o size=${room}k tmpfs "$1" && ${script}`,
        'sh',
        join(folder, 'disk'),
        process.execPath,
        CHILD,
        backup,
      ],
      { encoding: 'utf8' },
    );

  test('it leaves no half of a copy, and what was there as it was', () => {
    const { stdout, stderr } = onSmallDisk(
      'cp "$4" "$1/tidemark.db" && "$2" --import tsx "$3" "$4" "$1/tidemark.db" 0; ls "$1"; cmp "$4" "$1/tidemark.db" && echo same',
    );
    expect(stderr).toMatch(/disk is full|no space left/);
    expect(stdout.split('\n').filter((name) => name !== '' && !name.includes('.lock.db'))).toEqual([
      'tidemark.db',
      'same',
    ]);
  });
});
