import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gate } from '../../../src/history/sql/gate.ts';
import { readParameters, readValue } from '../../../src/history/sql/parameters.ts';
import { query } from '../../../src/history/sql/query.ts';
import { bindParameters, getSaved, listSaved, parseSaved } from '../../../src/history/sql/saved.ts';
import { SHIPPED_QUERIES } from '../../../src/history/sql/shipped.ts';
import type { SqlRow } from '../../../src/lib/sql-value.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';

test.each([
  '/* The title */ SELECT 1',
  '/*\n * The title\n * :watch = 2  a watch\n */\nSELECT :watch',
  '/** The title **/ -- :watch = 2 a watch\n/* more */ SELECT :watch /* not this */',
  '\n/* The title\n\n:watch = 2 a watch */SELECT /* :not = 1 this */ :watch',
])('a saved query may have its title in either kind of comment: %j', (sql) => {
  const { title, parameters } = parseSaved('x', sql, null);
  expect(title).toBe('The title');
  expect(parameters).toEqual(
    sql.includes(':watch') ? [{ name: 'watch', fallback: 2n, description: 'a watch' }] : [],
  );
});

describe('a parameter', () => {
  test.each<[text: string, value: unknown]>([
    ['20', 20n],
    ['-3', -3n],
    ['0', 0n],
    ['1.5', 1.5],
    ['-0.25', -0.25],
    ['null', null],
    ['', ''],
    ['us-daily', 'us-daily'],
    ['007', '007'],
    ['1e3', '1e3'],
    ['-0', '-0'],
    ["'7'", '7'],
    ["'it''s'", "it's"],
    ['9223372036854775807', 9223372036854775807n],
    ['12345678901234567890', '12345678901234567890'],
    ['a=b', 'a=b'],
  ])('%j is read as it is meant', (text, value) => {
    expect(readValue(text)).toBe(value);
  });

  test('may have a name in any script', () => {
    expect(readParameters(['größe=3', '商品=x', ':é$1=2'])).toEqual({
      größe: 3n,
      商品: 'x',
      é$1: 2n,
    });
    expect(parseSaved('a', '-- :größe = 3 wie groß\nSELECT :größe', null).parameters).toEqual([
      { name: 'größe', fallback: 3n, description: 'wie groß' },
    ]);
  });

  test('is given as name=value', () => {
    expect(readParameters(['watch=us-daily', ':limit=5', 'x=a=b'])).toEqual({
      watch: 'us-daily',
      limit: 5n,
      x: 'a=b',
    });
    expect(() => readParameters(['watch'])).toThrow('-p "watch" is not name=value');
  });
});

describe('a saved query', () => {
  const SQL = `-- Climbers of a watch
-- and more words
--
-- :watch       name of the watch
-- :limit = 20  how many
-- :since = null
-- :text = 'a b'  quoted
SELECT 1 -- :not a parameter
`;

  test('says in its leading comment what it answers and takes', () => {
    expect(parseSaved('x', SQL, '/q/x.sql')).toEqual({
      name: 'x',
      title: 'Climbers of a watch',
      path: '/q/x.sql',
      sql: SQL,
      parameters: [
        { name: 'watch', fallback: undefined, description: 'name of the watch' },
        { name: 'limit', fallback: 20n, description: 'how many' },
        { name: 'since', fallback: null, description: '' },
        { name: 'text', fallback: 'a b', description: 'quoted' },
      ],
    });
    expect(parseSaved('y', 'SELECT 1', null)).toMatchObject({ title: '', parameters: [] });
  });

  test('gets its defaults, and what is missing or not asked for is said', () => {
    const saved = parseSaved('x', SQL, null);
    expect(bindParameters(['watch', 'limit', 'since'], { watch: 'a', limit: 5n }, saved)).toEqual({
      watch: 'a',
      limit: 5n,
      since: null,
    });
    expect(() => bindParameters(['watch', 'limit'], {}, saved)).toThrow('the query needs :watch');
    expect(() => bindParameters(['watch'], { wach: 'a' }, saved)).toThrow(
      expect.objectContaining({
        message: 'the query has no parameter :wach',
        hint: 'did you mean watch?',
      }),
    );
    expect(() => bindParameters(['constructor'], {}, null)).toThrow('the query needs :constructor');
    expect(() => bindParameters([], { x: 1n }, null)).toThrow(
      expect.objectContaining({ hint: 'it takes none' }),
    );
  });
});

describe('saved queries of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-queries-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("are listed with the shipped ones, and the user's own come first", () => {
    writeFileSync(join(folder, 'mine.sql'), '-- Mine\nSELECT 1');
    writeFileSync(join(folder, 'movers.sql'), '-- My movers\nSELECT 2');
    writeFileSync(join(folder, 'notes.txt'), 'no query');
    // What is no query, or cannot be read, keeps nobody from asking the others.
    mkdirSync(join(folder, 'dir.sql'));
    symlinkSync('ana@host.1234', join(folder, '.#movers.sql'));
    symlinkSync('nowhere', join(folder, 'gone.sql'));
    writeFileSync(join(folder, 'my query.sql'), 'SELECT 3');
    writeFileSync(join(folder, 'marked.sql'), '\ufeff-- Marked\nSELECT 4');
    const listed = listSaved(folder);
    expect(listed.map(({ name }) => name)).toEqual(
      [...new Set(['marked', 'mine', ...SHIPPED_QUERIES.map(({ name }) => name)])].sort(),
    );
    expect(getSaved(folder, 'marked')).toMatchObject({
      title: 'Marked',
      sql: '-- Marked\nSELECT 4',
    });
    expect(listSaved(join(folder, 'mine.sql')).every(({ path }) => path === null)).toBe(true);
    expect(getSaved(folder, 'movers')).toMatchObject({
      title: 'My movers',
      path: join(folder, 'movers.sql'),
    });
    expect(() => getSaved(folder, 'mvoers')).toThrow(
      expect.objectContaining({ code: 'not_found', hint: 'did you mean @movers?' }),
    );
    expect(listSaved(join(folder, 'none')).every(({ path }) => path === null)).toBe(true);
  });
});

describe('the shipped queries', () => {
  let file: HistoryFile;
  beforeAll(async () => {
    file = makeHistoryFile();
    await takeDays(file.world, 35);
  });
  afterAll(() => file.close());

  test('are at least ten, each with a title and every parameter described', () => {
    expect(SHIPPED_QUERIES.length).toBeGreaterThanOrEqual(10);
    for (const { name, sql } of SHIPPED_QUERIES) {
      const saved = parseSaved(name, sql, null);
      const gated = gate(sql);
      expect(saved.title.length, name).toBeGreaterThan(20);
      expect(saved.parameters.map((parameter) => parameter.name).sort(), name).toEqual(
        gated.ok ? [...gated.parameters].sort() : gated.message,
      );
      expect(
        saved.parameters.every(({ description }) => description !== ''),
        name,
      ).toBe(true);
    }
  });

  // The world's days lie in the past of the machine's clock: queries that look back from now find nothing in them.
  const GIVEN: Record<string, Record<string, string>> = {
    find: { name: 'product p1' },
    outliers: { z: '0.1' },
  };
  const EMPTY = ['gaps', 'churn', 'volatility', 'noisy-rules', 'credits'];

  test.each(SHIPPED_QUERIES.map(({ name }) => name))('%s answers', async (name) => {
    const saved = getSaved('/nowhere', name);
    const gated = gate(saved.sql);
    if (!gated.ok) throw new Error(gated.message);
    const usual = { watch: 'us-daily', product: 'p1', ...GIVEN[name] };
    const given = readParameters(
      Object.entries(usual)
        .filter(([parameter]) => gated.parameters.includes(parameter))
        .map(([parameter, value]) => `${parameter}=${value}`),
    );
    const parameters = { ...bindParameters(gated.parameters, given, saved) };
    const answer = await query(
      { database: file.path, sql: saved.sql, parameters, limit: null, timeoutMs: 10_000 },
      new AbortController().signal,
      (result) => (result.kind === 'rows' ? result.rowCount : result),
    );
    if (EMPTY.includes(name)) expect(answer).toBe(0);
    else expect(answer).toBeGreaterThan(0);
  });

  test.each(EMPTY)('%s answers about days long ago too', async (name) => {
    const saved = getSaved('/nowhere', name);
    const rows = await query(
      {
        database: file.path,
        sql: saved.sql,
        parameters: { watch: 'us-daily', days: 100_000n, limit: 5n },
        limit: null,
        timeoutMs: 10_000,
      },
      new AbortController().signal,
      (result) => (result.kind === 'rows' ? [...result.rows()] : result),
    );
    const expected: Record<string, SqlRow | undefined> = {
      'noisy-rules': ['top3', 'us-daily'],
      gaps: undefined,
      credits: undefined,
    };
    if (name in expected && expected[name] === undefined) expect(rows).toEqual([]);
    else expect(rows).not.toHaveLength(0);
  });
});
