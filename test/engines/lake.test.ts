// A lake of a random, ugly history, read by real engines through the views of `lake ddl`: what they say is what
// SQLite says, row for row and value for value.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHIPPED_QUERIES } from '../../src/history/sql/shipped.ts';
import { engineStatements } from '../../src/store/engines/statements.ts';
import { READ_BY } from '../../src/store/engines/dialect.ts';
import { viewsOf } from '../../src/store/views/views.ts';
import { CONDITIONS } from '../alert/oracle-conditions.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from '../backup/s3-server.ts';
import { asText, openEngine, WAYS, type Engine } from './engine.ts';
import { filesBelow } from '../support/files-below.ts';
import { LISTS, makeUglyLake } from './ugly-lake.ts';

// Another one every time, which is said, so that a failure can be had again.
const SEED = Number(process.env['ENGINES_SEED'] ?? Date.now() % 1_000_000);
const DAYS = 62;

/** What a database says of itself, which no lake holds. */
const NOT_IN_LAKE = ['credit_use'];
/** Named otherwise in a lake of several databases, or not there. */
const IDS: ReadonlySet<string> = new Set(['snapshot_id', 'baseline_id', 'origin']);

const VIEWS = viewsOf(LISTS).filter(({ name }) => !NOT_IN_LAKE.includes(name));

const VALUES: Record<string, string> = {
  watch: "'us-daily'",
  product: "'p3'",
  limit: '50',
  steps: '1',
  z: '0.5',
  top: '8',
};
const filled = (sql: string): string =>
  sql
    .replace(/^--.*$/gm, '')
    .replace(/:([a-z]\w*)/g, (asked, name: string) => VALUES[name] ?? asked)
    .trim();

/** By 0 SQLite divides to NULL, and engines to infinity: the manual says how to ask for NULL. */
const dividedSafely = (when: string): string => when.replace(/ \/ (\w+)/g, ' / nullif($1, 0)');

let lake: Awaited<ReturnType<typeof makeUglyLake>>;
beforeAll(async () => {
  lake = await makeUglyLake(SEED, DAYS);
});
afterAll(() => lake.file.close());

/** Every column but the ids. */
const valuesOf = (view: (typeof VIEWS)[number]): string =>
  `SELECT ${view.columns
    .filter(({ name }) => !IDS.has(name))
    .map(({ name }) => `"${name}"`)
    .join(', ')} FROM ${view.name}`;

const inSqlite = (sql: string): unknown[][] =>
  lake.file.world.db.raw.prepare<[], unknown[]>(sql).raw().all();

describe.each(WAYS)(`$engine by $by, seed ${SEED}`, ({ engine: name, by }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
    const options = { engine: name, by, root: lake.folder, lists: LISTS, hasAlerts: true };
    for (const sql of engineStatements(options)) await engine.run(sql);
  });
  afterAll(() => engine.close());

  test.each(VIEWS)('$name has the columns and the values that it has in SQLite', async (view) => {
    const { columns } = await engine.rows(`SELECT * FROM ${view.name} WHERE 1 = 0`);
    const wanted = view.columns.map((column) => column.name);
    expect(columns.filter((column) => column !== 'month')).toEqual(wanted);
    const sql = valuesOf(view);
    const expected = asText(inSqlite(sql)).sort();
    expect(expected.length).toBeGreaterThan(10);
    expect(asText((await engine.rows(sql)).rows).sort()).toEqual(expected);
  });

  test('a snapshot has an id that tells it from others, in every view', async () => {
    const count = 'SELECT count(DISTINCT snapshot_id) AS n, count(DISTINCT baseline_id) AS b FROM';
    for (const view of ['changes', 'changes_7d', 'leaderboard'])
      expect(asText((await engine.rows(`${count} ${view}`)).rows)).toEqual(
        asText(inSqlite(`${count} ${view}`)),
      );
    const { rows } = await engine.rows(
      "SELECT max(snapshot_id) AS id, max(slot_at) AS slot FROM leaderboard WHERE watch = 'us-daily'",
    );
    expect(rows[0]?.[0]).toBe(`us-daily ${String(rows[0]?.[1])}`);
  });

  test.each(SHIPPED_QUERIES.filter(({ onlyHere }) => onlyHere === undefined))(
    'the saved query $name says what it says in SQLite',
    async ({ sql }) => {
      const asked = filled(sql);
      // The order of what is equal is nobody's to promise.
      const expected = asText(inSqlite(asked)).sort();
      expect(asText((await engine.rows(asked)).rows).sort()).toEqual(expected);
    },
  );

  test.each(SHIPPED_QUERIES.filter(({ onlyHere }) => onlyHere !== undefined))(
    'the saved query $name is refused, as it says of itself: it $onlyHere',
    async ({ sql }) => {
      await expect(engine.rows(filled(sql))).rejects.toThrow();
    },
  );

  test('the conditions of rules choose the rows that they choose in SQLite', async () => {
    for (const when of Object.keys(CONDITIONS)) {
      const sql = `SELECT watch, slot_at, product_id FROM changes WHERE ${when}`;
      const { rows } = await engine.rows(dividedSafely(sql));
      expect([when, asText(rows).sort()]).toEqual([when, asText(inSqlite(sql)).sort()]);
    }
  });

  test('a month that is replaced is read once, with what is new in it', async () => {
    const sql = 'SELECT watch, slot_at, product_id, rank FROM history';
    const before = (await engine.rows(sql)).rows.length;
    await lake.grow(1);
    await lake.sync();
    const expected = asText(inSqlite(sql)).sort();
    expect(expected.length).toBeGreaterThan(before);
    expect(asText((await engine.rows(sql)).rows).sort()).toEqual(expected);
  });
});

describe.each(READ_BY)(`ClickHouse, from an S3 server by the %s, seed ${SEED}`, (by) => {
  let server: S3Server;
  let engine: Engine;
  beforeAll(async () => {
    server = await startS3();
    for (const [name, bytes] of filesBelow(lake.folder)) server.objects.set(`lake/${name}`, bytes);
    engine = await openEngine('clickhouse');
    await engine.run(
      `CREATE NAMED COLLECTION tidemark_lake AS access_key_id = '${KEY_ID}', secret_access_key = '${SECRET}'`,
    );
    const root = `${server.url}/bucket/lake`;
    const options = { engine: 'clickhouse' as const, by, root, lists: LISTS, hasAlerts: true };
    for (const sql of engineStatements(options)) await engine.run(sql);
  });
  afterAll(async () => {
    await engine.close();
    await server.close();
  });

  test('every view has the values that it has in SQLite', async () => {
    for (const view of VIEWS) {
      const { rows } = await engine.rows(valuesOf(view));
      expect([view.name, asText(rows).sort()]).toEqual([
        view.name,
        asText(inSqlite(valuesOf(view))).sort(),
      ]);
    }
  });
});
