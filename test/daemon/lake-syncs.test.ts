import { afterEach, beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import type { LakeOutcome } from '../../src/daemon/lake-job.ts';
import { runLakeSyncs } from '../../src/daemon/lake-syncs.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/lib/clock.ts';
import { readLakeNote } from '../../src/store/file/lake-note.ts';
import { adviceFor } from '../../src/report/status-advice.ts';
import { readStatus } from '../../src/report/status.ts';
import { totalLines } from '../../src/terminal/status-text.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { makeHook, makeRule } from '../support/world.ts';

let file: HistoryFile;
let database: string;
let clock: ManualClock;
let outcomes: LakeOutcome[];
let syncs: string[];
let stop: AbortController;
let running: Promise<void>;
beforeEach(() => {
  clock = manualClock('2026-03-01T00:00:00Z');
  outcomes = [];
  syncs = [];
  stop = new AbortController();
  file = makeHistoryFile({
    rules: [makeRule()],
    channels: [makeHook(), makeHook({ name: 'other' })],
    lake: {
      schedule: '0 2 * * *',
      timezone: 'UTC',
      to: { kind: 'folder', path: '/data/lake' },
      views: ['history'],
      keepMs: 1,
      allowPrivate: false,
    },
  });
  database = file.path;
  running = runLakeSyncs({
    db: file.world.db,
    config: () => file.world.config,
    clock,
    log: pino({ enabled: false }),
    sync: async () => {
      syncs.push(new Date(clock.now()).toISOString().slice(0, 16));
      return outcomes.shift() ?? { place: 'there', files: 1, rows: 2 };
    },
    signal: stop.signal,
  });
});
afterEach(async () => {
  stop.abort();
  await running;
  file.close();
});

test('the lake is synced at each slot from the first after the daemon began', async () => {
  await clock.advance(SECOND_MS);
  expect(syncs).toEqual([]);
  await clock.advance(50 * HOUR_MS);
  expect(syncs).toEqual(['2026-03-01T02:00', '2026-03-02T02:00', '2026-03-03T02:00']);
  expect(readLakeNote(database)).toMatchObject({ failures: 0, last: { to: 'there' } });
});

test('a sync that fails is tried again after longer and longer pauses, and is noted', async () => {
  outcomes = [{ problem: 'away' }, { problem: 'away' }];
  await clock.advance(2 * HOUR_MS + 5 * MINUTE_MS);
  expect(readLakeNote(database)).toMatchObject({ failures: 1, reason: 'away', last: null });
  await clock.advance(HOUR_MS);
  expect(syncs).toEqual(['2026-03-01T02:00', '2026-03-01T02:10', '2026-03-01T02:40']);
  expect(readLakeNote(database)).toMatchObject({ failures: 0, reason: null });
});

test('a clock put back by a year costs no sync but the one of the next slot', async () => {
  await clock.advance(3 * HOUR_MS);
  clock.jump(-365 * 24 * HOUR_MS);
  await clock.advance(24 * HOUR_MS);
  expect(syncs).toEqual(['2026-03-01T02:00', '2025-03-02T02:00']);
});

test('the second failure in a row is told to who waits for alerts, and so is its end', async () => {
  const status = () =>
    readStatus(file.world.db, file.world.config, clock.now(), { isRunning: true, note: null });
  const told = () =>
    file.world.db.raw
      .prepare("SELECT key, message ->> '$.data.text' FROM notifications ORDER BY id")
      .raw()
      .all();
  outcomes = [{ problem: 's3://b/p answers HTTP 503' }, { problem: 's3://b/p answers HTTP 503' }];
  await clock.advance(2 * HOUR_MS + 5 * MINUTE_MS);
  expect(told()).toEqual([]);
  expect(adviceFor(status(), 'UTC')).toContainEqual({
    text: 'The sync of the lake at /data/lake has failed 1 time since Sun 2026-03-01 02:00 UTC: s3://b/p answers HTTP 503. To try it now:',
    command: 'tidemark lake sync',
  });
  await clock.advance(20 * MINUTE_MS);
  const key = 'hook/lake.trouble/2026-03-01T02:00:00.000Z';
  const trouble = [
    `${key}/trouble`,
    'The lake could not be synced 2 times in a row. The last failure: s3://b/p answers HTTP 503. The database has everything, and it is tried again. To try it now: tidemark lake sync',
  ];
  expect(told()).toEqual([trouble]);
  expect(totalLines(status())).toContain('lake        not synced yet; the next in 23h');
  file.world.db.raw.exec("UPDATE deliveries SET state = 'delivered', delivered_at = 1");
  await clock.advance(40 * MINUTE_MS);
  expect(told()).toEqual([trouble, [`${key}/recovered`, 'The lake is up to date again.']]);
  expect(totalLines(status())).toContain('lake        synced 25m ago; the next in 22h');
});
