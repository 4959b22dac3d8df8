// The script that makes migrations, as one calls it: it looks at the journal before it is too late.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-migrations-'));
  cpSync(join(ROOT, 'migrations'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(ROOT, '.ci/migration.js'), ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout };
};

type Journal = { entries: { idx: number; when: number; tag: string }[] };

/** Changes the last entry of the copied journal. */
function edit(change: (last: Journal['entries'][number]) => void): void {
  const path = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
  const last = journal.entries.at(-1);
  if (last === undefined) throw new Error('no migrations');
  change(last);
  writeFileSync(path, JSON.stringify(journal));
}

describe('npm run migration', () => {
  test('finds the migrations that there are in order', () => {
    expect(run('--check')).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+ migrations, in order\n$/) as string,
    });
  });

  test('names a migration that would be skipped, since one before it is later', () => {
    edit((last) => (last.when = 1));
    expect(run('--check', folder)).toEqual({
      status: 1,
      stdout: expect.stringContaining('would be skipped') as string,
    });
  });

  test('names a migration that was made beside another instead of on top of it', () => {
    const { entries } = JSON.parse(
      readFileSync(join(folder, 'meta/_journal.json'), 'utf8'),
    ) as Journal;
    const path = join(folder, `meta/${(entries.at(-1)?.tag ?? '').slice(0, 4)}_snapshot.json`);
    const picture = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...picture, prevId: 'another' }));
    expect(run('--check', folder)).toEqual({
      status: 1,
      stdout: expect.stringContaining('was not made on top of') as string,
    });
  });

  test('names a file that is missing', () => {
    edit((last) => (last.tag = `${last.tag}_renamed`));
    expect(run('--check', folder).stdout).toContain('_renamed.sql is missing');
  });

  test('wants a name', () => {
    expect(run()).toMatchObject({ status: 2 });
    expect(run('Not A Name').stdout).toContain('usage:');
  });
});
