import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/file/open.ts';
import { storageFailure } from '../../src/store/file/storage-failure.ts';
import { thrownBy } from '../support/thrown-by.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-storage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a full disk is said in words, and does not keep the database from being closed', () => {
  const db = openDatabase(join(folder, 'tidemark.db'));
  db.raw.pragma(`max_page_count = ${String(db.raw.pragma('page_count', { simple: true }))}`);
  const failure = storageFailure(
    thrownBy(() =>
      db.raw.exec('CREATE TABLE more (x); INSERT INTO more VALUES (randomblob(1000000))'),
    ),
  );
  expect(failure?.message).toBe('the disk is full (SQLITE_FULL)');
  db.close();
  expect(db.raw.open).toBe(false);
});

test('a bug is not mistaken for one', () => {
  const db = openDatabase(':memory:');
  expect(storageFailure(thrownBy(() => db.raw.exec('SELECT nothing FROM nowhere')))).toBeNull();
  expect(storageFailure(new Error('SQLITE_FULL'))).toBeNull();
  db.close();
});

// It waits ten seconds for the lock before it gives up.
test('the command line tells a lock that another program holds without a stack, as exit code 1', () => {
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    'source: { base_url: "http://127.0.0.1:9", token: t }\nwatches: { us: { region: US, schedule: "0 6 * * *" } }\n',
  );
  const db = openDatabase(join(folder, 'tidemark.db'));
  db.raw.exec('BEGIN IMMEDIATE');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      join(import.meta.dirname, '../../src/cli.ts'),
      'snapshot',
      '--config',
      join(folder, 'tidemark.yaml'),
    ],
    { encoding: 'utf8' },
  );
  db.raw.exec('ROLLBACK');
  db.close();
  expect(status).toBe(1);
  expect(stderr).toContain('error: another program keeps the database locked (SQLITE_BUSY)\n');
  expect(stderr).not.toContain('    at ');
}, 40_000);
