// A slot whose list is not published yet, held by a daemon that is killed: as real processes, on the real clock.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, systemClock } from '../../src/lib/clock.ts';
import { createGoodsMarket } from '../../src/sandbox/goods/rankings.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { startReceiver, type Receiver } from '../delivery/http-receiver.ts';
import { bundleChild } from '../support/bundle-child.ts';
import { manualClock } from '../support/manual-clock.ts';

/** The slot that is due when the daemon starts. */
const SLOT = Math.floor((systemClock.now() - 90 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
const SCHEDULE = `${new Date(SLOT).getUTCMinutes()} ${new Date(SLOT).getUTCHours()} * * *`;
const HALF_AN_HOUR = 31 * MINUTE_MS;

let folder: string;
let db: Db;
let sandbox: Sandbox;
let receiver: Receiver;
/** What time it is at the source. */
const market = manualClock(SLOT - 3 * DAY_MS);
let asked: number;
let daemon: ChildProcess | null = null;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-killed-'));
  asked = 0;
  receiver = await startReceiver();
  sandbox = await startSandbox({
    market: createMarket({ seed: 1 }),
    goods: createGoodsMarket({ seed: 1 }),
    clock: market,
    onRequest: ({ path }) => void (asked += /ranking/.test(path) ? 1 : 0),
  });
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100 }
watches:
  goods: { list: product-ranking, region: US, period: day, order: sold, depth: 20, schedule: "${SCHEDULE}" }
  later: { region: US, time_scope: 1, depth: 20, schedule: "${SCHEDULE}" }
channels: { hook: { type: webhook, url: "${receiver.url}", allow_private: true } }
rules: { best: { watches: [goods], when: rank <= 3, on_first: notify, notify: [hook] } }
`,
  );
  db = openDatabase(join(folder, 'tidemark.db'));
  // As one that was on schedule before: a daemon that starts takes the slot that is due.
  makeDue('goods', SLOT - HOUR_MS);
  makeDue('later', systemClock.now());
});
afterEach(async () => {
  daemon?.kill('SIGKILL');
  db.close();
  await sandbox.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const makeDue = (watch: string, sinceAt: number) =>
  db.raw
    .prepare(
      `INSERT INTO watches (name, schedule, timezone, scheduled_from_at, created_at)
       VALUES (:watch, :schedule, 'UTC', :sinceAt, 0)
       ON CONFLICT (name) DO UPDATE SET scheduled_from_at = :sinceAt`,
    )
    .run({ watch, schedule: SCHEDULE, sinceAt });
const count = (sql: string) => db.raw.prepare(`SELECT count(*) FROM ${sql}`).pluck().get();

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    if (daemon?.exitCode !== null) throw new Error('the daemon ended');
    await systemClock.sleep(20);
  }
}

test('is asked for again by the next daemon, once it is time, and nothing is there or told twice', async () => {
  const program = await bundleChild(join(import.meta.dirname, '../../src/cli.ts'), 'cli');
  const start = () => {
    daemon = spawn(process.execPath, [program, 'run'], { cwd: folder, stdio: 'ignore' });
  };
  const kill = async () => {
    daemon?.kill('SIGKILL');
    if (daemon) await once(daemon, 'exit');
  };
  start();
  await until(() => count('open_slots WHERE asks = 1') === 1);
  await kill();
  expect([count('snapshots'), asked]).toEqual([0, 1]);

  db.raw.prepare('UPDATE open_slots SET asked_at = asked_at - ?').run(HALF_AN_HOUR);
  market.jump(4 * DAY_MS);
  start();
  await until(() => count("deliveries WHERE state = 'delivered'") === 1);
  await kill();
  const askedForIt = asked;
  expect(askedForIt).toBeGreaterThan(1);

  // That the third is through with what is due shows the other watch, which comes after.
  makeDue('later', SLOT - HOUR_MS);
  start();
  await until(
    () => count("snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = 'later'") === 1,
  );
  daemon?.kill('SIGTERM');
  if (daemon) expect(await once(daemon, 'exit')).toEqual([0, null]);
  expect(asked).toBe(askedForIt);
  expect(
    db.raw
      .prepare(
        `SELECT w.name, s.slot_at, s.status FROM snapshots s JOIN watches w ON w.id = s.watch_id
         WHERE w.name = 'goods'`,
      )
      .raw()
      .all(),
  ).toEqual([['goods', SLOT, 'complete']]);
  expect(receiver.received).toHaveLength(1);
  expect(count('alerts')).toBe(3);
}, 30_000);

// Three processes.
