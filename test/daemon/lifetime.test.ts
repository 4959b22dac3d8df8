// What ends the daemon, what does not, and when a reload takes effect.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runSchedule } from '../../src/daemon/schedule.ts';
import { HOUR_MS, MINUTE_MS, systemClock, type Clock } from '../../src/lib/clock.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { watchFile } from '../../src/store/file/file-watch.ts';
import { readDaemon } from '../../src/store/file/daemon-note.ts';
import { readLogLosses } from '../../src/store/file/log-losses.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { freePort } from '../support/free-port.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startSchedule } from '../support/run-schedule.ts';
import { DAY_ZERO, fetchedList, makeConfig, makeWatch, products } from '../support/world.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-lifetime-'));
  path = join(folder, 'tidemark.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a database that is no longer in its place', () => {
  test.each([
    ['deleted', () => rmSync(path), /was deleted or moved/],
    ['moved', () => renameSync(path, `${path}.away`), /was deleted or moved/],
    [
      'replaced',
      () => {
        openDatabase(`${path}.new`).close();
        renameSync(`${path}.new`, path);
      },
      /was replaced by another file/,
    ],
  ])('%s, ends the daemon before anything is fetched for it', async (_, loseIt, message) => {
    const db = openDatabase(path);
    const clock = manualClock(DAY_ZERO - HOUR_MS);
    const logged: string[] = [];
    const log = (fields: object, text: string) => void logged.push(text + JSON.stringify(fields));
    let fetched = 0;
    const config = makeConfig();
    const running = runSchedule({
      db,
      config: () => config,
      clock,
      log: { info: () => {}, warn: () => {}, error: log },
      fetchList: async () => {
        fetched++;
        return fetchedList(products(30));
      },
      signal: new AbortController().signal,
      onReload: () => () => {},
      beforeFetch: watchFile(path),
    });
    const ended = expect(running).rejects.toThrow(message);
    await clock.advance(30 * MINUTE_MS);
    loseIt();
    await clock.advance(HOUR_MS);
    await ended;
    expect(fetched).toBe(0);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(message);
    db.close();
  });

  test('a database in its place, or in memory, is no news', () => {
    const db = openDatabase(path);
    const look = watchFile(path);
    db.raw.exec('VACUUM');
    expect(look).not.toThrow();
    expect(watchFile(':memory:')).not.toThrow();
    db.close();
  });
});

test('a watch that a reload removes while another is fetched is not fetched any more', async () => {
  const db = openDatabase(path);
  const clock = manualClock(DAY_ZERO - MINUTE_MS);
  const [first, removed] = [makeWatch({ name: 'first' }), makeWatch({ name: 'removed' })];
  let config = makeConfig({ watches: [first, removed] });
  let fetched = 0;
  const daemon = startSchedule({
    db,
    clock,
    config: () => config,
    fetchList: async () => {
      fetched++;
      config = makeConfig({ watches: [first] });
      daemon.reload();
      return fetchedList(products(30), { takenAt: clock.now() });
    },
  });
  await clock.advance(5 * MINUTE_MS);
  await daemon.stop();
  expect(fetched).toBe(1);
  expect(db.raw.prepare('SELECT name FROM watches WHERE active').pluck().all()).toEqual(['first']);
  db.close();
});

test('a reload ends the pause after a pass that failed', async () => {
  const db = openDatabase(path);
  const clock = manualClock(DAY_ZERO - MINUTE_MS);
  let config = makeConfig();
  let isBroken = true;
  const daemon = startSchedule({
    db,
    clock,
    config: () => config,
    fetchList: async () => {
      if (isBroken) throw new Error('a bug');
      return fetchedList(products(30), { takenAt: clock.now() });
    },
  });
  // By now the pauses are of many minutes.
  await clock.advance(20 * MINUTE_MS);
  isBroken = false;
  config = makeConfig();
  daemon.reload();
  await clock.advance(0);
  expect(db.raw.prepare('SELECT count(*) FROM snapshots').pluck().get()).toBe(1);
  await daemon.stop();
  db.close();
});

/**
 * For the source. It serves another list from midnight on, and one whose pages are of two days is
 * not complete.
 */
function oneDay(): Clock {
  const at = systemClock.now();
  return { ...systemClock, now: () => at };
}

// Three processes, and a daemon that has to notice a loss: 4 s on an idle machine.
test('a log on a full disk ends neither the daemon nor its work, and status says what was lost', async () => {
  const sandbox = await startSandbox({ market: createMarket({ seed: 1 }), clock: oneDay() });
  const config = join(folder, 'tidemark.yaml');
  const port = await freePort();
  writeFileSync(
    config,
    `source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100 }\nwatches: { us: { region: US, time_scope: 1, depth: 40, schedule: "0 * * * *" } }\nweb: { ops_listen: ${port} }\n`,
  );
  const db = openDatabase(path);
  db.raw
    .prepare(
      "INSERT INTO watches (name, schedule, timezone, scheduled_from_at, created_at) VALUES ('us', '0 * * * *', 'UTC', ?, 0)",
    )
    .run(systemClock.now() - 2 * HOUR_MS);
  const full = openSync('/dev/full', 'w');
  const tidemark = (...args: string[]) =>
    spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        join(import.meta.dirname, '../../src/cli.ts'),
        ...args,
        '--config',
        config,
      ],
      { stdio: ['ignore', 'pipe', full] },
    );
  const byHand = tidemark('snapshot', '--json');
  let taken = '';
  byHand.stdout?.on('data', (chunk: Buffer) => (taken += chunk.toString()));
  // With what it took: what it says of a list that is not whole is lost.
  expect([...(await once(byHand, 'close')), taken]).toEqual([0, null, taken]);

  const daemon = tidemark('run');
  const hasLost = () => (readLogLosses(path)?.lines ?? 0) > 0;
  while (!hasLost() && daemon.exitCode === null) await systemClock.sleep(50);
  daemon.kill('SIGHUP');
  const hasReread = () => {
    const { note } = readDaemon(path);
    return note !== null && note.configAt > note.startedAt;
  };
  while (!hasReread() && daemon.exitCode === null) await systemClock.sleep(50);
  expect(daemon.exitCode).toBeNull();
  const { isRunning, note } = readDaemon(path);
  expect([isRunning, note?.pid, note?.config]).toEqual([true, daemon.pid, config]);
  expect(note?.configAt).toBeGreaterThan(note?.startedAt ?? Infinity);
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready' }]);
  daemon.kill('SIGTERM');
  expect(await once(daemon, 'exit')).toEqual([0, null]);
  expect(readDaemon(path)).toEqual({ isRunning: false, note: null });

  const asked = tidemark('status', '--json');
  let text = '';
  asked.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(asked, 'close');
  const status = JSON.parse(text) as { log_losses: object; advice: { text: string }[] };
  expect(status.log_losses).toMatchObject({ reason: 'ENOSPC' });
  expect(status.advice.map((advice) => advice.text).join()).toContain('could not be written');
  db.close();
  await sandbox.close();
}, 40_000);

// Three processes.
test('a log whose reader is gone ends neither a daemon that reloads, nor a snapshot or an import', async () => {
  const sandbox = await startSandbox({ market: createMarket({ seed: 1 }), clock: oneDay() });
  const config = join(folder, 'tidemark.yaml');
  const written = (depth: number) =>
    writeFileSync(
      config,
      `source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100 }\nwatches: { us: { region: US, time_scope: 1, depth: ${depth}, schedule: "0 0 1 1 *" } }\n`,
    );
  const tidemark = (...args: string[]) =>
    spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../src/cli.ts'), ...args],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
  const unheard = async (...args: string[]) => {
    const child = tidemark(...args, '--config', config);
    child.stderr.destroy();
    child.stdin.end(
      'slot_at,rank,product_id\n2026-01-01T00:00:00Z,1,a\n2026-01-02T00:00:00Z,x,a\n',
    );
    return (await once(child, 'exit')) as unknown[];
  };
  try {
    written(40);
    const daemon = tidemark('run', '--config', config);
    let said = '';
    await new Promise<void>((resolve) =>
      daemon.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('"watching"')) resolve();
      }),
    );
    daemon.stderr.destroy();
    written(20);
    const { note } = readDaemon(path);
    daemon.kill('SIGHUP');
    await vi.waitFor(
      () => expect(readDaemon(path).note?.configAt).toBeGreaterThan(note?.configAt ?? Infinity),
      { timeout: 20_000 },
    );
    await vi.waitFor(() => expect(readLogLosses(path)).toMatchObject({ reason: 'EPIPE' }), {
      timeout: 20_000,
    });
    // What they say is lost, so they say it by what they stored.
    expect(await unheard('snapshot')).toEqual([0, null]);
    expect(await unheard('import', '-', '--watch', 'us')).toEqual([3, null]);
    expect(daemon.exitCode).toBeNull();
    daemon.kill('SIGTERM');
    expect(await once(daemon, 'exit')).toEqual([0, null]);
    const db = openDatabase(path);
    expect(
      db.raw.prepare('SELECT origin, "rows" FROM snapshots ORDER BY slot_at').raw().all(),
    ).toEqual([
      ['import', 1],
      ['manual', 20],
    ]);
    db.close();
  } finally {
    await sandbox.close();
  }
}, 60_000);
