import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runPrune } from '../../src/commands/history/prune.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { dayAt } from '../support/world.ts';
import { memoryIo } from '../support/memory-io.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 20);
});
afterEach(() => file.close());

async function prune(retention: string, args: object = {}) {
  writeFileSync(
    join(file.folder, 'tidemark.yaml'),
    `source: { token: sk_test_1 }\nwatches: { us-daily: { region: US, schedule: "0 6 * * *" } }\nretention: ${retention}\n`,
  );
  const io = memoryIo({ cwd: file.folder, now: '2026-01-26T12:00:00Z' });
  return { code: await runPrune(io, args), out: io.out, err: io.err };
}
const count = (table: string) =>
  file.world.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

/** One on each of five days in January: the third, the fourth … */
const sendRequests = () => {
  const insert = file.world.db.raw.prepare(
    'INSERT INTO requests (slot_at, page, attempt, started_at, credits) VALUES (0, 1, 1, ?, 2)',
  );
  for (let day = 3; day < 8; day++) insert.run(dayAt(day));
};

test('--dry-run says what would go, and takes nothing', async () => {
  sendRequests();
  expect(
    await prune('{ raw_pages: 10d, ledger: 20d, observations: { all: 7d } }', { dryRun: true }),
  ).toEqual({
    code: 0,
    err: '',
    out: `Raw pages older than 10d: 40 would go.
Facts of messages delivered more than 400d ago: 0 would go.
Requests in the ledger older than 20d: 3 would go.
Snapshots older than 7d, all but one a week: 15 would go.

watch     snapshots  rows  from        to          kept for alerts
────────  ─────────  ────  ──────────  ──────────  ───────────────
us-daily         15   600  2026-01-01  2026-01-17                0
`,
  });
  // A row a pass, of two pages each.
  expect([count('snapshots'), count('raw_pages'), count('requests')]).toEqual([20, 20, 5]);
});

test('takes what retention says', async () => {
  sendRequests();
  const { out, err } = await prune('{ raw_pages: 10d, ledger: 20d, observations: { all: 7d } }');
  expect(out).toContain('40 gone.\n');
  expect(out).toContain('older than 20d: 3 gone.\n');
  expect(count('requests')).toBe(2);
  // So little is about to be filled again.
  expect(err).toBe('');
  expect([count('snapshots'), count('raw_pages'), count('observations')]).toEqual([5, 0, 200]);
});

test('takes nothing where everything is kept for ever', async () => {
  expect((await prune('{ raw_pages: null, messages: null, ledger: null }')).out).toBe(
    'Raw pages are kept for ever.\nMessages are kept for ever.\nThe ledger is kept for ever.\nEvery snapshot is kept for ever (retention.observations is not set).\n',
  );
  expect(
    JSON.parse(
      (await prune('{ raw_pages: 10d, observations: { all: 7d } }', { dryRun: true, json: true }))
        .out,
    ),
  ).toEqual({
    dry_run: true,
    raw_pages: 40,
    messages: 0,
    ledger: 0,
    file: { bytes: expect.any(Number), free: 0, can_give_back: true, given_back: 0 },
    watches: [
      {
        watch: 'us-daily',
        snapshots: 15,
        rows: 600,
        from: '2026-01-01T06:00:00.000Z',
        to: '2026-01-17T06:00:00.000Z',
        kept_for_alerts: 0,
      },
    ],
  });
});
