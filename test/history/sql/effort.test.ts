import { afterAll, beforeAll, expect, test } from 'vitest';
import { remarkOn, type Effort } from '../../../src/history/sql/effort.ts';
import { query } from '../../../src/history/sql/query.ts';
import { printResult } from '../../../src/terminal/sql-output.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { memoryIo } from '../../support/memory-io.ts';

let file: HistoryFile;
beforeAll(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 10);
});
afterAll(() => file.close());

const effortOf = (sql: string): Promise<Effort | null> =>
  query(
    { database: file.path, sql, parameters: {}, limit: null, timeoutMs: 10_000 },
    new AbortController().signal,
    (answer) => {
      if (answer.kind !== 'rows') throw new Error(JSON.stringify(answer));
      return answer.effort;
    },
  );

// Other systems do not count what a thread reads.
test.runIf(process.platform === 'linux')(
  'a query that goes through the whole file has read all of it, and one of a few rows has not',
  async () => {
    const whole = await effortOf('SELECT sum(pgsize) FROM dbstat');
    // The schema was read when the file was opened.
    expect(whole?.read).toBeGreaterThan((whole?.size ?? NaN) * 0.7);
    const few = await effortOf('SELECT name FROM watches LIMIT 1');
    expect(few?.size).toBe(whole?.size);
    expect(few?.read).toBeLessThan((few?.size ?? NaN) * 0.4);
  },
);

const MB = 1e6;
const SLOW = { ms: 3_400, effort: { read: 251 * MB, size: 258 * MB } };

test.each([
  ['took long and read everything', SLOW, 'in 3s 251.0 MB were read, of 258.0 MB'],
  ['was quick', { ...SLOW, ms: 1_900 }, null],
  [
    'read little, and sorted or counted for long',
    { ...SLOW, effort: { read: 9 * MB, size: 258 * MB } },
    null,
  ],
  ['took long where the system counts nothing', { ...SLOW, effort: null }, null],
])('of a query that %s is said: %o', (_, answer, said) => {
  const remark = remarkOn(answer);
  if (said === null) expect(remark).toBeNull();
  else expect(remark).toContain(said);
});

test.each(['table', 'csv', 'json'] as const)(
  'as %s the rows are as ever, and the remark goes to stderr, once',
  (format) => {
    const printed = [SLOW, { ...SLOW, ms: 5 }].map((asked) => {
      const io = memoryIo({});
      const answer = { columns: ['n'], rows: () => [[1]], rowCount: 1, isCut: false, ...asked };
      printResult(io, { kind: 'rows', ...answer }, { format, withHeader: true });
      return io;
    });
    expect(printed.map(({ out }) => out)).toEqual([printed[0]?.out, printed[0]?.out]);
    expect(printed.map(({ err }) => err.match(/tidemark help growing\n/g)?.length ?? 0)).toEqual([
      1, 0,
    ]);
  },
);
