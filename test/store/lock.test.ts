import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { takeDaemonLock, tryLock } from '../../src/store/file/lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is thrown, which must be for the user. */
function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}

test('the lock of a database whose folder is not there yet makes the folder', () => {
  const database = join(folder, 'not/there/yet/tidemark.db');
  const lock = takeDaemonLock(database);
  expect(existsSync(join(folder, 'not/there/yet'))).toBe(true);
  lock.release();
});

test('a second daemon is told that there is one, until the first lets go', () => {
  const database = join(folder, 'tidemark.db');
  const first = takeDaemonLock(database);
  expect(refusal(() => takeDaemonLock(database)).code).toBe('already_running');
  first.release();
  takeDaemonLock(database).release();
});

test('the locks of the daemon and of the source do not hinder each other', () => {
  const database = join(folder, 'tidemark.db');
  const daemon = takeDaemonLock(database);
  const source = tryLock(database, 'source');
  expect(source).not.toBeNull();
  expect(tryLock(database, 'source')).toBeNull();
  source?.release();
  daemon.release();
});

test.each([
  {
    name: 'a file where a folder should be',
    make: () => writeFileSync(join(folder, 'file'), ''),
    database: 'file/tidemark.db',
  },
  {
    name: 'a lock file that is none',
    make: () =>
      writeFileSync(
        join(folder, 'tidemark.db.daemon.lock.db'),
        'this is no SQLite database, but it is long enough to look at'.repeat(20),
      ),
    database: 'tidemark.db',
  },
])('what cannot be locked is said in words, not as a stack: $name', ({ make, database }) => {
  make();
  const { code, message, hint } = refusal(() => takeDaemonLock(join(folder, database)));
  expect(code).toBe('database_unusable');
  expect(message).toContain(`cannot lock ${folder}`);
  expect(hint).toContain('`database`');
});
