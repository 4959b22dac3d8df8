// A whole list is its declaration, and nothing else: table, views, z-scores, rules, export and import, doctor and
// backtests read it. So is a metric that such a list gains.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDoctor } from '../../src/commands/history/doctor.ts';
import { runExport, type ExportArgs } from '../../src/commands/history/export.ts';
import { runSchema } from '../../src/commands/set-up/schema.ts';
import type { Config } from '../../src/config/config.ts';
import { storeList } from '../../src/list/stored.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import type { FetchedList } from '../../src/model.ts';
import { verify } from '../../src/store/file/backup.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { openToRead } from '../../src/store/file/open-to-read.ts';
import { openShadow } from '../../src/store/file/open-shadow.ts';
import { listRanksOfList } from '../../src/store/reading/list-ranks.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { listsInUse } from '../../src/store/series/list-tables.ts';
import { rebuildStandings } from '../../src/store/snapshots/standings.ts';
import { viewsIn } from '../../src/store/views/views-in.ts';
import { explainFailure } from '../../src/terminal/sql-output.ts';
import { GAMES, GAMES_ASKED } from '../support/games.ts';
import { importText } from '../support/import-text.ts';
import { memoryIo } from '../support/memory-io.ts';
import {
  dayAt,
  fetchedList,
  makeConfig,
  makeRule,
  makeWatch,
  makeWorld,
  type World,
} from '../support/world.ts';

const [FIRST] = GAMES.metrics;
if (FIRST === undefined) throw new Error('no metrics');
/** The one entry. */
const WISHES = { ...FIRST, column: 'wishes', label: 'wishes', description: 'The wishes of a game' };
const GROWN: ListKind = { ...GAMES, metrics: [...GAMES.metrics, { ...WISHES, scored: false }] };

const pc = (list: ListKind) => makeWatch({ name: 'pc', list, asked: GAMES_ASKED, depth: 10 });

/** Ten games; one of them takes off on the last day. */
const gamesOf = (day: number, wishes = false): FetchedList =>
  fetchedList(
    Array.from({ length: 10 }, (_, place) => ({
      id: `g${place}`,
      name: `Game ${place}`,
      l1: 'Racing',
      l2: null,
      players: 90_000 - place * 100 + day,
      hours: place === 4 && day === 15 ? 90.25 : 10.5 + place + (day % 3),
      price: 19.99,
      reviews: 400 + (day % 2),
      praise: 97.5,
      ...(wishes ? { wishes: 1_000 + day } : {}),
    })),
    { total: 10 },
  );

const folder = mkdtempSync(join(tmpdir(), 'tidemark-declared-'));
const database = join(folder, 'tidemark.db');
const rules = [
  makeRule({ name: 'played', when: 'hours_z >= 5 and reviews_delta <> 0', watches: ['pc'] }),
  makeRule({ name: 'top', when: 'rank <= 2 and rank_gain > 0' }),
];
let world: World;
const all = (sql: string, db: Db = world.db): unknown[] => db.raw.prepare(sql).raw().all();

beforeAll(async () => {
  world = makeWorld({ database, watches: [makeWatch({ depth: 10 }), pc(GAMES)], rules });
  for (let day = 0; day < 16; day++) await world.pass(dayAt(day), gamesOf(day), { watch: 'pc' });
  await world.pass(dayAt(15), fetchedList(['a', 'b', 'g1']), { watch: 'us-daily' });
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true });
});

async function exported(at: string, args: Partial<ExportArgs> = {}) {
  const io = memoryIo({ cwd: folder });
  const streams = { stdout: new PassThrough(), stop: new AbortController().signal };
  const options = { database: at, format: 'csv', view: 'history', ...args };
  return { code: await runExport(io, options, streams), text: io.out, said: io.err };
}

describe('a list that is declared', () => {
  test('costs a file nothing before a watch uses it', () => {
    const db = openDatabase(':memory:');
    expect(listsInUse(db.raw).map(({ name }) => name)).toEqual(['top-products']);
    expect(all("SELECT name FROM sqlite_master WHERE name LIKE 'most%'", db)).toEqual([]);
    expect(all('SELECT * FROM lists', db)).toEqual([]);
    db.close();
  });

  test('has its table, and views with what it declares', () => {
    expect(
      all("SELECT type, name FROM sqlite_master WHERE name LIKE 'most%' ORDER BY name"),
    ).toEqual([
      ['view', 'most_played_changes'],
      ['view', 'most_played_changes_30d'],
      ['view', 'most_played_changes_7d'],
      ['view', 'most_played_history'],
      ['view', 'most_played_leaderboard'],
      ['table', 'most_played_observations'],
    ]);
    expect(
      all(`SELECT platform, days, genre, depth, product_id, players, hours, price, reviews, praise
        FROM most_played_history WHERE slot_at LIKE '2026-01-02%' AND rank = 5`),
    ).toEqual([['pc', 1, null, 10, 'g4', 89_601, 15.5, 19.99, 401, 97.5]]);
    expect(
      all(`SELECT hours_before, hours_delta, hours_pct, hours_z > 5, reviews_z FROM most_played_leaderboard
        WHERE product_id = 'g4'`),
    ).toEqual([[16.5, 73.75, 446.9697, 1, expect.any(Number)]]);
  });

  test('has the ranks that sparklines are drawn from', () => {
    const [last] = all('SELECT snapshot_id FROM most_played_leaderboard LIMIT 1') as [number][];
    const ranks = listRanksOfList(world.db, last?.[0] ?? 0, 3);
    expect(ranks.size).toBe(10);
    expect([...ranks.values()].flat()).not.toContain(null);
  });

  test('leaves the views of the other list to that list', () => {
    expect(all('SELECT product_id FROM leaderboard ORDER BY rank')).toEqual([['a'], ['b'], ['g1']]);
    expect(all('SELECT count(*) FROM history')).toEqual([[3]]);
    expect(all('SELECT list, count(*) FROM ranks GROUP BY 1 ORDER BY 1')).toEqual([
      ['most-played', 160],
      ['top-products', 3],
    ]);
    expect(all("SELECT count(*) FROM rank_changes WHERE watch = 'pc' AND rank_gain = 0")).toEqual([
      [150],
    ]);
  });

  test('keeps a product of its own under an id that the other list has, too', () => {
    expect(all("SELECT product FROM ranks WHERE product_id = 'g1' GROUP BY 1 ORDER BY 1")).toEqual([
      ['Game 1'],
      ['Product g1'],
    ]);
  });

  test('fires rules on its metrics and z-scores', () => {
    expect(all('SELECT watch, rule, product_id FROM alert_log')).toEqual([['pc', 'played', 'g4']]);
  });

  test('has its standings made anew as they were made first', () => {
    const standings = () =>
      all(
        `SELECT rank_z_e4, hours_z_e4, reviews_z_e4, streak, rank_best FROM most_played_observations`,
      );
    const first = standings();
    world.db.raw.exec('UPDATE most_played_observations SET hours_z_e4 = NULL, streak = NULL');
    const [[seriesId]] = all("SELECT id FROM series WHERE source = 'arcade.most-played'") as [
      [number],
    ];
    world.db.transaction(() => rebuildStandings(world.db, seriesId, dayAt(0)));
    expect(standings()).toEqual(first);
  });

  test('goes out, and into another database whole', async () => {
    const { text } = await exported(database, { list: 'most-played' });
    expect(text.split('\n')[0]).toBe(
      'watch,platform,days,genre,depth,slot_at,taken_at,snapshot_status,snapshot_rows,product_id,product,category_l1,category_l2,rank,players,hours,price,reviews,praise',
    );
    expect(text.trim().split('\n')).toHaveLength(161);
    const path = join(folder, 'other.db');
    const db = openDatabase(path);
    const config: Config = makeConfig({ watches: [pc(GAMES)] });
    const bring = () => importText(db, config, dayAt(40), 'games.csv', text);
    const { snapshots, said } = await bring();
    expect(said).toEqual([]);
    expect(snapshots.map(({ outcome }) => outcome)).toEqual(Array(16).fill('imported'));
    const scores =
      'SELECT slot_at, product_id, hours_z, reviews_z, streak FROM most_played_changes ORDER BY 1, 2';
    expect(all(scores, db)).toEqual(all(scores));
    const again = await bring();
    expect(again.snapshots.map(({ outcome }) => outcome)).toEqual(Array(16).fill('known'));
    db.close();
    expect((await exported(path)).text).toBe(text);
  });

  test('is exported beside the other list into a folder, and asked for by name into a text', async () => {
    await expect(exported(database)).rejects.toThrow('the watches have 2 lists');
    expect((await exported(database, { watch: ['pc'] })).text).toContain('platform');
    const out = join(folder, 'lake');
    mkdirSync(out);
    expect((await exported(database, { out, format: 'ndjson', view: 'changes' })).said).toBe(
      '2 files written, 163 rows; 0 unchanged\n',
    );
    expect((await exported(database, { out, format: 'ndjson', view: 'changes' })).said).toBe(
      '0 files written, 0 rows; 2 unchanged\n',
    );
    expect((await exported(database, { view: 'alerts' })).text.trim().split('\n')).toHaveLength(2);
  });

  test('is nothing that doctor finds strange, and its rows count in a backup', async () => {
    writeFileSync(
      join(folder, 'tidemark.yaml'),
      'source: { token: sk_test_0123456789 }\nwatches: { us-daily: { region: US, depth: 10, schedule: "0 6 * * *" } }\n',
    );
    const io = memoryIo({ cwd: folder, clock: world.clock });
    await runDoctor(io, { config: 'tidemark.yaml', deep: true });
    expect(io.out).not.toMatch(/most_played|differs|not of Tidemark/);
    expect(io.out).toContain('every snapshot has its observations');
    world.db.raw.exec(`VACUUM INTO '${join(folder, 'backup.db')}'`);
    expect(verify(join(folder, 'backup.db'), null)).toMatchObject({
      observations: 163,
      snapshots: 17,
    });
  });

  test('has its views described, and its columns in the hint on a wrong one', async () => {
    const io = memoryIo({ cwd: folder });
    await runSchema(io, { db: true, database });
    expect(io.out).toContain('most_played_changes: ');
    expect(io.out).toContain('hours_z');
    const known = viewsIn(database);
    expect(explainFailure('no such column: reviews_pt', known).hint).toBe(
      'did you mean reviews_pct?',
    );
    expect(explainFailure('no such table: most_playd_history', known).hint).toBe(
      'did you mean most_played_history?',
    );
  });

  test('can be replayed, also where no watch has used it yet', () => {
    const shadow = openShadow(database);
    const unused: ListKind = {
      ...GAMES,
      name: 'least-played',
      seriesSource: 'arcade.least-played',
      table: 'least_played_observations',
      viewPrefix: 'least_played_',
    };
    const config = makeConfig({ watches: [pc(GAMES), { ...pc(unused), name: 'new' }], rules });
    expect(shadow.transaction(() => syncConfig(shadow, config, dayAt(16))).watches.size).toBe(2);
    shadow.close();
    expect(all("SELECT name FROM sqlite_master WHERE name LIKE 'least%'")).toEqual([]);
  });
});

describe('a metric that it gains', () => {
  beforeAll(async () => {
    world.configure({ watches: [pc(GROWN)] });
    // The last list once more: it is no other one for a metric that nobody knows yet.
    await world.pass(dayAt(16), gamesOf(15), { watch: 'pc' });
    await world.pass(dayAt(17), gamesOf(17, true), { watch: 'pc' });
    await world.pass(dayAt(18), gamesOf(18, true), { watch: 'pc' });
  });

  test('adds a column, and disturbs nothing', () => {
    expect(
      all('SELECT status FROM snapshots WHERE watch_id = 2 ORDER BY slot_at DESC LIMIT 3'),
    ).toEqual([['complete'], ['complete'], ['stale']]);
    expect(
      all(
        `SELECT wishes, wishes_before, wishes_delta FROM most_played_leaderboard WHERE product_id = 'g4'`,
      ),
    ).toEqual([[1_018, 1_017, 1]]);
    expect(all('SELECT count(*), count(wishes) FROM most_played_history')).toEqual([[190, 20]]);
    expect(all('SELECT count(*) FROM series')).toEqual([[2]]);
  });

  test('is in exports, and known when the file is opened again', async () => {
    expect((await exported(database, { watch: ['pc'] })).text.split('\n')[0]).toMatch(/,wishes$/);
    const again = openDatabase(database);
    expect(all('SELECT count(wishes) FROM most_played_history', again)).toEqual([[20]]);
    again.close();
  });

  test('comes with an upgrade of the program just so: read at once, and stored when the file is opened to write', () => {
    const path = join(folder, 'upgraded.db');
    world.db.raw.exec(`VACUUM INTO '${path}'`);
    const old = openDatabase(path);
    const next = { ...GROWN, metrics: [...GROWN.metrics, { ...WISHES, column: 'gifts' }] };
    old.raw.prepare('UPDATE lists SET declaration = ?').run(storeList(next));
    old.close();
    const reading = openToRead(path);
    const count = 'SELECT count(*), count(gifts) FROM most_played_changes WHERE rank IS NOT NULL';
    expect(all(count, reading)).toEqual([[180, 0]]);
    expect(
      all(
        "SELECT 1 FROM pragma_table_info('most_played_observations', 'main') WHERE name = 'gifts'",
        reading,
      ),
    ).toEqual([]);
    reading.close();
    const upgraded = openDatabase(path);
    expect(all(count, upgraded)).toEqual([[180, 0]]);
    expect(
      all(
        "SELECT type FROM pragma_table_info('most_played_observations') WHERE name = 'gifts'",
        upgraded,
      ),
    ).toEqual([['INTEGER']]);
    upgraded.close();
  });

  test('cannot turn into another kind of number', () => {
    const metrics = GROWN.metrics.map((metric) =>
      metric.column === 'wishes' ? { ...metric, kind: 'number' as const } : metric,
    );
    const config = makeConfig({ watches: [pc({ ...GROWN, metrics })] });
    expect(() => world.db.transaction(() => syncConfig(world.db, config, dayAt(19)))).toThrow(
      'the list most-played has kept wishes as count so far, not as number',
    );
    const [[kept]] = all('SELECT declaration FROM lists') as [[string]];
    expect((JSON.parse(kept) as ListKind).metrics).toEqual(GROWN.metrics);
  });
});
