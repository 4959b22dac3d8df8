// A list that a user declared, whose name a later version gave to a list that comes with Tidemark: theirs goes on under
// its name, and makes room when they want the other one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { TRENDING_MUSIC } from '../../src/list/trending.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { openToRead } from '../../src/store/file/open-to-read.ts';
import { findUnfit, refuseUnfit } from '../../src/store/series/list-fit.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { sendJson } from '../source/scripted-server.ts';
import { declaredWorld, fileOf, type Mapping } from '../support/declared-world.ts';
import { dayAt, makeConfig, makeWatch } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-shipped-name-'));
const database = join(folder, 'tidemark.db');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Named like one of KeyAPI's lists, with other metrics than it has. */
const MINE = {
  request: { url: '/best' },
  rows: 'items',
  id: 'id',
  metrics: { plays: { kind: 'count', order: true } },
};
const NAME = 'trending-music';
const source = { lists: { [NAME]: MINE } };
const load = (file: Mapping) =>
  loadConfig({ cwd: '/etc', env: {}, readFile: () => stringify(file) });

test('a declared list goes on under its name, with a warning that says how to have the other one', () => {
  const file = fileOf(MINE, { source: { base_url: 'http://x.example', ...source } });
  const both = { ...file, sources: { keyapi: { type: 'keyapi', token: 't' }, ...file.sources } };
  const { config, warnings } = load({ ...both, watches: { w: { ...file.watches.w, list: NAME } } });
  expect(config.watches[0]?.list.seriesSource).toBe(`declared.${NAME}`);
  expect(warnings.map(({ path, text }) => `${path} ${text}`)).toContainEqual(
    `sources.mine.lists.${NAME} has the name of a list that comes with Tidemark (${NAME}), and takes its place; to track that one, name yours otherwise: its history stays, in views that begin with own_trending_music_`,
  );
  expect(() =>
    load({ ...both, watches: { w: { ...file.watches.w, list: NAME, source: 'keyapi' } } }),
  ).toThrow(`is no list of keyapi`);
});

test('its file is read, also without a config, and its rows make room for the other one', async () => {
  const items = (day: number) =>
    Array.from({ length: 20 }, (_, i) => ({ id: `s${i}`, plays: 900 - i * 10 + day }));
  let day = 0;
  const opened = await declaredWorld(
    MINE,
    (_, response) => {
      sendJson(response, { items: items(day) });
    },
    { database, source, watch: { list: NAME, depth: 20 } },
  );
  for (day = 0; day < 2; day++) await opened.take(day);
  await opened.close();

  const plays = (view: string) =>
    `SELECT plays FROM ${view} WHERE rank = 1 AND plays IS NOT NULL ORDER BY slot_at`;
  const reading = openToRead(database);
  expect(reading.raw.prepare(plays('trending_music_history')).pluck().all()).toEqual([900, 901]);
  reading.close();

  const shipped = makeConfig({
    watches: [makeWatch({ list: TRENDING_MUSIC, asked: { region: 'US', period: 7 } })],
  });
  const db = openDatabase(database);
  expect(findUnfit(db.raw, shipped)).toEqual([]);
  db.transaction(() => syncConfig(db, shipped, dayAt(5)));
  expect(db.raw.prepare(plays('own_trending_music_history')).pluck().all()).toEqual([900, 901]);
  expect(db.raw.prepare('SELECT count(*) FROM trending_music_history').pluck().get()).toBe(0);
  expect(
    db.raw.prepare("SELECT DISTINCT list FROM ranks WHERE list <> 'top-products'").pluck().all(),
  ).toEqual(['own-trending-music']);
  db.close();
  openDatabase(database).close();
  openToRead(database).close();
});

test('a list that the file keeps already is not mixed with one that is declared by its name later', () => {
  const db = openDatabase(database);
  const shipped = makeConfig({
    watches: [makeWatch({ list: TRENDING_MUSIC, asked: { region: 'US', period: 7 } })],
  });
  db.transaction(() => syncConfig(db, shipped, dayAt(0)));
  const file = fileOf(MINE, { source: { base_url: 'http://x.example', ...source } });
  const { config } = load({ ...file, watches: { w: { ...file.watches.w, list: NAME } } });
  expect(() => refuseUnfit(db.raw, config)).toThrow(
    `sources.mine.lists.${NAME}: the list ${NAME} that comes with Tidemark is kept in this database already`,
  );
  expect(() => db.transaction(() => syncConfig(db, config, dayAt(1)))).toThrow('is kept in this');
  db.close();
});
