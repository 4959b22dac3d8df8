import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { buildDigest } from '../../src/digest/build.ts';
import { nextDigestAt, runDueDigests } from '../../src/digest/run-due.ts';
import { DAY_MS, HOUR_MS, isoTime } from '../../src/lib/clock.ts';
import type { DigestMessage } from '../../src/message/digest.ts';
import { insertSilence } from '../../src/store/alerts/silences.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { dayAt, makeHook, makeRule, type World } from '../support/world.ts';
import { manualClock } from '../support/manual-clock.ts';
import { makeDigest } from './market-world.ts';
import { makeSmallWorld, takeSmallDays } from './small-week.ts';

/** Day zero is a Thursday; the first Monday, 5 January at 08:00, is day 4. */
const MONDAY = Date.parse('2026-01-05T08:00Z');
const WEEK_MS = 7 * DAY_MS;

let folder: string;
let world: World;
let logged: { level: string; fields: object; message: string }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-digest-'));
  logged = [];
  world = makeSmallWorld({ database: join(folder, 'test.db'), digests: [makeDigest()] });
});
afterEach(() => {
  world.close();
  rmSync(folder, { recursive: true });
});

const note = (level: string) => (fields: object, message: string) =>
  void logged.push({ level, fields, message });
const log = { info: note('info'), warn: note('warn'), error: note('error') };

function runAt(
  at: number,
  { db = world.db, config = world.config }: { db?: Db; config?: Config } = {},
): number {
  return runDueDigests({ db, config, clock: manualClock(at), log });
}

const digests = () =>
  world.db.raw
    .prepare('SELECT name, slot_at, since_at, created_at, outcome FROM digests ORDER BY slot_at')
    .all() as {
    name: string;
    slot_at: number;
    since_at: number;
    created_at: number;
    outcome: string;
  }[];
const notifications = () =>
  (
    world.db.raw
      .prepare(
        "SELECT n.key, n.channel, n.message, d.expires_at, d.recipient FROM notifications n JOIN deliveries d ON d.notification_id = n.id WHERE n.type = 'digest.ready' ORDER BY d.id",
      )
      .all() as {
      key: string;
      channel: string;
      message: string;
      expires_at: number;
      recipient: string;
    }[]
  ).map((row) => ({ ...row, message: JSON.parse(row.message) as DigestMessage }));

describe('a digest that is due', () => {
  test('is written once, with its notification, however often it is asked for', () => {
    runAt(MONDAY - DAY_MS);
    expect([runAt(MONDAY), runAt(MONDAY), runAt(MONDAY + HOUR_MS)]).toEqual([1, 0, 0]);
    expect(digests()).toEqual([
      {
        name: 'weekly',
        slot_at: MONDAY,
        since_at: MONDAY - WEEK_MS,
        created_at: MONDAY,
        outcome: 'sent',
      },
    ]);
    expect(notifications()).toMatchObject([
      {
        key: 'hook/digest/weekly/2026-01-05T08:00:00.000Z',
        message: {
          type: 'digest.ready',
          timestamp: isoTime(MONDAY),
          data: { digest: 'weekly', origin: 'schedule', periods: 1 },
        },
      },
    ]);
    expect(logged.filter(({ message }) => message === 'digest')).toHaveLength(1);
  });

  test('is written once over restarts, and by two processes at once', () => {
    runAt(MONDAY - DAY_MS);
    const other = openDatabase(world.db.path);
    expect([runAt(MONDAY), runAt(MONDAY, { db: other })]).toEqual([1, 0]);
    other.close();
    const restarted = openDatabase(world.db.path);
    expect(runAt(MONDAY + HOUR_MS, { db: restarted })).toBe(0);
    restarted.close();
    expect(notifications()).toHaveLength(1);
  });

  test('is not half written: without its notification there is no row, and it stays due', () => {
    runAt(MONDAY - DAY_MS);
    world.db.raw.exec(
      "CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT raise(ABORT, 'disk full'); END",
    );
    expect(runAt(MONDAY)).toBe(0);
    expect([digests(), notifications()]).toEqual([[], []]);
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { digest: 'weekly' }, message: 'digest failed' },
    ]);
    world.db.raw.exec('DROP TRIGGER full');
    expect(runAt(MONDAY + HOUR_MS)).toBe(1);
    expect(digests()).toMatchObject([{ slot_at: MONDAY, created_at: MONDAY + HOUR_MS }]);
  });

  test('does not keep another from being written', () => {
    const broken = makeDigest({
      name: 'broken',
      timezone: 'UTC',
      schedule: '0 8 * * 1',
      notify: ['hook'],
    });
    world.configure({ digests: [broken, makeDigest()] });
    runAt(MONDAY - DAY_MS);
    world.db.raw.exec(
      "CREATE TRIGGER full BEFORE INSERT ON notifications WHEN NEW.key LIKE '%broken%' BEGIN SELECT raise(ABORT, 'disk full'); END",
    );
    expect(runAt(MONDAY)).toBe(1);
    expect(digests().map(({ name }) => name)).toEqual(['weekly']);
  });

  test('goes to each of its channels and recipients, until the next one is due', () => {
    world.configure({
      channels: [
        makeHook(),
        makeHook({ name: 'other' }),
        { kind: 'email', name: 'mail', to: ['ana@example.com', 'bo@example.com'] },
      ],
      digests: [makeDigest({ notify: ['hook', 'mail'] })],
    });
    runAt(MONDAY - DAY_MS);
    runAt(MONDAY + 3 * HOUR_MS);
    expect(notifications().map(({ channel, recipient }) => [channel, recipient])).toEqual([
      ['hook', ''],
      ['mail', 'ana@example.com'],
      ['mail', 'bo@example.com'],
    ]);
    expect(new Set(notifications().map(({ expires_at: expiresAt }) => expiresAt))).toEqual(
      new Set([MONDAY + WEEK_MS]),
    );
  });
});

describe('which periods', () => {
  test('a digest that the config has just learnt of waits for its next slot', () => {
    expect(runAt(MONDAY)).toBe(0);
    expect(runAt(MONDAY + DAY_MS)).toBe(0);
    expect(runAt(MONDAY + WEEK_MS)).toBe(1);
    expect(digests()).toMatchObject([{ slot_at: MONDAY + WEEK_MS, since_at: MONDAY }]);
  });

  test('several that were missed become one, which says so', () => {
    runAt(MONDAY - DAY_MS);
    runAt(MONDAY);
    expect(runAt(MONDAY + 3 * WEEK_MS + 2 * DAY_MS)).toBe(1);
    expect(digests()).toMatchObject([
      { slot_at: MONDAY },
      { slot_at: MONDAY + 3 * WEEK_MS, since_at: MONDAY },
    ]);
    expect(notifications().at(-1)?.message.data).toMatchObject({
      since_at: isoTime(MONDAY),
      slot_at: isoTime(MONDAY + 3 * WEEK_MS),
      periods: 3,
    });
  });

  test('periods follow each other without a gap or an overlap, whatever the times it was asked at', () => {
    runAt(MONDAY - DAY_MS);
    for (const days of [0, 0.1, 7, 7.5, 20, 21, 21, 30]) runAt(MONDAY + days * DAY_MS);
    const written = digests();
    expect(written.map(({ slot_at: slot }) => (slot - MONDAY) / DAY_MS)).toEqual([
      0, 7, 14, 21, 28,
    ]);
    for (const [index, { since_at: since }] of written.entries())
      expect(since).toBe(index === 0 ? MONDAY - WEEK_MS : written[index - 1]?.slot_at);
  });

  test('an edited schedule starts anew: with a period of its own, and nothing missed to tell of', () => {
    runAt(MONDAY - DAY_MS);
    runAt(MONDAY);
    world.configure({ digests: [makeDigest({ schedule: '0 * * * *' })] });
    expect(runAt(MONDAY + 3 * DAY_MS + HOUR_MS / 2)).toBe(0);
    const slot = MONDAY + 3 * DAY_MS + HOUR_MS;
    expect(runAt(slot)).toBe(1);
    expect(digests().at(-1)).toMatchObject({ slot_at: slot, since_at: slot - HOUR_MS });
    expect(notifications().at(-1)?.message.data.periods).toBe(1);
    expect(runAt(slot + 2 * HOUR_MS)).toBe(1);
    expect(notifications().at(-1)?.message.data).toMatchObject({
      since_at: isoTime(slot),
      periods: 2,
    });
  });

  test('a digest that comes back after months does not cover them', () => {
    runAt(MONDAY - DAY_MS);
    runAt(MONDAY);
    world.configure({ digests: [] });
    runAt(MONDAY + DAY_MS);
    world.configure({ digests: [makeDigest()] });
    runAt(MONDAY + 20 * WEEK_MS + DAY_MS);
    expect(runAt(MONDAY + 21 * WEEK_MS)).toBe(1);
    expect(digests().at(-1)).toMatchObject({
      slot_at: MONDAY + 21 * WEEK_MS,
      since_at: MONDAY + 20 * WEEK_MS,
    });
    expect(notifications().at(-1)?.message.data.periods).toBe(1);
  });

  test('a digest that was taken out of the config is not sent for the time it was out', () => {
    runAt(MONDAY - DAY_MS);
    world.configure({ digests: [] });
    runAt(MONDAY - HOUR_MS);
    world.configure({ digests: [makeDigest()] });
    expect(runAt(MONDAY + HOUR_MS)).toBe(0);
    expect(runAt(MONDAY + WEEK_MS)).toBe(1);
  });

  test('the next one is the first of all', () => {
    expect(
      nextDigestAt([makeDigest(), makeDigest({ name: 'daily', schedule: '0 9 * * *' })], MONDAY),
    ).toBe(MONDAY + HOUR_MS);
    expect(nextDigestAt([], MONDAY)).toBeNull();
  });
});

describe('when all is quiet', () => {
  const quiet = {
    compare: { kind: 'ago', ms: 2 * DAY_MS, text: '2d' },
    schedule: '0 8 * * *',
  } as const;

  test.each([
    { whenQuiet: 'send' as const, outcome: 'sent', sent: 1 },
    { whenQuiet: 'skip' as const, outcome: 'quiet', sent: 0 },
  ])(
    'a digest with when_quiet $whenQuiet is $outcome, and its period is over all the same',
    async ({ whenQuiet, outcome, sent }) => {
      world.configure({ rules: [], digests: [makeDigest({ ...quiet, whenQuiet })] });
      await takeSmallDays(world, 0, 3);
      runAt(dayAt(2) + 3 * HOUR_MS);
      expect(runAt(dayAt(3) + 2 * HOUR_MS)).toBe(1);
      expect(digests()).toMatchObject([{ slot_at: dayAt(3) + 2 * HOUR_MS, outcome }]);
      expect(notifications().map(({ message }) => message.data.quiet)).toEqual(
        Array(sent).fill(true),
      );
      expect(runAt(dayAt(3) + 3 * HOUR_MS)).toBe(0);
    },
  );

  test.each([
    { name: 'a product that entered', days: [5, 7], compare: 2 },
    { name: 'a failed snapshot', days: [7, 9], compare: 1 },
    { name: 'nothing to compare with', days: [0, 0], compare: 2 },
  ])('$name is not quiet', async ({ days: [from = 0, to = 0], compare }) => {
    world.configure({
      rules: [],
      digests: [
        makeDigest({
          ...quiet,
          compare: { kind: 'ago', ms: compare * DAY_MS, text: `${compare}d` },
          whenQuiet: 'skip',
        }),
      ],
    });
    await takeSmallDays(world, from, to);
    runAt(dayAt(to) - HOUR_MS);
    runAt(dayAt(to) + 2 * HOUR_MS);
    expect(digests()).toMatchObject([{ outcome: 'sent' }]);
  });
});

test('what a late snapshot decides after a digest was written, the next digest tells', async () => {
  world.configure({
    rules: world.config.rules,
    digests: [makeDigest({ schedule: '0 8 * * *', compare: { kind: 'previous' } })],
  });
  await takeSmallDays(world, 0, 9);
  runAt(dayAt(9) + 3 * HOUR_MS);
  // The slot of day 10 is taken three hours late, at nine, an hour after the digest of eight.
  runAt(dayAt(10) + 2 * HOUR_MS);
  await world.clock.advance(dayAt(10) + 3 * HOUR_MS - world.clock.now());
  await takeSmallDays(world, 10, 10);
  runAt(dayAt(11) + 2 * HOUR_MS);
  const fired = notifications().map(({ message }) =>
    message.data.alerts.reduce((sum, rule) => sum + rule.fired, 0),
  );
  const total = world.db.raw
    .prepare('SELECT count(*) FROM alerts WHERE quiet IS NULL AND slot_at = ?')
    .pluck()
    .get(dayAt(10));
  expect([fired, total]).toEqual([[0, 1], 1]);
});

describe('what alerts did belongs to exactly one digest', () => {
  const countOf = (key: 'fired' | 'resolved' | 'muted') =>
    notifications().map(({ message }) =>
      message.data.alerts.reduce((sum, rule) => sum + rule[key], 0),
    );
  const rebuilt = (slotAt: number) => {
    const digest = world.config.digests[0];
    const row = digests().find(({ slot_at: slot }) => slot === slotAt);
    if (digest === undefined || row === undefined) throw new Error('no such digest');
    return buildDigest(world.db, {
      config: world.config,
      digest,
      period: { sinceAt: row.since_at, slotAt, periods: 1 },
      origin: 'schedule',
    });
  };
  const daily = (rules: Parameters<typeof makeRule>[0][]) =>
    world.configure({
      rules: rules.map((rule) => makeRule({ name: 'r', ...rule })),
      digests: [makeDigest({ schedule: '0 6 * * *', compare: { kind: 'previous' } })],
    });

  test('that of its slot, also when it is due at the very instant of the snapshot', async () => {
    daily([{ when: 'rank = 1', resolved: true }]);
    await takeSmallDays(world, 0, 10);
    runAt(dayAt(10) + HOUR_MS);
    // The slot of both is six. The pass decides a moment later, and the digest is written after it.
    await world.clock.advance(dayAt(11) + 2_000 - world.clock.now());
    await takeSmallDays(world, 11, 11);
    runAt(dayAt(11) + 5_000);
    await takeSmallDays(world, 12, 12);
    runAt(dayAt(12) + 5_000);
    expect([countOf('fired'), countOf('resolved')]).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(notifications()[0]?.message.data.quiet).toBe(false);
    expect(rebuilt(dayAt(11))).toEqual(notifications()[0]?.message.data);
  });

  test('that of its telling, when a cooldown or a silence held it back; and what was muted then stays so', async () => {
    daily([{ when: 'rank = 1' }]);
    await takeSmallDays(world, 0, 10);
    runAt(dayAt(10) + HOUR_MS);
    insertSilence(
      world.db,
      { rule: 'r', watch: null, product: null, reason: 'known', untilAt: dayAt(13) - HOUR_MS },
      world.clock.now(),
    );
    for (const day of [11, 12, 13, 14]) {
      await takeSmallDays(world, day, day);
      runAt(dayAt(day) + HOUR_MS);
    }
    expect([countOf('fired'), countOf('muted')]).toEqual([
      [0, 0, 1, 0],
      [1, 0, 0, 0],
    ]);
    for (const [index, day] of [11, 12, 13, 14].entries())
      expect(rebuilt(dayAt(day))).toEqual(notifications()[index]?.message.data);
  });
});
