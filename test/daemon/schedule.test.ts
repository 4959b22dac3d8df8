import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { runSchedule } from '../../src/daemon/schedule.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import type { FetchedList } from '../../src/model.ts';
import { runPass } from '../../src/pipeline.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startSchedule } from '../support/run-schedule.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import {
  DAY_ZERO,
  dayAt,
  fetchedList,
  makeAccount,
  makeConfig,
  makeRule,
  makeWatch,
  products,
} from '../support/world.ts';

let db: Db;
let clock: ManualClock;
beforeEach(() => {
  db = openDatabase(':memory:');
  clock = manualClock(DAY_ZERO - HOUR_MS);
});
afterEach(() => db.close());

const snapshots = () =>
  db.raw
    .prepare(
      "SELECT w.name AS watch, strftime('%m-%d %H:%M', slot_at / 1000, 'unixepoch') AS slot, status, origin FROM snapshots s JOIN watches w ON w.id = s.watch_id ORDER BY s.id",
    )
    .all();

/** Starts the schedule; what it logs is kept. */
function start(configOf: () => Config, fetchList: () => Promise<FetchedList>) {
  const stopping = new AbortController();
  const logged: { message: string; fields: object }[] = [];
  const keep = (fields: object, message: string) => void logged.push({ message, fields });
  let reload = () => {};
  const onReload = (look: () => void) => {
    reload = look;
    return () => (reload = () => {});
  };
  const running = runSchedule({
    db,
    config: configOf,
    clock,
    fetchList,
    signal: stopping.signal,
    log: { info: keep, warn: keep, error: keep },
    onReload,
  });
  return {
    logged,
    reload: () => reload(),
    stop: async () => {
      stopping.abort();
      await clock.advance(0);
      await running;
    },
  };
}

const list = () => fetchedList([...products(30)], { takenAt: clock.now() });

describe('the schedule', () => {
  test('takes each slot once, when it is due', async () => {
    const config = makeConfig({ watches: [makeWatch({ schedule: '0 6,7,9 * * *' })] });
    const daemon = start(
      () => config,
      async () => list(),
    );
    await clock.advance(5 * HOUR_MS);
    await daemon.stop();
    expect(snapshots()).toEqual(
      ['01-01 06:00', '01-01 07:00', '01-01 09:00'].map((slot, index) => ({
        watch: 'us-daily',
        slot,
        status: index === 0 ? 'complete' : 'stale',
        origin: 'schedule',
      })),
    );
  });

  test('after a downtime takes one catch-up, and records what was missed', async () => {
    const config = makeConfig();
    const before = start(
      () => config,
      async () => list(),
    );
    await clock.advance(2 * HOUR_MS);
    await before.stop();
    await clock.advance(4 * DAY_MS);
    const after = start(
      () => config,
      async () => list(),
    );
    await clock.advance(MINUTE_MS);
    await after.stop();
    expect(snapshots()).toEqual([
      { watch: 'us-daily', slot: '01-01 06:00', status: 'complete', origin: 'schedule' },
      ...['01-02', '01-03', '01-04'].map((day) => ({
        watch: 'us-daily',
        slot: `${day} 06:00`,
        status: 'missed',
        origin: 'schedule',
      })),
      { watch: 'us-daily', slot: '01-05 06:00', status: 'stale', origin: 'catchup' },
    ]);
    expect(after.logged.map(({ message }) => message)).toContain('slots missed');
  });

  test('after a 402 asks for nothing more until the next slot', async () => {
    const schedule = '0 6,8 * * *';
    const config = makeConfig({
      watches: [
        makeWatch({ name: 'a', schedule }),
        makeWatch({ name: 'b', region: 'GB', schedule }),
      ],
    });
    let asked = 0;
    const refused = async (): Promise<FetchedList> => {
      asked += 1;
      if (asked > 1) return list();
      return {
        startedAt: clock.now(),
        pages: [],
        missing: [{ page: 1, reason: 'out_of_credits', detail: 'HTTP 402' }],
        credits: 2,
        requests: 1,
        refused: { reason: 'out_of_credits', detail: 'HTTP 402' },
      };
    };
    const daemon = start(() => config, refused);
    await clock.advance(2 * HOUR_MS);
    expect(asked).toBe(1);
    expect(db.raw.prepare('SELECT status, reason FROM snapshots ORDER BY id').all()).toEqual([
      { status: 'failed', reason: 'page 1 missing (out_of_credits: HTTP 402)' },
      {
        status: 'failed',
        reason:
          'page 1 missing (aborted: not asked for: the source had just refused another watch)',
      },
    ]);
    await clock.advance(2 * HOUR_MS);
    await daemon.stop();
    expect(asked).toBe(3);
  });

  test('after a 401 of one source asks nothing more of that one, and all of the other', async () => {
    const config = makeConfig({
      sources: [makeAccount(), makeAccount({ name: 'second', place: 'sources.second' })],
      watches: [
        makeWatch({ name: 'a1' }),
        makeWatch({ name: 'a2', region: 'GB' }),
        makeWatch({ name: 'b1', source: 'second' }),
        makeWatch({ name: 'b2', source: 'second', region: 'GB' }),
      ],
    });
    const asked: string[] = [];
    const running = startSchedule({
      db,
      clock,
      config: () => config,
      fetchList: async ({ source, asked: { region } }) => {
        asked.push(`${source} ${String(region)}`);
        const ofRegion = products(30).map((id) => `${String(region)}-${id}`);
        if (source === 'second') return fetchedList(ofRegion, { takenAt: clock.now() });
        const refused = { reason: 'unauthorised', detail: 'HTTP 401' } as const;
        const missing = [{ page: 1, ...refused }];
        return { startedAt: clock.now(), pages: [], missing, credits: 2, requests: 1, refused };
      },
    });
    await clock.advance(2 * HOUR_MS);
    await running.stop();
    expect(asked.sort()).toEqual(['keyapi US', 'second GB', 'second US']);
    const statuses =
      'SELECT w.name, s.status FROM snapshots s JOIN watches w ON w.id = s.watch_id ORDER BY 1';
    expect(db.raw.prepare(statuses).raw().all()).toEqual([
      ['a1', 'failed'],
      ['a2', 'failed'],
      ['b1', 'complete'],
      ['b2', 'complete'],
    ]);
  });

  test('a pass given up by a stop leaves its slot due', async () => {
    const config = makeConfig();
    const hanging = start(
      () => config,
      () =>
        new Promise<FetchedList>((resolve) => {
          const wait = async () => {
            await clock.sleep(3 * HOUR_MS);
            resolve({
              ...list(),
              pages: [],
              missing: [{ page: 1, reason: 'aborted', detail: 'the pass was stopped' }],
            });
          };
          void wait();
        }),
    );
    await clock.advance(2 * HOUR_MS);
    const stopped = hanging.stop();
    await clock.advance(2 * HOUR_MS);
    await stopped;
    expect(snapshots()).toEqual([]);
    const again = start(
      () => config,
      async () => list(),
    );
    await clock.advance(MINUTE_MS);
    await again.stop();
    expect(snapshots()).toEqual([
      { watch: 'us-daily', slot: '01-01 06:00', status: 'complete', origin: 'catchup' },
    ]);
  });

  test('a reloaded config takes effect at the next look', async () => {
    let config = makeConfig();
    const daemon = start(
      () => config,
      async () => list(),
    );
    await clock.advance(2 * HOUR_MS);
    config = makeConfig({ watches: [makeWatch({ name: 'other', schedule: '0 8 * * *' })] });
    await clock.advance(2 * HOUR_MS);
    await daemon.stop();
    expect(snapshots()).toEqual([
      { watch: 'us-daily', slot: '01-01 06:00', status: 'complete', origin: 'schedule' },
      { watch: 'other', slot: '01-01 08:00', status: 'complete', origin: 'schedule' },
    ]);
    expect(db.raw.prepare("SELECT active FROM watches WHERE name = 'us-daily'").pluck().get()).toBe(
      0,
    );
  });

  test('a watch that a reload adds gets its very next slot', async () => {
    let config = makeConfig();
    const daemon = start(
      () => config,
      async () => list(),
    );
    await clock.advance(3 * HOUR_MS - 15_000);
    config = makeConfig({
      watches: [makeWatch(), makeWatch({ name: 'other', schedule: '0 8 * * *' })],
    });
    daemon.reload();
    await clock.advance(HOUR_MS);
    await daemon.stop();
    expect(snapshots()).toContainEqual({
      watch: 'other',
      slot: '01-01 08:00',
      status: 'complete',
      origin: 'schedule',
    });
  });

  test('what was taken and missed while the clock was ahead does not keep later slots from being taken', async () => {
    const config = makeConfig();
    const live = async (from: number) => {
      clock = manualClock(from);
      const daemon = start(
        () => config,
        async () => list(),
      );
      await clock.advance(2 * HOUR_MS);
      await daemon.stop();
      return daemon.logged.map(({ message }) => message);
    };
    await live(dayAt(0) - HOUR_MS);
    await live(dayAt(5) - HOUR_MS);
    expect(await live(dayAt(1) - HOUR_MS)).toContain(
      'the clock was ahead: slots recorded as missed are still to come',
    );
    await live(dayAt(2) - HOUR_MS);
    expect(
      db.raw
        .prepare(
          "SELECT strftime('%m-%d', slot_at / 1000, 'unixepoch') AS day, origin, status <> 'missed' AS taken FROM snapshots ORDER BY slot_at",
        )
        .all(),
    ).toEqual(
      [
        ['01-01', 'schedule'],
        ['01-02', 'schedule'],
        ['01-03', 'schedule'],
        ['01-05', 'catchup'],
        ['01-06', 'schedule'],
      ].map(([day, origin]) => ({ day, origin, taken: 1 })),
    );
  });

  test('a database that is locked for long stops nothing: what was due is taken when it is free', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-locked-'));
    const path = join(folder, 'tidemark.db');
    db.close();
    db = openDatabase(path);
    db.raw.pragma('busy_timeout = 0');
    const config = makeConfig();
    const daemon = start(
      () => config,
      async () => list(),
    );
    await clock.advance(MINUTE_MS);
    const other = openDatabase(path);
    other.raw.exec('BEGIN IMMEDIATE');
    await clock.advance(2 * HOUR_MS);
    expect(snapshots()).toEqual([]);
    other.raw.exec('ROLLBACK');
    other.close();
    await clock.advance(MINUTE_MS);
    await daemon.stop();
    expect(snapshots()).toEqual([
      { watch: 'us-daily', slot: '01-01 06:00', status: 'complete', origin: 'catchup' },
    ]);
    // In words, and not every second of two hours.
    const told = daemon.logged.filter(({ message }) =>
      message.startsWith('the schedule could not be served'),
    );
    expect(told[0]?.fields).toMatchObject({
      reason: 'another program keeps the database locked (SQLITE_BUSY)',
      hint: expect.stringContaining('end what writes to it'),
    });
    expect(told.length).toBeLessThan(20);
    rmSync(folder, { recursive: true, force: true });
  });

  test('a pass that fails unforeseen is logged once a look, and the daemon lives on', async () => {
    const config = makeConfig();
    let tries = 0;
    const daemon = start(
      () => config,
      async () => {
        if (++tries < 3) throw new Error('a bug');
        return list();
      },
    );
    await clock.advance(2 * HOUR_MS);
    await daemon.stop();
    expect(daemon.logged.filter(({ message }) => message === 'pass failed')).toHaveLength(2);
    expect(snapshots()).toHaveLength(1);
  });

  test('a slot that cannot be stored is tried again in ever longer pauses, so that it does not spend the credits of the day', async () => {
    const config = makeConfig();
    const triedAt: number[] = [];
    const daemon = start(
      () => config,
      async () => {
        triedAt.push((clock.now() - DAY_ZERO) / MINUTE_MS);
        throw new Error('disk full');
      },
    );
    await clock.advance(HOUR_MS + 40 * MINUTE_MS);
    await daemon.stop();
    expect(triedAt.length).toBeLessThan(9);
    expect(triedAt.slice(0, 4).map((minutes) => Math.round(minutes * 2) / 2)).toEqual([
      0, 0.5, 1.5, 3.5,
    ]);
  });

  test('after a clock that was ahead rules are evaluated from the true time on', async () => {
    const config = makeConfig({ rules: [makeRule({ when: 'rank <= 3' })] });
    const before = start(
      () => config,
      async () => list(),
    );
    await clock.advance(2 * HOUR_MS);
    await before.stop();
    db.raw.prepare('UPDATE rule_watermarks SET last_slot_at = last_slot_at + 90 * 86400000').run();
    const after = start(
      () => config,
      async () => list(),
    );
    await clock.advance(MINUTE_MS);
    await after.stop();
    expect(db.raw.prepare('SELECT last_slot_at FROM rule_watermarks').pluck().all()).toEqual([
      DAY_ZERO,
    ]);
    expect(after.logged.map(({ message }) => message)).toContain(
      'the clock was ahead: rules are evaluated again from now on, not only once it is caught up with',
    );
  });

  test.each([
    { status: 'complete', slot: 'missed', why: 'not taken: the snapshot taken by hand' },
    { status: 'partial', slot: 'missed', why: 'not taken: the snapshot taken by hand' },
    { status: 'stale', slot: 'complete', why: null },
    { status: 'suspect', slot: 'complete', why: null },
    { status: 'failed', slot: 'complete', why: null },
  ])(
    'of a snapshot by hand after the due slot that is $status, the slot is $slot',
    async ({ status, slot, why }) => {
      const config = makeConfig();
      const first = start(
        () => config,
        async () => list(),
      );
      await first.stop();
      clock = manualClock(DAY_ZERO + HOUR_MS);
      const byHand = (): FetchedList => {
        if (status === 'failed')
          return { ...list(), pages: [], missing: [{ page: 1, reason: 'timeout', detail: '' }] };
        return status === 'partial' ? fetchedList(products(20), { total: 40 }) : list();
      };
      await runPass(
        {
          db,
          config,
          clock,
          signal: new AbortController().signal,
          fetchList: async () => byHand(),
        },
        makeWatch(),
        clock.now(),
        'manual',
      );
      // What the gates say of a list is no question here.
      if (status === 'stale' || status === 'suspect')
        db.raw.prepare("UPDATE snapshots SET status = ?, reason = 'so it is'").run(status);
      await clock.advance(MINUTE_MS);
      const daemon = start(
        () => config,
        async () => list(),
      );
      await clock.advance(MINUTE_MS);
      await daemon.stop();
      const taken = db.raw
        .prepare<[number], { status: string; reason: string | null }>(
          'SELECT status, reason FROM snapshots WHERE slot_at = ?',
        )
        .get(DAY_ZERO);
      expect(taken?.status).toBe(slot);
      if (why !== null) expect(taken?.reason).toContain(why);
    },
  );

  test('slots already taken are not taken again by a restart', async () => {
    const config = makeConfig();
    for (let run = 0; run < 3; run++) {
      const daemon = start(
        () => config,
        async () => list(),
      );
      await clock.advance(2 * HOUR_MS);
      await daemon.stop();
    }
    expect(snapshots()).toHaveLength(1);
    expect(dayAt(0)).toBe(DAY_ZERO);
  });
});

describe('the process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-daemon-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function spawnDaemon(config: string) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../src/cli.ts'), 'run', '--config', config],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let text = '';
    const waiting: { wanted: string; resolve: () => void }[] = [];
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const { wanted, resolve } of waiting) if (text.includes(wanted)) resolve();
    });
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    return {
      child,
      exited,
      text: () => text,
      says: (wanted: string) =>
        Promise.race([
          exited,
          new Promise<void>((resolve) =>
            text.includes(wanted) ? resolve() : waiting.push({ wanted, resolve }),
          ),
        ]),
    };
  }

  // Two daemons that have to start.
  test('takes due slots, refuses a second daemon, survives a bad config, and stops cleanly', async () => {
    const sandbox = await startSandbox({ market: createMarket({ seed: 1 }), clock: systemClock });
    const path = join(folder, 'tidemark.yaml');
    const text = (extra: string) =>
      `source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100 }\nwatches: { us: { region: US, time_scope: 1, depth: 60, schedule: "* * * * *" } }\n${extra}`;
    writeFileSync(path, text(''));
    // A slot of a minute ago: the daemon finds it overdue at once.
    const early = openDatabase(join(folder, 'tidemark.db'));
    early.raw
      .prepare(
        "INSERT INTO watches (name, schedule, timezone, scheduled_from_at, created_at) VALUES ('us', '* * * * *', 'UTC', ?, 0)",
      )
      .run(systemClock.now() - 90_000);
    early.close();

    const daemon = spawnDaemon(path);
    await daemon.says('"msg":"snapshot"');
    const second = spawnDaemon(path);
    expect(await second.exited).toBe(1);
    expect(second.text()).toContain('another Tidemark daemon runs on');

    writeFileSync(path, text('rules: { bad: { when: "rnk < 3" } }'));
    daemon.child.kill('SIGHUP');
    await daemon.says('config not reloaded');
    writeFileSync(path, text('rules: { good: { when: "rank < 3" } }'));
    daemon.child.kill('SIGHUP');
    await daemon.says('config reloaded');

    daemon.child.kill('SIGTERM');
    expect(await daemon.exited).toBe(0);
    const lines = daemon
      .text()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; problems?: string[] });
    expect(lines.at(-1)?.msg).toBe('stopped');
    expect(
      lines.find(({ msg }) => msg.startsWith('config not reloaded'))?.problems?.join('\n'),
    ).toContain('no column rnk, did you mean rank?');
    expect(daemon.text()).not.toContain('sandbox"');
    const after = openDatabase(join(folder, 'tidemark.db'));
    expect(
      after.raw.prepare("SELECT count(*) FROM snapshots WHERE status = 'complete'").pluck().get(),
    ).toBeGreaterThanOrEqual(1);
    after.close();
    await sandbox.close();
  }, 30_000);
});
