import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { neverWait, withoutWaiting } from '../../src/store/file/waiting.ts';

const [NORMAL, FULL] = [1, 2];

let folder: string;
let db: Db;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-waiting-'));
  db = openDatabase(join(folder, 'tidemark.db'));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const synchronous = () => db.raw.pragma('synchronous', { simple: true });

test('commits wait for the disk, but for one write that need not, also when it fails', () => {
  expect(synchronous()).toBe(FULL);
  expect(withoutWaiting(db.raw, synchronous)).toBe(NORMAL);
  expect(synchronous()).toBe(FULL);
  expect(() =>
    withoutWaiting(db.raw, () => {
      throw new Error('no room');
    }),
  ).toThrow('no room');
  expect(synchronous()).toBe(FULL);
});

test('a connection that never waits does not begin to after such a write', () => {
  neverWait(db.raw);
  expect(synchronous()).toBe(NORMAL);
  expect(withoutWaiting(db.raw, synchronous)).toBe(NORMAL);
  expect(synchronous()).toBe(NORMAL);
});
