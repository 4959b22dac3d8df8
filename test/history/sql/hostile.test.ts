// Statements that must not do harm: to the database, to other files, to the machine, or to the daemon beside them.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../../../src/history/sql/query.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';

let file: HistoryFile;
let before: string;
beforeAll(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 3);
  file.world.db.raw.exec("CREATE VIEW smuggler AS SELECT file FROM 'pragma_database_list'");
  file.world.db.raw.exec('CREATE VIEW keyhole AS SELECT key FROM web_keys');
  before = fingerprint();
});
afterAll(() => file.close());

const fingerprint = (): string => {
  const { raw } = file.world.db;
  const tables = raw
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    .pluck()
    .all() as string[];
  return JSON.stringify([
    tables.map((table) => [table, raw.prepare(`SELECT count(*) FROM "${table}"`).pluck().get()]),
    raw.prepare('SELECT sql FROM sqlite_master ORDER BY name').pluck().all(),
    raw.pragma('user_version'),
  ]);
};

/** What came of it, in one line. Memory and time are short here: what is stopped at all is stopped in a second. */
async function ask(sql: string, timeoutMs = 10_000): Promise<string> {
  return query(
    {
      database: file.path,
      sql: sql.replaceAll('FOLDER', file.folder),
      parameters: {},
      limit: null,
      timeoutMs,
    },
    new AbortController().signal,
    (answer) => {
      if (answer.kind === 'rows') return `${answer.rowCount} rows`;
      return answer.kind === 'aborted' ? 'aborted' : answer.message;
    },
  );
}

const PRAGMA_SPELLINGS = [
  "SELECT file FROM 'pragma_database_list'",
  'SELECT file FROM "pragma_database_list"',
  'SELECT file FROM [pragma_database_list]',
  'SELECT file FROM `pragma_database_list`',
  'SELECT file FROM PRAGMA_Database_List()',
  "SELECT file FROM main.'pragma_database_list'",
  "; SELECT x.file FROM 'pragma_database_list' AS x",
  "-- innocent\nSELECT file FROM 'pragma_database_list' pragma_table_info",
  "WITH json_each AS (SELECT file FROM 'pragma_database_list') SELECT * FROM json_each",
  "SELECT (SELECT file FROM 'pragma_database_list')",
  "SELECT 1 WHERE EXISTS (SELECT 1 FROM watches JOIN 'pragma_database_list' ON file = watches.name)",
  "SELECT rank FROM history WHERE watch IN (SELECT file FROM 'pragma_database_list') LIMIT 1",
  "SELECT * FROM (SELECT 1 UNION ALL SELECT file FROM 'pragma_database_list')",
  "SELECT file FROM pragma_table_info('watches') AS t, 'pragma_database_list' AS d",
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT file FROM c, 'pragma_database_list') SELECT * FROM c",
];

/** What the links of mails are signed with, written in many ways. */
const SECRETS = [
  'SELECT key FROM web_keys',
  'SELECT hex(key) FROM "web_keys" AS k',
  'SELECT purpose FROM main.[web_keys]',
  'SELECT count(*) FROM web_keys',
  'SELECT rank FROM history WHERE EXISTS (SELECT 1 FROM web_keys WHERE hex(key) > 1)',
  'WITH k AS (SELECT key FROM web_keys) SELECT * FROM k',
  'SELECT * FROM keyhole',
];

const COUNT_FOREVER = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)';

describe('a hostile statement is refused or stopped, and says why', () => {
  test.each<[title: string, sql: string, said: string | RegExp]>([
    // Writes.
    [
      'inserting',
      "INSERT INTO watches (name, schedule, timezone, scheduled_from_at, created_at) VALUES ('x', '* * * * *', 'UTC', 0, 0)",
      'begins with INSERT',
    ],
    ['updating', 'UPDATE products SET name = 1', 'begins with UPDATE'],
    ['deleting', 'DELETE FROM observations', 'begins with DELETE'],
    [
      'deleting behind WITH',
      'WITH a AS (SELECT 1) DELETE FROM observations',
      'the query would write',
    ],
    [
      'inserting behind WITH',
      "WITH a AS (SELECT 1) INSERT INTO silences (reason) SELECT 'x'",
      'the query would write',
    ],
    [
      'updating with RETURNING behind WITH',
      'WITH a AS (SELECT 1) UPDATE products SET name = 2 RETURNING *',
      'the query would write',
    ],
    ['replacing', 'REPLACE INTO products (id) VALUES (1)', 'begins with REPLACE'],
    ['dropping a table', 'DROP TABLE observations', 'begins with DROP'],
    ['dropping a view', 'DROP VIEW history', 'begins with DROP'],
    ['altering a table', 'ALTER TABLE products ADD COLUMN x', 'begins with ALTER'],
    ['making a table', 'CREATE TABLE x (a)', 'begins with CREATE'],
    [
      'making a temporary table, which fills the disk',
      'CREATE TEMP TABLE x AS SELECT * FROM observations',
      'begins with CREATE',
    ],
    ['making a temporary view', 'CREATE TEMP VIEW history AS SELECT 1', 'begins with CREATE'],
    [
      'making a trigger',
      'CREATE TEMP TRIGGER x AFTER INSERT ON observations BEGIN SELECT 1; END',
      'begins with CREATE',
    ],
    ['making a virtual table', 'CREATE VIRTUAL TABLE x USING fts5(a)', 'begins with CREATE'],
    ['reindexing', 'REINDEX', 'begins with REINDEX'],
    ['analysing', 'ANALYZE', 'begins with ANALYZE'],
    ['vacuuming', 'VACUUM', 'begins with VACUUM'],
    // Other files.
    ['copying the database away', "VACUUM INTO 'FOLDER/stolen.db'", 'begins with VACUUM'],
    ['copying it behind a comment', "/**/VACUUM/**/INTO 'FOLDER/stolen.db'", 'begins with VACUUM'],
    ['attaching a file', "ATTACH 'FOLDER/other.db' AS other", 'begins with ATTACH'],
    ['attaching memory', "ATTACH ':memory:' AS m", 'begins with ATTACH'],
    ['detaching', 'DETACH main', 'begins with DETACH'],
    ['loading code', "SELECT load_extension('/tmp/evil')", 'load_extension() is not available'],
    [
      'loading code through a subquery',
      'SELECT (SELECT "load_extension"(name) FROM products)',
      'load_extension() is not available',
    ],
    ['reading a file', "SELECT readfile('/etc/passwd')", 'readfile() is not available'],
    ['writing a file', "SELECT writefile('FOLDER/x', 'y')", 'writefile() is not available'],
    ['listing a folder', "SELECT * FROM fsdir('/')", 'fsdir() is not available'],
    ['reading csv from disk', "SELECT * FROM csv('/etc/passwd')", 'no such table: csv'],
    [
      'replacing a tokenizer',
      "SELECT fts3_tokenizer('simple', x'00')",
      'fts3_tokenizer() is not available',
    ],
    ['reading raw pages', 'SELECT * FROM sqlite_dbpage', 'no such table: sqlite_dbpage'],
    ['writing the schema', "UPDATE sqlite_master SET sql = ''", 'begins with UPDATE'],
    // Settings.
    ['undoing the guard', 'PRAGMA query_only = 0', 'begins with PRAGMA'],
    [
      'mapping memory, which the connection calls reading',
      'PRAGMA mmap_size = 99999999999',
      'begins with PRAGMA',
    ],
    ['lifting the heap limit', 'PRAGMA hard_heap_limit = 0', 'begins with PRAGMA'],
    ['changing the journal', 'PRAGMA journal_mode = DELETE', 'begins with PRAGMA'],
    ['a checkpoint', 'PRAGMA wal_checkpoint(TRUNCATE)', 'begins with PRAGMA'],
    ['a pragma behind EXPLAIN', 'EXPLAIN PRAGMA query_only = 0', 'this explains PRAGMA'],
    [
      'scanning the whole file',
      'SELECT * FROM pragma_integrity_check',
      'pragma_integrity_check is not available',
    ],
    [
      'scanning it in quotes',
      'SELECT * FROM [pragma_quick_check]',
      'pragma_quick_check is not available',
    ],
    [
      'asking for paths',
      'SELECT file FROM pragma_database_list',
      'pragma_database_list is not available',
    ],
    ...PRAGMA_SPELLINGS.map((sql): [string, string, string] => [
      `asking for paths by ${sql}`,
      sql,
      'pragma_database_list is not available here',
    ]),
    [
      'asking for paths through a view of the file',
      'SELECT * FROM smuggler',
      'unsafe use of virtual table "pragma_database_list"',
    ],
    [
      'copying the log back through a pragma',
      "SELECT * FROM 'pragma_wal_checkpoint'",
      'no such table: pragma_wal_checkpoint',
    ],
    [
      'reading the name of a folder',
      'SELECT * FROM `pragma_journal_mode` AS json_each',
      'pragma_journal_mode is not available here',
    ],
    [
      'a tokenizer as a table',
      "SELECT * FROM 'fts3tokenize' WHERE input = 'x'",
      'fts3tokenize is not available here',
    ],
    // Transactions.
    ['beginning a transaction', 'BEGIN EXCLUSIVE', 'begins with BEGIN'],
    ['a savepoint', 'SAVEPOINT x', 'begins with SAVEPOINT'],
    ['rolling back', 'ROLLBACK', 'begins with ROLLBACK'],
    // Smuggling.
    ['a second statement', 'SELECT 1; DELETE FROM observations', 'more than one statement'],
    [
      'a second statement behind a comment',
      'SELECT 1 /* ; */ ; DROP TABLE observations --',
      'more than one statement',
    ],
    ['a second statement behind a NUL', 'SELECT 1\0; DROP TABLE observations', 'a NUL character'],
    ['a query that is no query', 'observations', 'begins with OBSERVATIONS'],
    ['an anonymous parameter', 'SELECT * FROM products LIMIT ?', 'parameters have names here'],
    [
      'ten thousand terms',
      `SELECT ${Array(10_000).fill('1').join('+')}`,
      /Expression tree is too large|parser stack overflow/,
    ],
    [
      'a thousand nested queries',
      `${'SELECT * FROM ('.repeat(1_000)}SELECT 1${')'.repeat(1_000)}`,
      /Recursion limit|stack overflow/,
    ],
    // Blobs. A machine that is quick enough gets to see the value, and refuses that.
    [
      'a giant blob',
      'SELECT zeroblob(500000000)',
      /needed more than 512 MB of memory|values may have 16 MB/,
    ],
    ['a blob beyond every limit', 'SELECT zeroblob(2000000000)', /too big/],
    [
      'a giant text',
      "SELECT printf('%*c', 300000000, 'x')",
      /needed more than 512 MB of memory|values may have 16 MB/,
    ],
    [
      'doubling a text',
      "SELECT replace(replace(hex(zeroblob(10000)), '0', hex(zeroblob(10000))), '0', 'xxxxxxxx')",
      /needed more than 512 MB of memory|too big/,
    ],
    [
      'a random blob',
      'SELECT hex(randomblob(100000000))',
      /needed more than 512 MB of memory|values may have 16 MB/,
    ],
    [
      'a giant aggregate',
      `${COUNT_FOREVER} SELECT group_concat(hex(randomblob(50000))) FROM c`,
      /needed more than 512 MB of memory|too big/,
    ],
    [
      'a text that doubles without end',
      "WITH RECURSIVE c(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
      /needed more than 512 MB of memory|too big/,
    ],
    [
      'a giant JSON',
      `${COUNT_FOREVER} SELECT json_group_array(hex(zeroblob(50000))) FROM c`,
      /needed more than 512 MB of memory|too big/,
    ],
  ])('%s', async (_, sql, said) => {
    const answer = await ask(sql);
    if (typeof said === 'string') expect(answer).toContain(said);
    else expect(answer).toMatch(said);
    expect(fingerprint()).toBe(before);
  });

  test.each<[title: string, sql: string]>([
    ['counting without end', `${COUNT_FOREVER} SELECT count(*) FROM c`],
    ['rows without end', `${COUNT_FOREVER} SELECT x FROM c`],
    [
      'sorting without end',
      `${COUNT_FOREVER} SELECT x, hex(randomblob(20)) AS y FROM c ORDER BY y`,
    ],
    ['distinct values without end', `${COUNT_FOREVER} SELECT count(DISTINCT x) FROM c`],
    [
      'joining everything with everything',
      'SELECT count(*) FROM observations a, observations b, observations c, observations d, observations e',
    ],
  ])('%s is stopped when its time is up', async (_, sql) => {
    const answer = await ask(sql, 400);
    expect(answer).toBe('the query was stopped after 400ms');
    expect(fingerprint()).toBe(before);
  });

  test.each<[sql: string, said: string]>([
    ["SELECT name FROM pragma_table_info('watches') LIMIT 2", '2 rows'],
    [
      'SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c LIMIT 3',
      '3 rows',
    ],
    ["SELECT value FROM json_each('[1, 2, 3]')", '3 rows'],
    ['SELECT 1 AS pragma_database_list, 2 AS "pragma_quick_check"', '1 rows'],
    ['EXPLAIN QUERY PLAN SELECT 1', '1 rows'],
  ])('and what only describes, or only sounds alike, is answered: %s', async (sql, said) => {
    expect(await ask(sql)).toBe(said);
  });

  test('none of them left a file behind', () => {
    expect(readdirSync(file.folder).filter((name) => !name.startsWith('tidemark.db'))).toEqual([]);
    expect(existsSync(join(file.folder, 'stolen.db'))).toBe(false);
    expect(statSync(file.path).size).toBeGreaterThan(0);
  });
});

test.each(SECRETS)('the key of signed links is not read by %s', async (sql) => {
  expect(await ask(sql)).toContain('web_keys is not available here');
});
