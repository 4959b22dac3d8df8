// When the daemon makes a backup, what it does when that fails, and who hears of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { BackupOutcome } from '../../src/daemon/backup-job.ts';
import { runBackups } from '../../src/daemon/backups.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { adviceFor } from '../../src/report/status-advice.ts';
import { readStatus } from '../../src/report/status.ts';
import { readBackupNote } from '../../src/store/file/backup-note.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { makeHook, makeRule } from '../support/world.ts';

let file: HistoryFile;
let clock: ManualClock;
let stopping: AbortController;
let running: Promise<void>;
let made: string[];
let answer: BackupOutcome;

const FINE = { place: '/copies', file: 'tidemark-x.db.gz', bytes: 2_000_000 };
const start = (at: string | ManualClock) => {
  clock = typeof at === 'string' ? manualClock(at) : at;
  stopping = new AbortController();
  const silent = () => {};
  running = runBackups({
    db: file.world.db,
    config: () => file.world.config,
    clock,
    log: { info: silent, warn: silent, error: silent },
    make: async () => {
      made.push(new Date(clock.now()).toISOString().slice(0, 16));
      return answer;
    },
    signal: stopping.signal,
  });
};
const stop = async () => {
  stopping.abort();
  await running;
};
const messages = () =>
  file.world.db.raw
    .prepare<[], { key: string; text: string }>(
      "SELECT key, message ->> '$.data.text' AS text FROM notifications ORDER BY id",
    )
    .all();

beforeEach(() => {
  made = [];
  answer = FINE;
  const backup: Config['backup'] = {
    schedule: '30 3 * * *',
    timezone: 'UTC',
    to: { kind: 'folder', path: '/copies' },
    keepMs: 1,
  };
  file = makeHistoryFile({
    backup,
    rules: [makeRule()],
    channels: [makeHook(), makeHook({ name: 'other' })],
  });
});
afterEach(async () => {
  await stop();
  file.close();
});
const status = () =>
  readStatus(file.world.db, file.world.config, clock.now(), { isRunning: true, note: null });

describe('backups in the daemon', () => {
  test('are made at their slots, the first at the next one, and a slot that passed is made up for', async () => {
    start('2026-01-01T10:00:00Z');
    await clock.advance(24 * HOUR_MS);
    expect(made).toEqual(['2026-01-02T03:30']);
    await stop();
    // Down for two nights.
    start('2026-01-04T10:00:00Z');
    await clock.advance(HOUR_MS);
    expect(made).toEqual(['2026-01-02T03:30', '2026-01-04T10:00']);
    expect(status().backups).toMatchObject({
      to: '/copies',
      overdueAt: null,
      note: { last: { name: 'tidemark-x.db.gz', bytes: 2_000_000 }, failures: 0 },
    });
  });

  test('that fail are tried again ever more seldom, told of once at the second, and their end too', async () => {
    start('2026-01-01T10:00:00Z');
    await clock.advance(0);
    answer = { problem: 's3://bucket answers HTTP 503' };
    await clock.advance(17.5 * HOUR_MS);
    expect(made).toEqual(['2026-01-02T03:30']);
    expect(messages()).toEqual([]);
    expect(adviceFor(status(), 'UTC').map(({ text }) => text)).toContain(
      'The backup to /copies has failed 1 time since Fri 2026-01-02 03:30 UTC: s3://bucket answers HTTP 503. To try it now:',
    );
    await clock.advance(3 * HOUR_MS);
    expect(made.slice(0, 5)).toEqual([
      '2026-01-02T03:30',
      '2026-01-02T03:40',
      '2026-01-02T04:10',
      '2026-01-02T05:10',
      '2026-01-02T06:10',
    ]);
    // To the channel that waits for alerts, and not to the other.
    expect(messages()).toEqual([
      {
        key: 'hook/backup.trouble/2026-01-02T03:30:00.000Z/trouble',
        text: 'The backup could not be made 2 times in a row. The last failure: s3://bucket answers HTTP 503. It is tried again. To try it now: tidemark backup --as-configured',
      },
    ]);
    answer = FINE;
    file.world.db.raw.exec("UPDATE deliveries SET state = 'delivered', delivered_at = 1");
    await clock.advance(HOUR_MS);
    expect(messages().map(({ key }) => key)).toEqual([
      'hook/backup.trouble/2026-01-02T03:30:00.000Z/trouble',
      'hook/backup.trouble/2026-01-02T03:30:00.000Z/recovered',
    ]);
    expect(readBackupNote(file.path)).toMatchObject({ failures: 0, reason: null });
  });

  test('wait for one by hand, and for no clock that was ahead', async () => {
    start('2027-01-01T00:00:00Z');
    await clock.advance(MINUTE_MS);
    await stop();
    start('2026-01-02T03:00:00Z');
    const lock = tryLock(file.path, 'backup');
    await clock.advance(40 * MINUTE_MS);
    expect(made).toEqual([]);
    lock?.release();
    await clock.advance(MINUTE_MS);
    expect(made).toEqual(['2026-01-02T03:40']);
  });
});
