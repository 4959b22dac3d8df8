import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { LakeOutcome } from '../../src/daemon/lake-job.ts';
import { runLakeSyncs } from '../../src/daemon/lake-syncs.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/lib/clock.ts';
import { readLakeNote } from '../../src/store/file/lake-note.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { makeConfig } from '../support/world.ts';

let folder: string;
let database: string;
let clock: ManualClock;
let outcomes: LakeOutcome[];
let syncs: string[];
let stop: AbortController;
let running: Promise<void>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  database = join(folder, 'tidemark.db');
  writeFileSync(database, '');
  clock = manualClock('2026-03-01T00:00:00Z');
  outcomes = [];
  syncs = [];
  stop = new AbortController();
  const config = makeConfig({
    database,
    lake: {
      schedule: '0 2 * * *',
      timezone: 'UTC',
      to: { kind: 'folder', path: join(folder, 'lake') },
      views: ['history'],
      keepMs: 1,
      allowPrivate: false,
    },
  });
  running = runLakeSyncs({
    config: () => config,
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
  rmSync(folder, { recursive: true });
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
