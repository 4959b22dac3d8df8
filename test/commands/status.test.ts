import { afterEach, describe, expect, test } from 'vitest';
import { runStatus, type StatusArgs } from '../../src/commands/reading/status.ts';
import type { ReadDeps } from '../../src/report/known-names.ts';
import type { DaemonState } from '../../src/store/file/daemon-note.ts';
import type { Io } from '../../src/terminal/io.ts';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import type { FetchedList } from '../../src/model.ts';
import { saveHealth, healthy } from '../../src/store/outbox/channel-health.ts';
import { openLedger } from '../../src/store/ledger.ts';
import { insertMissed } from '../../src/store/series/slots.ts';
import {
  dayAt,
  fetchedList,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
  makeAccount,
} from '../support/world.ts';
import { json, run } from '../support/run-command.ts';
import { findWatchRow } from '../support/watch-row.ts';

let world: World;
afterEach(() => world.close());

type Advice = { text: string; command: string };
const RUNS: DaemonState = { isRunning: true, note: null };
/** With a daemon that runs, where nothing else is said. */
const asked =
  (daemon = RUNS) =>
  (io: Io, args: StatusArgs, deps: ReadDeps) =>
    runStatus(io, args, deps, daemon);
const status = (daemon?: DaemonState) => run(asked(daemon), {}, world);
const advice = (daemon?: DaemonState) =>
  (json(run(asked(daemon), { json: true }, world)) as { advice: Advice[] }).advice;
const rotated = (by: number): string[] => [
  ...products(60).slice(-by),
  ...products(60).slice(0, -by),
];
describe('status', () => {
  test('shows every watch, the totals, and what needs a person, in 80 columns', async () => {
    world = makeWorld({
      timezone: 'America/New_York',
      sources: [makeAccount({ dailyCredits: 500 })],
      rules: [makeRule({ name: 'top3', when: 'rank <= 3' })],
      watches: [
        makeWatch({ timezone: 'America/New_York', schedule: '0 1 * * *' }),
        makeWatch({ name: 'gb-daily', region: 'GB', schedule: '0 7 * * *' }),
      ],
    });
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    world.db.transaction(() =>
      insertMissed(
        world.db,
        [{ ...findWatchRow(world), slotAt: dayAt(1), intervalMs: DAY_MS }],
        'the slot passed while the daemon was down or busy',
      ),
    );
    await world.pass(dayAt(2), fetchedList(rotated(2)));
    await world.pass(dayAt(3), fetchedList(rotated(3), { missing: [2] }));
    await world.clock.advance(3 * 3_600_000);
    const { code, out, err } = status({ isRunning: false, note: null });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
      "daemon NOT RUNNING
      Sun 2026-01-04 04:00 America/New_York

      watch     last snapshot        age  status   rows  next     last 7 days
      ────────  ────────────────  ──────  ───────  ────  ───────  ───────────────────
      us-daily  2026-01-04 01:00  3h ago  partial    40  in 21h   1 missed, 1 partial
      gb-daily  none yet               –  –           –  overdue  –

      us-daily is partial: 40 of 60 products seen; page 2 missing (timeout: no answer
        within 30s)
      credits     0 spent today (UTC) of 500
      deliveries  2 pending, the first due 27h ago; 0 dead
      alerts      2 firing; 1 quiet one besides

      ! The daemon is NOT RUNNING: no list is fetched, and no message is sent;
        gb-daily: overdue since Thu 2026-01-01 02:00 America/New_York. To start it:
          tidemark run
      "
    `);
    const narrow = run(asked(), {}, world, { columns: 60 }).out;
    expect(narrow.split('\n').filter((line) => line.length > 60)).toEqual([]);
    expect(narrow).toContain('overdue');
  });

  test('is calm when all is well', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    await world.pass(dayAt(1), fetchedList(rotated(2)));
    await world.clock.advance(3 * 3_600_000);
    expect(status().out).toMatchInlineSnapshot(`
      "daemon runs, and has written nothing down of itself yet
      Fri 2026-01-02 09:00 UTC

      watch     last snapshot        age  status    rows  next    last 7 days  credits
      ────────  ────────────────  ──────  ────────  ────  ──────  ───────────  ───────
      us-daily  2026-01-02 06:00  3h ago  complete    60  in 21h  2 complete         0

      credits     0 spent today (UTC); no daily limit
      deliveries  0 pending; 0 dead
      alerts      0 firing
      "
    `);
    expect(advice()).toEqual([]);
  });

  test('counts the last seven days and the credits of the UTC day', async () => {
    world = makeWorld();
    const ledger = openLedger(
      world.db,
      { watchId: 1, slotAt: dayAt(0), source: 'keyapi', creditsPerRequest: 2, dailyCredits: null },
      world.clock,
    );
    const served: Record<number, FetchedList> = {
      0: fetchedList([], { missing: [1] }),
      8: fetchedList(rotated(1), { missing: [3] }),
    };
    for (let day = 0; day < 9; day++) {
      await world.pass(dayAt(day), served[day] ?? fetchedList(rotated(day)));
      if (day >= 7) ledger.begin({ page: 1, attempt: 1 });
    }
    expect(json(run(asked(), { json: true }, world))).toMatchObject({
      now: '2026-01-09T06:00:00.000Z',
      watches: [
        {
          watch: 'us-daily',
          last: {
            slot_at: '2026-01-09T06:00:00.000Z',
            taken_at: '2026-01-09T06:00:00.000Z',
            status: 'partial',
            rows: 40,
            reason: expect.stringContaining('page 3 missing') as string,
          },
          last_complete_slot_at: '2026-01-08T06:00:00.000Z',
          next_slot_at: '2026-01-10T06:00:00.000Z',
          overdue_slot_at: null,
          // The failed one is eight days old.
          last_7_days: { complete: 7, partial: 1, stale: 0, suspect: 0, failed: 0, missed: 0 },
          credits_today: 2,
        },
      ],
      credits: {
        today: 2,
        daily_credits: null,
        sources: [{ source: 'keyapi', today: 2, daily_credits: null }],
      },
      deliveries: { pending: 0, dead: 0, oldest_due_at: null },
      alerts: { firing: 0, quiet: 0 },
      failing_channels: [],
    });
  });

  test('says that nothing was taken yet, and how to begin', () => {
    world = makeWorld({ watches: [makeWatch(), makeWatch({ name: 'gb-daily' })] });
    expect(status().out).toContain('us-daily  none yet         –  –          –  in 1m  –');
    expect(advice()).toEqual([
      {
        text: 'us-daily, gb-daily: no snapshot yet. Wait for the first slot, or take one now:',
        command: 'tidemark snapshot us-daily gb-daily',
      },
    ]);
  });
});

describe('what needs a person', () => {
  test('a slot that should have been taken long ago', async () => {
    world = makeWorld({
      watches: [makeWatch(), makeWatch({ name: 'gb-daily', schedule: '0 9 * * *' })],
    });
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    await world.clock.advance(DAY_MS + 14 * MINUTE_MS);
    // gb-daily was due 21 hours ago; us-daily's pass may still be at work.
    expect(advice()).toEqual([
      {
        text: 'gb-daily: overdue since Thu 2026-01-01 09:00 UTC, though the daemon runs. Its log says why. To try the source:',
        command: 'tidemark check --connect',
      },
    ]);
    await world.clock.advance(2 * MINUTE_MS);
    expect(advice()).toEqual([
      {
        text: 'us-daily, gb-daily: overdue since Thu 2026-01-01 09:00 UTC, though the daemon runs. Its log says why. To try the source:',
        command: 'tidemark check --connect',
      },
    ]);
    expect(status().out).toMatch(/us-daily .* overdue /);
  });

  test('but not one that was never due: of a schedule that no pass has met', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    await world.clock.advance(6 * 3_600_000);
    world.configure({ watches: [makeWatch({ schedule: '0 9 * * *' })] });
    expect(advice()).toEqual([]);
  });

  test('what was noted of the newest list, and of no older one', async () => {
    world = makeWorld();
    const note =
      'the first list of its series: there was nothing yet to judge it by; posts, posts_growth,';
    await world.pass(dayAt(0), fetchedList(rotated(0)));
    expect(status().out.replace(/\s+/g, ' ')).toContain(`us-daily: note: ${note}`);
    expect(json(run(asked(), { json: true }, world))).toMatchObject({
      watches: [{ last: { note: expect.stringContaining(note) as string } }],
    });
    await world.pass(dayAt(1), fetchedList(rotated(1)));
    expect(status().out).not.toContain('note:');
  });

  test('a snapshot that failed, with the reason above', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList([], { missing: [1] }));
    expect(advice()).toEqual([
      {
        text: 'us-daily: the last snapshot failed. To try the source:',
        command: 'tidemark check --connect',
      },
    ]);
    expect(status().out).toContain('us-daily is failed: page 1 missing');
  });

  test('a suspect snapshot', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    await world.pass(dayAt(1), fetchedList(products(5)));
    expect(advice()).toEqual([
      {
        text: 'us-daily: the last snapshot is suspect, and no alert came of it. To look again:',
        command: 'tidemark snapshot us-daily',
      },
    ]);
  });

  test('partial snapshots only once there was nothing complete for three intervals', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    for (const day of [1, 2, 3])
      await world.pass(dayAt(day), fetchedList(rotated(day + 1), { missing: [2] }));
    expect(advice()).toEqual([]);
    await world.pass(dayAt(4), fetchedList(rotated(9), { missing: [2] }));
    expect(advice()).toEqual([
      {
        text: 'us-daily: no complete snapshot since Thu 2026-01-01 06:00 UTC. To try the source:',
        command: 'tidemark check --connect',
      },
    ]);
  });

  test('credits that are spent, of each source by its name where there are several', async () => {
    world = makeWorld({
      sources: [
        makeAccount({ dailyCredits: 500 }),
        makeAccount({ name: 'second', place: 'sources.second', dailyCredits: 2 }),
      ],
      watches: [makeWatch(), makeWatch({ name: 'other', source: 'second', region: 'GB' })],
    });
    await world.pass(dayAt(0), fetchedList(products(60)));
    const ledger = openLedger(
      world.db,
      { watchId: 1, slotAt: dayAt(0), source: 'second', creditsPerRequest: 2, dailyCredits: 2 },
      world.clock,
    );
    ledger.begin({ page: 1, attempt: 1 });
    expect(status().out).toContain('spent today (UTC): keyapi 0 of 500, second 2 of 2');
    expect(advice().map(({ text }) => text)).toContain(
      'The 2 credits of second of today are spent: nothing is fetched there until 00:00 UTC. See the plan:',
    );
  });

  test('credits that are spent, a channel that fails, messages that wait too long or were given up', async () => {
    world = makeWorld({ rules: [makeRule({ when: 'rank <= 1' })] });
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    await world.pass(dayAt(1), fetchedList(rotated(2)));
    openLedger(
      world.db,
      { watchId: 1, slotAt: dayAt(1), source: 'keyapi', creditsPerRequest: 2, dailyCredits: null },
      world.clock,
    ).begin({ page: 1, attempt: 1 });
    world.configure({
      sources: [makeAccount({ dailyCredits: 3 })],
      channels: [makeHook(), makeHook({ name: 'slack' })],
    });
    saveHealth(world.db, {
      ...healthy('gone'),
      failures: 3,
      failingSinceAt: dayAt(0),
      reason: 'not in the config any more',
    });
    saveHealth(world.db, {
      ...healthy('hook'),
      failures: 3,
      failingSinceAt: dayAt(0),
      reason: 'HTTP 500\u001b[2J',
    });
    saveHealth(world.db, {
      ...healthy('slack'),
      failures: 9,
      failingSinceAt: dayAt(0),
      disabledAt: dayAt(1),
      reason: 'HTTP 410',
    });
    await world.clock.advance(20 * MINUTE_MS);
    expect(advice()).toEqual([
      {
        text: 'The 3 credits of today are spent: nothing is fetched until 00:00 UTC. See the plan:',
        command: 'tidemark check',
      },
      {
        text: 'The channel hook has been failing since Thu 2026-01-01 06:00 UTC: HTTP 500[2J; 1 message waits for it',
        command: 'tidemark channels test hook',
      },
      {
        text: 'The channel slack is disabled, failing since Thu 2026-01-01 06:00 UTC: HTTP 410',
        command: 'tidemark channels test slack',
      },
    ]);
    expect(status().out).toContain('deliveries  1 pending, the first due ');
    world.db.raw
      .prepare("UPDATE channel_health SET held_until_at = ? WHERE channel = 'hook'")
      .run(world.clock.now() + MINUTE_MS);
    expect(status().out).toContain('deliveries  1 pending, held with their channels; 0 dead\n');
    world.db.raw.exec("UPDATE deliveries SET state = 'dead', reason = 'HTTP 410'");
    expect(advice().at(-1)).toEqual({
      text: '1 message of the last 7 days was given up.',
      command: 'tidemark deliveries --state dead',
    });
    // Nobody can do anything about old news for ever.
    await world.clock.advance(8 * DAY_MS);
    expect(advice().some(({ text }) => text.includes('given up'))).toBe(false);
  });

  test('a daemon that does not run, before all else', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    await world.pass(dayAt(1), fetchedList(rotated(2)));
    const down: DaemonState = { isRunning: false, note: null };
    const text =
      'The daemon is NOT RUNNING: no list is fetched, and no message is sent. To start it:';
    expect(advice(down)).toEqual([{ text, command: 'tidemark run' }]);
    expect(status(down).out).toMatch(/^daemon NOT RUNNING\n/);
    expect(run(asked(down), { exitCode: true }, world).code).toBe(1);
    expect(run(asked(), { exitCode: true }, world).code).toBe(0);
    await world.clock.advance(2 * DAY_MS);
    expect(advice(down)[0]?.text).toContain('; us-daily: overdue since Sat 2026-01-03 06:00 UTC.');
    expect(advice(RUNS).map(({ command }) => command)).not.toContain('tidemark run');
  });

  test('a daemon that was killed, and a config that was edited since it was read', async () => {
    world = makeWorld();
    await world.pass(dayAt(0), fetchedList(rotated(1)));
    const note = {
      pid: 7,
      version: '0.1.0',
      startedAt: dayAt(0),
      config: import.meta.filename,
      configAt: dayAt(0),
    };
    expect(status({ isRunning: false, note }).out).toContain(
      'daemon NOT RUNNING: the one that started 2026-01-01 06:00 did not end by itself',
    );
    expect(status({ isRunning: true, note }).out.replace(/\s+/g, ' ')).toContain(
      'daemon runs since 2026-01-01 06:00, version 0.1.0, config as of 2026-01-01 06:00',
    );
    expect(advice({ isRunning: true, note })[0]?.text).toMatch(/^The config was edited /);
    expect(advice({ isRunning: true, note: { ...note, config: '/nowhere/t.yaml' } })).toEqual([]);
  });
});
