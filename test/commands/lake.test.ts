import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runLakeStatus } from '../../src/commands/lake/status.ts';
import { runLakeSync } from '../../src/commands/lake/sync.ts';
import { runLakeVerify } from '../../src/commands/lake/verify.ts';
import type { Io } from '../../src/terminal/io.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 3);
  writeFileSync(
    join(file.folder, 'tidemark.yaml'),
    'source: { token: sk_test_1 }\nwatches: { us-daily: { region: US, schedule: "0 6 * * *" } }\nlake: { to: ./lake }\n',
  );
});
afterEach(() => file.close());

async function said(work: (io: Io) => Promise<number>): Promise<[number, string]> {
  const io = memoryIo({ cwd: file.folder, now: '2026-01-06T12:00:00Z' });
  const code = await work(io);
  return [code, io.out.replaceAll(file.folder, '').replace(/[\d.]+ kB/g, 'N kB')];
}
const status = () => said((io) => runLakeStatus(io, {}));
const verify = () => said((io) => runLakeVerify(io, {}));
const sync = () => said((io) => runLakeSync(io, {}, new AbortController().signal));

test('a lake that has nothing yet is not said to be the same as the database', async () => {
  expect(await verify()).toEqual([
    0,
    `there is nothing to compare: the lake has nothing of what the database has
6 snapshots and alerts are not in it as they are now: lake sync
`,
  ]);
});

test('the state of a lake is told in lines that every terminal shows whole', async () => {
  expect(await status()).toEqual([
    0,
    `/lake
history: nothing yet
  3 snapshots behind, from Thu 2026-01-01 06:00 UTC on
changes: nothing yet
  3 snapshots behind, from Thu 2026-01-01 06:00 UTC on
alerts (top-products): nothing yet
  up to date
`,
  ]);
  expect(await sync()).toMatchObject([0, expect.stringMatching(/^\/lake: 2 files, \d+ rows\n$/)]);
  await takeDays(file.world, 1, { from: 3 });
  const [, late] = await status();
  expect(late.split('\n').slice(0, 4)).toEqual([
    '/lake',
    'history: 120 rows in 1 file, N kB',
    '  1 snapshot behind, from Sun 2026-01-04 06:00 UTC on',
    '  its newest slot is Sat 2026-01-03 06:00 UTC',
  ]);
  await sync();
  const [, now] = await status();
  expect(now.split('\n').slice(1, 3)).toEqual([
    'history: 160 rows in 1 file, N kB',
    '  up to date: its newest slot is Sun 2026-01-04 06:00 UTC',
  ]);
  expect(await verify()).toEqual([
    0,
    expect.stringMatching(/^2 months, \d+ rows: the same as in the database\n$/),
  ]);
});
