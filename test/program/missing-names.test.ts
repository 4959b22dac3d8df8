// What is said where an argument is missing, with a database that has something to name.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../src/program/program.ts';
import { insertSilence } from '../../src/store/alerts/silences.ts';
import { backupPath } from '../../src/store/file/backup.ts';
import { insertToken } from '../../src/store/web/tokens.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';
import { makeWatch } from '../support/world.ts';

const NOW = Date.parse('2026-01-04T12:00:00Z');

let file: HistoryFile;
beforeAll(async () => {
  file = makeHistoryFile({ watches: [makeWatch(), makeWatch({ name: 'gb-daily', region: 'GB' })] });
  await takeDays(file.world, 3);
  await takeDays(file.world, 1, { watch: 'gb-daily', count: 3 });
  insertSilence(
    file.world.db,
    { rule: 'top3', watch: null, product: null, untilAt: NOW + 1, reason: 'x' },
    NOW,
  );
  insertToken(file.world.db, { name: 'ci', scopes: ['read'], hash: Buffer.alloc(32) }, NOW);
  writeFileSync(
    join(file.folder, 'tidemark.yaml'),
    `source: { token: x }
watches:
  us-daily: { region: US, time_scope: 1, schedule: "0 6 * * *" }
  gb-daily: { region: GB, time_scope: 1, schedule: "0 6 * * *" }
`,
  );
  mkdirSync(join(file.folder, 'queries'));
  writeFileSync(join(file.folder, 'queries', 'mine.sql'), 'SELECT 1');
  mkdirSync(join(file.folder, 'backups'));
  writeFileSync(backupPath(file.path, NOW), '');
});
afterAll(() => file.close());

async function said(...argv: string[]): Promise<string> {
  const io = memoryIo({ cwd: file.folder, columns: 400, now: '2026-01-04T12:00:00Z' });
  const noSignals = () => {
    throw new Error('not needed');
  };
  expect(await runProgram(io, noSignals, '1', argv)).toBe(argv[0] === '__complete' ? 0 : 2);
  return io.err + io.out;
}

test.each([
  [['alerts', 'show'], /there is: \d+(?:, \d+)*\n/],
  [['silence', 'remove'], /there is: 1\n/],
  [['web', 'token', 'remove'], /there is: ci\n/],
  [['restore'], /there is: \S+\/backups\/tidemark-20260104T120000Z\.db\n/],
  [['completion'], /there is: bash, zsh, fish\n/],
  [['product'], /there is: us-daily, gb-daily\n/],
  [['lake', '--json'], /which command of lake\?\nthere is: sync, status, verify, thin, ddl\n/],
  [
    ['web', 'token', '--config', 'x.yaml'],
    /which command of token\?\nthere is: add, list, remove\n/,
  ],
  [['--config', 'x.yaml', 'rules'], /which command of rules\?\nthere is: backtest, test\n/],
])('a missing argument is answered with what there is: %j', async (argv, expected) => {
  expect(await said(...argv)).toMatch(expected);
});

test('a missing product is one of the watch that is named, the best ranked first', async () => {
  const names = (text: string) => /there is: (.*)\n/.exec(text)?.[1]?.split(', ');
  expect(names(await said('product', 'gb-daily'))).toHaveLength(3);
  // On the last day both were there, and both led the list once.
  expect(names(await said('product', 'us-daily'))?.slice(0, 2)).toEqual([
    'Product p6',
    'Product p3',
  ]);
});

test('the shell is offered ids too, and the saved queries of the folder', async () => {
  expect(await said('__complete', 'silence', 'remove', '')).toBe('1\n');
  expect(await said('__complete', 'sql', '@m')).toContain('@mine\n');
  expect(await said('__complete', 'completion', 'z')).toBe('zsh\n');
  expect(await said('__complete', 'help', 'oper')).toBe('operations\n');
});

test('a config may stand behind the name of a group, and a command with commands of its own runs', async () => {
  const run = async (...argv: string[]) => {
    const io = memoryIo({ cwd: file.folder, columns: 80, now: '2026-01-04T12:00:00Z' });
    const code = await runProgram(
      io,
      () => {
        throw new Error('not needed');
      },
      '1',
      argv,
    );
    return [code, io.out];
  };
  const expected = [0, expect.stringContaining('ci')];
  expect(await run('web', 'token', '--config', 'tidemark.yaml', 'list')).toEqual(expected);
  expect(await run('web', '--config=tidemark.yaml', 'token', 'list')).toEqual(expected);
  expect(await run('alerts', '--config', 'tidemark.yaml')).toEqual([0, expect.anything()]);
});
