// A file that an earlier version began (a5e39a8, the last with one list) is taken over: whatever it goes on to store,
// decide and tell is what the earlier version would have. `before.sql.gz` is its dump of the file after 17 days, and
// `after.json.gz` what it had in its tables and views after 23.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDamage } from '../../../src/store/file/integrity.ts';
import { openToRead } from '../../../src/store/file/open-to-read.ts';
import { findSchemaDrift } from '../../../src/store/reading/health-facts.ts';
import { END, HANDED_OVER, openStory, tellDays } from './story.ts';
import { columnsIn, toldIn } from './told.ts';

const read = (name: string): string =>
  gunzipSync(readFileSync(join(import.meta.dirname, name))).toString('utf8');

let folder: string;
let path: string;
/** What the earlier version had. */
let then: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-upgrade-'));
  path = join(folder, 'tidemark.db');
  const raw = new Database(path);
  raw.pragma('foreign_keys = OFF');
  raw.exec(`BEGIN;\n${read('before.sql.gz')}COMMIT;`);
  then = columnsIn(raw);
  raw.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a database of the version before there were several lists goes on without a difference', async () => {
  const world = openStory(path);
  await tellDays(world, HANDED_OVER, END);
  expect(toldIn(world.db.raw, then)).toEqual(JSON.parse(read('after.json.gz')));
  expect(findSchemaDrift(world.db.raw)).toEqual([]);
  expect(findDamage(world.db.raw)).toEqual([]);
  world.close();
});

test('it is read as it is, before anything is migrated, with the views of today', () => {
  const raw = new Database(path, { readonly: true });
  const schema = raw.prepare('SELECT name, sql FROM sqlite_master').all();
  const before = toldIn(raw, then);
  raw.close();
  const db = openToRead(path);
  expect(toldIn(db.raw, then)).toEqual(before);
  expect(db.raw.prepare('SELECT list, count(*) FROM ranks GROUP BY 1').raw().all()).toEqual([
    ['top-products', before['observations']?.length],
  ]);
  db.close();
  const after = new Database(path, { readonly: true });
  expect(after.prepare('SELECT name, sql FROM sqlite_master').all()).toEqual(schema);
  after.close();
});
