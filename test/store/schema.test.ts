import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { getTableColumns, is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/file/open.ts';
import { VIEWS } from '../../src/store/views/views.ts';
import { dayAt, fetchedList, makeRule, makeWorld, products } from '../support/world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-schema-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SCHEMA = join(import.meta.dirname, '../../src/store/schema');
const TABLES: SQLiteTable[] = (
  await Promise.all(
    readdirSync(SCHEMA).map(
      async (file) => (await import(join(SCHEMA, file))) as Record<string, unknown>,
    ),
  )
).flatMap((parts) => Object.values(parts).filter((part) => is(part, SQLiteTable)));

describe('the schema', () => {
  test('Drizzle and the migrated database agree on every table and column', () => {
    const db = openDatabase(':memory:');
    const migrated = db.raw
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '__drizzle_migrations' ORDER BY name",
      )
      .pluck()
      .all();
    expect(TABLES.map((table) => getTableConfig(table).name).sort()).toEqual(migrated);
    for (const table of TABLES) {
      const columns = (
        db.raw.pragma(`table_info(${getTableConfig(table).name})`) as {
          name: string;
          type: string;
          notnull: number;
          pk: number;
        }[]
      ).map(({ name, type, notnull, pk }) => ({
        name,
        type: type.toLowerCase(),
        notNull: notnull === 1 || pk > 0,
      }));
      const declared = Object.values(getTableColumns(table)).map((column) => ({
        name: column.name,
        type: column.getSQLType(),
        notNull: column.notNull || column.primary,
      }));
      expect({ table: getTableConfig(table).name, columns: declared }).toEqual({
        table: getTableConfig(table).name,
        columns,
      });
    }
    db.close();
  });

  test('every table is strict, and those of pairs have no rowid', () => {
    const db = openDatabase(':memory:');
    const flags = (
      db.raw.pragma('table_list') as { name: string; type: string; wr: number; strict: number }[]
    ).filter(
      ({ name, type }) =>
        type === 'table' && !name.startsWith('sqlite_') && name !== '__drizzle_migrations',
    );
    expect(flags.filter(({ strict }) => strict === 0).map(({ name }) => name)).toEqual([]);
    expect(
      flags
        .filter(({ wr }) => wr === 1)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      expect.arrayContaining([
        'notification_alerts',
        'observations',
        'product_records',
        'rule_states',
        'rule_watermarks',
      ]),
    );
    db.close();
  });

  test('every view has the columns it documents, in order', () => {
    const db = openDatabase(':memory:');
    for (const view of VIEWS)
      expect({
        view: view.name,
        columns: db.raw
          .prepare(`SELECT * FROM ${view.name}`)
          .columns()
          .map(({ name }) => name),
      }).toEqual({ view: view.name, columns: view.columns.map(({ name }) => name) });
    db.close();
  });

  test('every column of a view has a type, for tools that go by it', () => {
    const db = openDatabase(':memory:');
    for (const view of VIEWS) {
      const untyped = (
        db.raw.pragma(`table_xinfo(${view.name})`) as { name: string; type: string }[]
      ).filter(({ type }) => !['TEXT', 'INTEGER', 'INT', 'REAL', 'NUM'].includes(type));
      expect({ view: view.name, untyped }).toEqual({ view: view.name, untyped: [] });
    }
    db.close();
  });

  test('checks and foreign keys are enforced', () => {
    const db = openDatabase(':memory:');
    expect(() =>
      db.raw
        .prepare('INSERT INTO observations (snapshot_id, product_id, rank) VALUES (1, 1, 1)')
        .run(),
    ).toThrow(/FOREIGN KEY/);
    expect(() =>
      db.raw.prepare("INSERT INTO silences (reason, created_at) VALUES ('x', 0)").run(),
    ).toThrow(/CHECK/);
    expect(() =>
      db.raw
        .prepare("INSERT INTO products (upstream_id, name, updated_at) VALUES ('x', 'x', 'today')")
        .run(),
    ).toThrow(/cannot store TEXT/);
    db.close();
  });

  test('every reference to a snapshot is found by an index, so that deleting one reads no whole table', () => {
    const db = openDatabase(':memory:');
    const tables = db.raw
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .pluck()
      .all() as string[];
    const references = tables.flatMap((table) =>
      (db.raw.pragma(`foreign_key_list(${table})`) as { table: string; from: string }[])
        .filter((key) => key.table === 'snapshots')
        .map(({ from }) => ({ table, from })),
    );
    expect(references.length).toBeGreaterThan(5);
    const isKey = (table: string, column: string) =>
      (db.raw.pragma(`table_info(${table})`) as { name: string; pk: number }[]).some(
        ({ name, pk }) => name === column && pk === 1,
      );
    const unfound = references.filter(
      ({ table, from }) =>
        !isKey(table, from) &&
        !(db.raw.pragma(`index_list(${table})`) as { name: string }[]).some(
          ({ name }) =>
            (db.raw.pragma(`index_info(${name})`) as { name: string }[])[0]?.name === from,
        ),
    );
    expect(unfound).toEqual([]);
    db.close();
  });

  test('journal entries are in order, so that no migration is skipped silently', () => {
    const { entries } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../migrations/meta/_journal.json'), 'utf8'),
    ) as { entries: { idx: number; when: number }[] };
    expect(entries.map(({ idx }) => idx)).toEqual(entries.map((_, index) => index));
    expect(entries.map(({ when }) => when)).toEqual(
      entries.map(({ when }) => when).sort((a, b) => a - b),
    );
  });
});

describe('opening a database', () => {
  test('twice is harmless', () => {
    const path = join(folder, 'a.db');
    openDatabase(path).close();
    const dump = () => {
      const raw = new Database(path, { readonly: true });
      const rows = raw.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all();
      raw.close();
      return rows;
    };
    const before = dump();
    openDatabase(path).close();
    expect(dump()).toEqual(before);
  });

  test('that a newer program has migrated is refused, and says what to do', () => {
    const path = join(folder, 'a.db');
    const db = openDatabase(path);
    db.raw
      .prepare(
        "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('future', 99999999999999)",
      )
      .run();
    db.close();
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({
        code: 'database_newer',
        message: expect.stringContaining('newer Tidemark'),
        hint: expect.stringContaining('update Tidemark'),
      }),
    );
  });

  test('of another program is refused', () => {
    const path = join(folder, 'other.db');
    new Database(path).exec('CREATE TABLE notes (text)').close();
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({
        code: 'database_unusable',
        message: expect.stringContaining('not one of Tidemark'),
      }),
    );
  });

  test('sets what durability needs', () => {
    const db = openDatabase(join(folder, 'a.db'));
    expect([
      db.raw.pragma('journal_mode', { simple: true }),
      db.raw.pragma('synchronous', { simple: true }),
      db.raw.pragma('foreign_keys', { simple: true }),
    ]).toEqual(['wal', 2, 1]);
    db.close();
  });
});

test('the sqlite3 shell reads every view as the program does', async ({ skip }) => {
  // The shell is Debian's (3.40): much older than the library in use.
  if (spawnSync('sqlite3', ['--version']).status !== 0)
    skip('there is no sqlite3 shell on this machine');
  const path = join(folder, 'a.db');
  const world = makeWorld({ database: path, rules: [makeRule({ when: 'rank <= 5' })] });
  for (let day = 0; day < 3; day++)
    await world.pass(
      dayAt(day),
      fetchedList(
        products(40)
          .slice(day)
          .map((id, index) => ({ id, posts: 1000 - index, ctr: 1.93 - day / 10 })),
      ),
    );
  world.close();
  const raw = new Database(path, { readonly: true });
  for (const { name } of VIEWS) {
    const { status, stdout, stderr } = spawnSync(
      'sqlite3',
      ['-readonly', '-json', path, `SELECT * FROM ${name}`],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    expect({ view: name, status, stderr }).toEqual({ view: name, status: 0, stderr: '' });
    // A view has no order: each version of SQLite chooses its own.
    const inOrder = (rows: unknown[]) => rows.map((row) => [JSON.stringify(row), row]).sort();
    const read = (stdout === '' ? [] : JSON.parse(stdout)) as unknown[];
    expect({ view: name, rows: inOrder(read) }).toEqual({
      view: name,
      rows: inOrder(raw.prepare(`SELECT * FROM ${name}`).all()),
    });
  }
  expect(
    raw
      .prepare(
        "SELECT ctr_delta FROM changes WHERE status = 'stayed' AND slot_at LIKE '2026-01-02%'",
      )
      .pluck()
      .get(),
  ).toBe(-0.1);
  raw.close();
});
