// An import beside the daemon: what it fills is neither fetched again nor asked after for ever.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AS_IT_TELLS } from '../../src/history/import/file-item.ts';
import { importFiles } from '../../src/history/import/import.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, systemClock } from '../../src/lib/clock.ts';
import type { FetchedList } from '../../src/model.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { startSchedule } from '../support/run-schedule.ts';
import { dayAt, DAY_ZERO, fetchedList, makeConfig, products } from '../support/world.ts';

const config = makeConfig();
let db: Db;
let clock: ManualClock;
beforeEach(() => {
  db = openDatabase(':memory:');
  clock = manualClock(DAY_ZERO - HOUR_MS);
});
afterEach(() => db.close());

const csvOf = (slotAt: number) =>
  [
    'slot_at,snapshot_rows,rank,product_id,product',
    ...products(30).map((id, index) => `${isoTime(slotAt)},30,${index + 1},${id},${id}`),
  ].join('\n');

async function importSlot(slotAt: number): Promise<void> {
  const outcomes: string[] = [];
  await importFiles(
    {
      db,
      config,
      now: clock.now(),
      clock,
      signal: new AbortController().signal,
      onSnapshot: ({ outcome }) => outcomes.push(outcome),
      onRefused: ({ reason }) => outcomes.push(reason),
      onSetAside: () => {},
      onNote: () => {},
    },
    {
      watch: 'us-daily',
      takenAt: null,
      slotAt: null,
      dataDate: null,
      earlierQueries: false,
      time: null,
      layout: AS_IT_TELLS,
    },
    [{ name: 'list.csv', open: () => Readable.from([csvOf(slotAt)]) }],
  );
  expect(outcomes).toEqual(['imported']);
}

const served = (): FetchedList => fetchedList(products(30), { takenAt: clock.now() });
const failed = (): FetchedList => ({
  ...fetchedList([], { takenAt: clock.now() }),
  missing: [{ page: 1, reason: 'timeout', detail: 'no answer' }],
});

/** Starts the schedule; what it fetches is counted. */
function start(fetch: () => FetchedList | Promise<FetchedList> = served) {
  let fetched = 0;
  const running = startSchedule({
    db,
    clock,
    config: () => config,
    fetchList: async () => {
      fetched++;
      return fetch();
    },
  });
  return { ...running, fetched: () => fetched };
}

const slots = () =>
  db.raw
    .prepare(
      "SELECT strftime('%m-%d', slot_at / 1000, 'unixepoch') AS day, status, origin FROM snapshots ORDER BY slot_at",
    )
    .all();

/** Ten ticks: as many looks, no fetch, and a stop that is heard. */
async function expectCalm(daemon: ReturnType<typeof start>): Promise<void> {
  const before = { looks: daemon.looks(), fetched: daemon.fetched() };
  await clock.advance(5 * MINUTE_MS);
  // Each look asks for the config at most twice.
  expect(daemon.looks() - before.looks).toBeLessThanOrEqual(22);
  expect(daemon.fetched()).toBe(before.fetched);
  await daemon.stop();
}

describe('the newest slot is filled by an import', () => {
  test.each(['before the start', 'while it runs'])('that had failed, %s', async (when) => {
    const first = start(failed);
    await clock.advance(2 * HOUR_MS);
    expect(slots()).toEqual([{ day: '01-01', status: 'failed', origin: 'schedule' }]);
    if (when === 'before the start') await first.stop();
    await importSlot(DAY_ZERO);
    await expectCalm(when === 'before the start' ? start() : first);
    expect(slots()).toEqual([{ day: '01-01', status: 'partial', origin: 'import' }]);
  });

  test.each(['before the start', 'while it runs'])('that was missed, %s', async (when) => {
    const first = start();
    await clock.advance(2 * HOUR_MS);
    await first.stop();
    // A list taken by hand stands for the slot of day 1, which is then missed.
    clock = manualClock(dayAt(1) + HOUR_MS);
    db.raw
      .prepare(
        "INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, rows, interval_ms) VALUES (1, 1, ?, ?, 'complete', 'manual', 30, ?)",
      )
      .run(clock.now(), clock.now(), DAY_MS);
    const second = start();
    await clock.advance(MINUTE_MS);
    expect(slots().at(1)).toEqual({ day: '01-02', status: 'missed', origin: 'schedule' });
    if (when === 'before the start') await second.stop();
    await importSlot(dayAt(1));
    await expectCalm(when === 'before the start' ? start() : second);
    expect(slots().at(1)).toEqual({ day: '01-02', status: 'stale', origin: 'import' });
  });

  test('that was due, before the start', async () => {
    const first = start();
    await first.stop();
    clock = manualClock(DAY_ZERO + HOUR_MS);
    await importSlot(DAY_ZERO);
    const daemon = start();
    await clock.advance(0);
    expect(daemon.fetched()).toBe(0);
    await expectCalm(daemon);
    expect(slots()).toEqual([{ day: '01-01', status: 'partial', origin: 'import' }]);
  });

  test('that was due, between its look and its pass', async () => {
    // Two watches: while the first is fetched, the second one's slot is filled.
    const daemon = start(async () => {
      await importSlot(DAY_ZERO);
      return served();
    });
    await clock.advance(2 * HOUR_MS);
    expect(daemon.fetched()).toBe(1);
    await expectCalm(daemon);
    expect(slots()).toEqual([{ day: '01-01', status: 'partial', origin: 'import' }]);
  });

  test('the slots after it are taken as ever, and those before it are missed once', async () => {
    const first = start();
    await first.stop();
    clock = manualClock(dayAt(3) - 5 * MINUTE_MS);
    await importSlot(dayAt(1));
    await importSlot(dayAt(2));
    const daemon = start();
    await clock.advance(10 * MINUTE_MS);
    await daemon.stop();
    expect(slots()).toEqual([
      { day: '01-01', status: 'missed', origin: 'schedule' },
      { day: '01-02', status: 'partial', origin: 'import' },
      { day: '01-03', status: 'stale', origin: 'import' },
      { day: '01-04', status: 'stale', origin: 'schedule' },
    ]);
    expect(
      daemon.logged.filter(({ message }) => message === 'slots missed').map(({ fields }) => fields),
    ).toMatchObject([{ slots: 1, from: isoTime(DAY_ZERO), to: isoTime(DAY_ZERO) }]);
  });
});

// A daemon that has to start.
test('a daemon whose due slot an import has filled sleeps, and stops at a SIGTERM', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-daemon-import-'));
  const now = systemClock.now();
  const path = join(folder, 'tidemark.db');
  const file = openDatabase(path);
  file.raw
    .prepare(
      "INSERT INTO watches (name, schedule, timezone, scheduled_from_at, created_at) VALUES ('us-daily', '0 * * * *', 'UTC', ?, 0)",
    )
    .run(now - 2 * HOUR_MS);
  file.close();
  writeFileSync(join(folder, 'list.csv'), csvOf(Math.floor(now / HOUR_MS) * HOUR_MS));
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    'source: { base_url: "http://127.0.0.1:9", token: none }\nwatches: { us-daily: { region: US, time_scope: 1, depth: 30, schedule: "0 * * * *" } }\n',
  );
  const tidemark = (...args: string[]) =>
    spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        join(import.meta.dirname, '../../src/cli.ts'),
        ...args,
        '--config',
        join(folder, 'tidemark.yaml'),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  const importing = tidemark('import', join(folder, 'list.csv'), '--watch', 'us-daily');
  let said = '';
  importing.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  expect([...(await once(importing, 'close')), said]).toEqual([0, null, said]);

  const daemon = tidemark('run');
  let text = '';
  await new Promise<void>((resolve) => {
    daemon.once('exit', () => resolve());
    daemon.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      // Said at its first look: from here on it would spin.
      if (text.includes('"msg":"watching"')) resolve();
    });
  });
  daemon.kill('SIGTERM');
  expect(await once(daemon, 'exit')).toEqual([0, null]);
  expect(text).not.toContain('"msg":"snapshot"');
  rmSync(folder, { recursive: true, force: true });
}, 30_000);
