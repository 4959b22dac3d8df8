import { EventEmitter, once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runSql, type SqlArgs } from '../../src/commands/history/sql.ts';
import type { AppError } from '../../src/lib/errors.ts';
import type { Io } from '../../src/terminal/io.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';

let file: HistoryFile;
beforeAll(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 3);
  mkdirSync(join(file.folder, 'queries'));
  writeFileSync(
    join(file.folder, 'queries', 'best.sql'),
    '-- The best of a watch\n-- :watch    its name\n-- :top = 2  how many\nSELECT rank, product_id FROM leaderboard WHERE watch = :watch AND rank <= :top ORDER BY rank',
  );
});
afterAll(() => file.close());

const noStdin = () =>
  Object.assign(Readable.from([]), { isTTY: false }) as unknown as NodeJS.ReadStream;

async function sql(args: SqlArgs, options: { io?: Partial<Io>; stdin?: NodeJS.ReadStream } = {}) {
  const io = memoryIo({ cwd: file.folder, ...options.io });
  const code = await runSql(
    io,
    { database: 'tidemark.db', ...args },
    {
      stdin: options.stdin ?? noStdin(),
      stdout: new PassThrough(),
      stop: new AbortController().signal,
    },
  );
  return { code, out: io.out, err: io.err };
}

const refusal = (args: SqlArgs): Promise<Pick<AppError, 'code' | 'message' | 'hint'>> =>
  sql(args).then(
    (result) => Promise.reject(new Error(`answered: ${result.out}`)),
    ({ code, message, hint }: AppError) => ({ code, message, hint }),
  );

const TOP = 'SELECT rank, product_id, streak FROM leaderboard WHERE rank <= 2 ORDER BY rank';

describe('tidemark sql', () => {
  test.each<[format: string, printed: string]>([
    [
      'table',
      'rank  product_id  streak\n────  ──────────  ──────\n   1  p6               1\n   2  p13              1\n',
    ],
    [
      'json',
      '[\n{"rank":1,"product_id":"p6","streak":1},\n{"rank":2,"product_id":"p13","streak":1}\n]\n',
    ],
    [
      'ndjson',
      '{"rank":1,"product_id":"p6","streak":1}\n{"rank":2,"product_id":"p13","streak":1}\n',
    ],
    ['csv', 'rank,product_id,streak\n1,p6,1\n2,p13,1\n'],
    ['tsv', 'rank\tproduct_id\tstreak\n1\tp6\t1\n2\tp13\t1\n'],
    [
      'markdown',
      '| rank | product\\_id | streak |\n| --- | --- | --- |\n| 1 | p6 | 1 |\n| 2 | p13 | 1 |\n',
    ],
  ])('prints %s', async (format, printed) => {
    expect(await sql({ query: TOP, format })).toEqual({ code: 0, err: '', out: printed });
  });

  test('--json is json, and --no-headers leaves them out', async () => {
    expect((await sql({ query: TOP, json: true })).out).toBe(
      (await sql({ query: TOP, format: 'json' })).out,
    );
    expect((await sql({ query: TOP, format: 'csv', headers: false })).out).toBe(
      '1,p6,1\n2,p13,1\n',
    );
    expect((await sql({ query: TOP, headers: false })).out).toBe('1  p6   1\n2  p13  1\n');
  });

  test('takes the query from a file or from stdin', async () => {
    writeFileSync(join(file.folder, 'query.sql'), `-- mine\n${TOP};\n`);
    const { out } = await sql({ query: TOP });
    expect((await sql({ file: 'query.sql' })).out).toBe(out);
    const stdin = () =>
      Object.assign(Readable.from([TOP.slice(0, 20), TOP.slice(20)]), {
        isTTY: false,
      }) as unknown as NodeJS.ReadStream;
    expect((await sql({}, { stdin: stdin() })).out).toBe(out);
    expect((await sql({ file: '-' }, { stdin: stdin() })).out).toBe(out);
  });

  test('says on stderr that a result was cut', async () => {
    const { out, err } = await sql({ query: 'SELECT rank FROM history', limit: 2, format: 'csv' });
    expect([out, err]).toEqual([
      'rank\n1\n2\n'.replace('1\n2', out.split('\n').slice(1, 3).join('\n')),
      'cut after 2 rows; --limit 0 shows all\n',
    ]);
    const many =
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1500) SELECT x FROM c';
    expect((await sql({ query: many })).err).toBe('cut after 1000 rows; --limit 0 shows all\n');
    expect((await sql({ query: many, limit: 0 })).err).toBe('');
    expect((await sql({ query: many, format: 'ndjson' })).out.split('\n')).toHaveLength(1_501);
  });

  test('fits a terminal, and says how many rows there are', async () => {
    const { out, err } = await sql(
      {
        query:
          'SELECT product_id, product, category_l1, category_l2, slot_at FROM leaderboard WHERE rank <= 2',
      },
      { io: { isTerminal: true, columns: 60 } },
    );
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(out).toContain('…');
    expect(err).toMatch(/^2 rows \(.+\)\n$/);
  });

  test('shows control characters on a terminal in csv too, and leaves them in a pipe', async () => {
    const query = "SELECT 'a' || char(27) || '[31m', 'x' || char(10) || 'y'";
    expect(
      (await sql({ query, format: 'csv', headers: false }, { io: { isTerminal: true } })).out,
    ).toBe('a␛[31m,"x\ny"\n');
    expect((await sql({ query, format: 'csv', headers: false })).out).toBe('a\u001b[31m,"x\ny"\n');
  });

  test('--explain shows the plan as a tree', async () => {
    const { out } = await sql({
      query: "SELECT * FROM history WHERE watch = :w AND product_id = 'p1'",
      param: ['w=us-daily'],
      explain: true,
    });
    expect(out).toContain('SEARCH o USING PRIMARY KEY (snapshot_id=? AND product_id=?)\n');
    expect((await sql({ query: 'SELECT 1 UNION ALL SELECT 2', explain: true })).out).toMatch(
      /^COMPOUND QUERY\n {2}LEFT-MOST SUBQUERY\n {4}SCAN CONSTANT ROW\n/,
    );
  });

  test('takes parameters with names in any script', async () => {
    const { out } = await sql({
      query: 'SELECT :größe AS a, $商品 AS b',
      param: ['größe=3', '商品=x'],
      format: 'csv',
      headers: false,
    });
    expect(out).toBe('3,x\n');
  });

  // A process that has to start and to be killed.
  test('leaves nothing behind when it is killed while it prints', async () => {
    const temporary = join(file.folder, 'killed');
    mkdirSync(temporary);
    const rows = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300000) SELECT x, hex(randomblob(50)) FROM c`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/cli.ts', 'sql', rows, '--format', 'csv', '--database', file.path],
      { env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    // What tsx itself keeps there is not ours.
    expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  }, 30_000);

  test('answers saved queries, shipped and own', async () => {
    expect((await sql({ query: '@best', param: ['watch=us-daily'], format: 'csv' })).out).toBe(
      'rank,product_id\n1,p6\n2,p13\n',
    );
    expect(
      (
        await sql({
          query: '@movers',
          param: ['watch=us-daily', 'limit=3'],
          format: 'csv',
          headers: false,
        })
      ).out.split('\n'),
    ).toHaveLength(4);
    const { out } = await sql({ list: true });
    expect(out).toMatch(/^@best \(yours\) +watch, top=2 +The best of a watch$/m);
    expect(out).toMatch(/^@movers /m);
    expect(JSON.parse((await sql({ list: true, json: true })).out)).toContainEqual({
      name: 'best',
      title: 'The best of a watch',
      path: join(file.folder, 'queries', 'best.sql'),
      parameters: [
        { name: 'watch', description: 'its name', default: null, required: true },
        { name: 'top', description: 'how many', default: '2', required: false },
      ],
    });
  });

  test('a saved query refuses a watch that there is not, with the nearest', async () => {
    expect(await refusal({ query: '@best', param: ['watch=us-daly'] })).toEqual({
      code: 'not_found',
      message: 'there is no watch "us-daly"',
      hint: 'did you mean us-daily?',
    });
  });

  test.each(['SHOW TABLES', 'PRAGMA table_info(history)', 'DESCRIBE history'])(
    'points from %s to what there is',
    async (query) => {
      expect((await refusal({ query })).hint).toContain('tidemark schema --db');
    },
  );

  test.each<[title: string, args: SqlArgs, expected: Partial<AppError>]>([
    [
      'an unknown format',
      { query: 'SELECT 1', format: 'xml' },
      {
        code: 'usage',
        message: '--format "xml" is not table or json or ndjson or csv or tsv or markdown',
      },
    ],
    [
      'a timeout that is none',
      { query: 'SELECT 1', timeout: '10' },
      {
        code: 'usage',
        message: '--timeout "10" is not a duration of at most 1h, such as 30s or 2m',
      },
    ],
    [
      'a query given twice',
      { query: 'SELECT 1', file: 'query.sql' },
      { code: 'usage', message: 'the query is given twice: as an argument and with -f' },
    ],
    ['a file that is not there', { file: 'none.sql' }, { code: 'usage' }],
    [
      'a missing parameter',
      { query: '@movers' },
      {
        code: 'usage',
        message: 'the query needs :watch',
        hint: '-p watch=…  name of the watch\nthere is: us-daily',
      },
    ],
    [
      'an unknown saved query',
      { query: '@mover' },
      { code: 'not_found', hint: 'did you mean @movers?' },
    ],
    [
      'a database that is not there',
      { query: 'SELECT 1', database: 'none.db' },
      { code: 'database_unusable' },
    ],
    [
      'a misspelt column',
      { query: 'SELECT rank_gian FROM changes' },
      {
        code: 'query_refused',
        message: 'no such column: rank_gian',
        hint: 'did you mean rank_gain?',
      },
    ],
    [
      'a misspelt view',
      { query: 'SELECT 1 FROM leaderbord' },
      {
        code: 'query_refused',
        message: 'no such table: leaderbord',
        hint: 'did you mean leaderboard?',
      },
    ],
    [
      'text in double quotes',
      { query: 'SELECT * FROM history WHERE watch = "us-daily"' },
      {
        code: 'query_refused',
        hint: '`tidemark schema --db` describes every column; text stands in single quotes',
      },
    ],
    [
      'a write',
      { query: 'DELETE FROM observations' },
      { code: 'query_refused', hint: 'history is read-only; to work on a copy: tidemark backup' },
    ],
    [
      'too long a query',
      {
        query:
          'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c',
        timeout: '200ms',
      },
      { code: 'query_refused', message: 'the query was stopped after 200ms' },
    ],
  ])('refuses %s', async (_, args, expected) => {
    expect(await refusal(args)).toMatchObject(expected);
  });
});

describe('the prompt', () => {
  let printed = '';
  let said = '';
  /** Types what it is given key by key, as a person does: each text when the prompt is there. Input ends after the last. */
  async function type(
    texts: readonly string[],
    io: Partial<Io> = {},
    columns: () => number = () => 100,
  ) {
    const stdin = Object.assign(new PassThrough(), {
      isTTY: true,
    }) as unknown as NodeJS.ReadStream & PassThrough;
    const stdout = new PassThrough();
    let prompted = new EventEmitter();
    stdout.on('data', (data: Buffer) => /> $/.test(data.toString()) && prompted.emit('prompt'));
    const memory = memoryIo({
      cwd: file.folder,
      isTerminal: true,
      env: { HOME: file.folder },
      ...io,
    });
    Object.defineProperty(memory, 'columns', { get: columns });
    let shown = once(prompted, 'prompt');
    const done = runSql(
      memory,
      { database: 'tidemark.db' },
      { stdin, stdout, stop: new AbortController().signal },
    );
    for (const text of texts) {
      await shown;
      for (const key of text.match(/\x1b\[.|[^]/g) ?? []) {
        prompted = new EventEmitter();
        shown = once(prompted, 'prompt');
        stdin.write(key);
        await setImmediate();
      }
    }
    await Promise.race([shown, done]);
    stdin.end();
    return { code: await done, out: memory.out, err: memory.err };
  }

  test('answers queries over several lines, saved ones, and commands; a mistake ends nothing', async () => {
    const { code, out, err } = await type([
      'SELECT rank, product_id\n',
      'FROM leaderboard WHERE rank <= 1;\n',
      'SELECT nope;\n',
      '@best -p watch=us-daily -p top=1\n',
      '.format csv\n',
      'SELECT 1 AS one;\n',
      '.columns credit_use\n',
      '.nothing\n',
      '.quit\n',
    ]);
    expect(code).toBe(0);
    expect(out.match(/ {3}1 {2}p6\n/g)).toHaveLength(2);
    expect(err).toContain('no such column: nope\n');
    expect(err).toContain('there is no .nothing\n.help lists what there is\n');
    expect(out).toContain('one\n1\n');
    expect(out).toContain('day ');
  });

  test('Ctrl-C stops a query, and drops a line that was begun', async () => {
    const { out, err } = await type([
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;\n\x03',
      'SELECT nonsense\x03',
      'SELECT 42 AS answer;\n',
      '.quit\n',
    ]);
    expect(err).toContain('the query was stopped\n');
    expect(err).not.toContain('nonsense');
    expect(out).toContain('answer\n──────\n    42\n');
  });

  test('Tab completes views and columns, and what was asked is remembered', async () => {
    const first = await type(['SELECT rank_bes\t FROM lead\t LIMIT 1;\n', '.quit\n']);
    expect(first.out).toContain('rank_best\n─');
    const second = await type(['\x1b[A\x1b[A\n', '.quit\n']);
    expect(second.out).toContain('rank_best\n─');
  });

  test('a semicolon ends a query where SQLite says so, not in a text or before a comment', async () => {
    const { out, err } = await type([
      "SELECT 'a;\n",
      "b' AS text; -- that is all\n",
      'SELECT 1 -- not yet ;\n',
      ' + 1 AS two; /* done */\n',
      '.quit\n',
    ]);
    expect(out).toContain('text\n────\na;␊b\n');
    expect(out).toContain('two\n───\n  2\n');
    expect(err).not.toContain('error');
  });

  test('goes on after the system failed, and says what it said', async () => {
    const temporary = join(file.folder, 'temporary');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    try {
      const { code, out, err } = await type(
        ["SELECT 'no room' AS x;\n", 'SELECT 1 AS one;\n', 'SELECT 42 AS answer;\n', '.quit\n'],
        {
          stdout: (text) => {
            printed += text;
            if (text.includes('no room')) rmSync(temporary, { recursive: true });
          },
          stderr: (text) => {
            said += text;
            if (text.includes('no such file')) mkdirSync(temporary);
          },
        },
      );
      expect([code, out, err]).toEqual([0, '', '']);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(said).toMatch(/no such file or directory: .*temporary/);
    expect(printed).not.toContain('one');
    expect(printed).toContain('answer\n──────\n    42\n');
  });

  test('goes on while the database is away, and while it is damaged', async () => {
    const own = join(file.folder, 'own');
    mkdirSync(own);
    const database = join(own, 'tidemark.db');
    file.world.db.raw.exec(`VACUUM INTO '${database}'`);
    const whole = readFileSync(database);
    const count = 'SELECT count(*) AS n FROM observations;\n';
    const errors: string[] = [];
    let told = '';
    const { code } = await type(
      ["SELECT 'take it away' AS x;\n", count, '.tables\n', count, '.tables\n', count, '.quit\n'],
      {
        cwd: own,
        stdout: (text) => {
          told += text;
          if (text.includes('take it away')) rmSync(database);
        },
        stderr: (text) => {
          // How many rows there were is said there too.
          if (!/^\d/.test(text)) errors.push(text.split('\n')[0] ?? '');
          // Away for two questions, cut short for two, and whole again.
          if (errors.length === 2) writeFileSync(database, whole.subarray(0, 9_000));
          if (errors.length === 4) writeFileSync(database, whole);
        },
      },
    );
    expect(code).toBe(0);
    expect(errors).toEqual([
      `there is no database at ${database}`,
      `there is no database at ${database}`,
      expect.stringMatching(/malformed|not a database|damaged/),
      expect.stringMatching(/malformed|not a database|damaged/),
    ]);
    expect(told).toContain(
      `\n${String(file.world.db.raw.prepare('SELECT count(*) FROM observations').pluck().get()).padStart(3)}\n`,
    );
  });

  test('fits what a terminal is as wide as just now', async () => {
    const wide = 'x'.repeat(70);
    const widths = [120, 40, 120];
    const shown: string[] = [];
    await type(
      [
        `SELECT '${wide}' AS a;\n`,
        `SELECT '${wide}' AS a;\n`,
        `SELECT '${wide}' AS a;\n`,
        '.quit\n',
      ],
      {
        stdout: (text) => {
          const row = text.split('\n').find((line) => line.startsWith('xx'));
          if (row !== undefined) shown.push(row);
        },
      },
      () => widths[Math.min(shown.length, 2)] ?? 0,
    );
    expect(shown.map((row) => row.trimEnd().length)).toEqual([70, 40, 70]);
  });

  test('ends with the input', async () => {
    expect(await type([])).toMatchObject({ code: 0, err: '' });
  });
});
