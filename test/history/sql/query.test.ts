import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { query, type Answer } from '../../../src/history/sql/query.ts';
import type { QueryRequest } from '../../../src/history/sql/protocol.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';

const COUNT_FOREVER =
  'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c';

let file: HistoryFile;
beforeAll(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 3);
});
afterAll(() => file.close());

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});

const ask = <Result>(
  sql: string,
  use: (answer: Answer) => Result | Promise<Result>,
  overrides: Partial<QueryRequest> = {},
): Promise<Result> =>
  query(
    { database: file.path, sql, parameters: {}, limit: null, timeoutMs: 10_000, ...overrides },
    stop.signal,
    use,
  );

const rowsOf = (answer: Answer) => (answer.kind === 'rows' ? [...answer.rows()] : answer);

describe('a query', () => {
  test('brings every value as it is', async () => {
    const rows = await ask(
      "SELECT NULL, 1, -1.5, 9007199254740993, -9223372036854775808, 'ü\u{1F600}', x'00ff', 9e999, '', 0.1 + 0.2",
      rowsOf,
    );
    expect(rows).toEqual([
      [
        null,
        1,
        -1.5,
        9007199254740993n,
        -9223372036854775808n,
        'ü\u{1F600}',
        Buffer.from([0, 255]),
        Infinity,
        '',
        0.1 + 0.2,
      ],
    ]);
  });

  test('takes parameters by name, as numbers where they are numbers', async () => {
    const climbers = file.world.db.raw
      .prepare('SELECT count(*) FROM changes WHERE rank_gain >= 1')
      .pluck()
      .get();
    expect(climbers).toBeGreaterThan(0);
    expect(
      await ask(
        'SELECT count(*) FROM changes WHERE rank_gain >= :gain AND watch = $watch',
        rowsOf,
        { parameters: { gain: 1n, watch: 'us-daily' } },
      ),
    ).toEqual([[climbers]]);
    expect(await ask('SELECT :x', rowsOf)).toMatchObject({
      kind: 'failed',
      message: 'Missing named parameter "x"',
    });
  });

  test('is cut at its limit, and says so only when there is more', async () => {
    const counts = (answer: Answer) =>
      answer.kind === 'rows' ? [answer.rowCount, [...answer.rows()].length, answer.isCut] : answer;
    expect(await ask('SELECT * FROM history', counts, { limit: 119 })).toEqual([119, 119, true]);
    expect(await ask('SELECT * FROM history', counts, { limit: 120 })).toEqual([120, 120, false]);
    expect(
      await ask(
        'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c',
        counts,
        { limit: 1_234 },
      ),
    ).toEqual([1_234, 1_234, true]);
  });

  test('of many rows can be read twice', async () => {
    const sums = await ask(
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 200000) SELECT x, x * 0.5, hex(x) FROM c',
      (answer) => {
        if (answer.kind !== 'rows') throw new Error(answer.kind);
        const sum = () => [...answer.rows()].reduce((total, [x]) => total + Number(x), 0);
        return [sum(), sum()];
      },
    );
    expect(sums).toEqual([20_000_100_000, 20_000_100_000]);
  });

  test('that is wrong says what SQLite says', async () => {
    expect(await ask('SELECT rnk FROM history', rowsOf)).toEqual({
      kind: 'failed',
      message: 'no such column: rnk',
    });
    expect(await ask('SELECT 1', rowsOf, { database: `${file.folder}/none.db` })).toMatchObject({
      kind: 'failed',
      message: 'unable to open database file',
    });
  });

  test('stops when it is told to, also while it runs', async () => {
    const asked = ask(COUNT_FOREVER, (answer) => answer.kind);
    setImmediate(() => stop.abort());
    expect(await asked).toBe('aborted');
    expect(await ask('SELECT 1', (answer) => answer.kind)).toBe('aborted');
  });

  test('leaves no temporary files behind, however it ends', async () => {
    // Of its own: what others leave in the shared one is theirs.
    const folder = join(file.folder, 'temporary');
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(ask('SELECT 1', () => {})).rejects.toThrow('ENOENT');
    mkdirSync(folder);
    await ask('SELECT 1', () => {});
    await ask(COUNT_FOREVER, () => {}, { timeoutMs: 100 });
    await expect(ask('SELECT 1', () => Promise.reject(new Error('reader failed')))).rejects.toThrow(
      'reader failed',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the daemon beside it', () => {
  test('commits while a query runs, and can shrink the WAL once it ended', async () => {
    const { raw } = file.world.db;
    const checkpoint = () =>
      (raw.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])[0]?.busy;
    const slowest = { ms: 0 };
    const writing = setInterval(() => {
      const startedAt = performance.now();
      raw.exec("UPDATE watches SET timezone = 'UTC'");
      slowest.ms = Math.max(slowest.ms, performance.now() - startedAt);
    }, 20);
    try {
      expect(
        await ask(
          COUNT_FOREVER.replace('FROM c)', 'FROM c, (SELECT count(*) FROM observations))'),
          (answer) => (answer.kind === 'refused' ? answer.message : answer.kind),
          { timeoutMs: 2_000 },
        ),
      ).toBe('the query was stopped after 2s');
    } finally {
      clearInterval(writing);
    }
    expect(slowest.ms).toBeGreaterThan(0);
    // A writer that waited for the query would have waited until it was stopped.
    expect(slowest.ms).toBeLessThan(1_500);
    expect(checkpoint()).toBe(0);
  });

  test('can shrink the WAL while a slow reader still has the answer before it', async () => {
    const { raw } = file.world.db;
    const busy = await ask('SELECT * FROM history', (answer) => {
      if (answer.kind !== 'rows') throw new Error(answer.kind);
      const reading = answer.rows()[Symbol.iterator]();
      reading.next();
      raw.exec("UPDATE watches SET timezone = 'UTC'");
      const checkpoint = raw.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number }[];
      reading.return?.();
      return checkpoint;
    });
    expect(busy).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
  });
});
