import { afterEach, describe, expect, test } from 'vitest';
import {
  bySlot,
  decideTrouble,
  frozenAfterMs,
  type TroubleDecision,
  type WatchFacts,
} from '../../src/alert/trouble.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import type { TroubleMessage } from '../../src/message/trouble.ts';
import type { FetchedList, SnapshotOrigin, SnapshotStatus } from '../../src/model.ts';
import type { OpenTrouble } from '../../src/store/alerts/troubles.ts';
import {
  dayAt,
  fetchedList,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';

const OPEN: OpenTrouble = {
  id: 1,
  kind: 'failing',
  sinceSlotAt: dayAt(0),
  text: 'x',
  watchId: 1,
};

/** c complete, p partial, t stale, s suspect, f failed, m missed: oldest first, a day apart. */
const STATUS: Record<string, SnapshotStatus> = {
  c: 'complete',
  p: 'partial',
  t: 'stale',
  s: 'suspect',
  f: 'failed',
  m: 'missed',
};
const recent = (days: string) =>
  [...days]
    .map((letter, day) => ({
      slotAt: dayAt(day),
      status: STATUS[letter] ?? 'failed',
      reason: 'why',
    }))
    .reverse();
function factsOf(days: string): WatchFacts {
  const list = recent(days);
  const slotsOf = (...statuses: SnapshotStatus[]) =>
    list.filter(({ status }) => statuses.includes(status)).map(({ slotAt }) => slotAt);
  return {
    recent: list,
    open: null,
    recoveredAt: -Infinity,
    firstAt: list.at(-1)?.slotAt ?? null,
    lastCompleteAt: slotsOf('complete')[0] ?? null,
    refreshes: slotsOf('complete', 'partial', 'suspect'),
    intervalMs: DAY_MS,
  };
}

const told = (decision: TroubleDecision) =>
  decision === null
    ? null
    : `${decision.kind} ${decision.trouble.kind} since day ${(decision.trouble.sinceSlotAt - dayAt(0)) / DAY_MS}`;

describe('trouble with the source', () => {
  test.each<{
    name: string;
    days: string;
    open?: OpenTrouble;
    expected: string | null;
  }>([
    { name: 'nothing while all is well', days: 'ccc', expected: null },
    { name: 'one failed snapshot may be a passing fault', days: 'ccf', expected: null },
    {
      name: 'two in a row are told, since the first',
      days: 'cff',
      expected: 'open failing since day 1',
    },
    { name: 'with something between them they are not in a row', days: 'cfpf', expected: null },
    { name: 'two stale snapshots may be a late refresh', days: 'ctt', expected: null },
    { name: 'three are a frozen source', days: 'cttt', expected: 'open frozen since day 1' },
    {
      name: 'no complete snapshot for exactly three intervals still serves as a baseline',
      days: 'cpsp',
      expected: null,
    },
    { name: 'for longer it does not', days: 'cpspm', expected: 'open incomplete since day 0' },
    {
      name: 'also when there never was one',
      days: 'ppspp',
      expected: 'open incomplete since day 0',
    },
    { name: 'what is open is not told again', days: 'cffff', open: OPEN, expected: null },
    { name: 'nor when it is now something else', days: 'cffttt', open: OPEN, expected: null },
    { name: 'a partial snapshot is no recovery', days: 'cffp', open: OPEN, expected: null },
    { name: 'a complete one is', days: 'cffc', open: OPEN, expected: 'close failing since day 0' },
    { name: 'no snapshot, no trouble', days: '', expected: null },
  ])('$name', ({ days, open = null, expected }) => {
    expect(told(decideTrouble('us-daily', { ...factsOf(days), open }))).toBe(expected);
  });

  test('says since when there was no complete snapshot, however long that is', () => {
    const decision = decideTrouble('us-daily', factsOf(`c${'p'.repeat(80)}`));
    expect(decision).toMatchObject({
      kind: 'open',
      trouble: { text: expect.stringContaining('since 2026-01-01T06:00:00.000Z') },
    });
  });

  test('of several snapshots for one slot only the best counts', () => {
    const at = (hours: number, status: SnapshotStatus, origin: SnapshotOrigin = 'manual') => ({
      slotAt: dayAt(0) + hours * HOUR_MS,
      status,
      reason: null,
      origin,
    });
    const watch = makeWatch();
    const status = (list: ReturnType<typeof at>[]) =>
      bySlot(list.reverse(), watch).map((one) => one.status);
    expect(status([at(0, 'failed', 'schedule'), at(1, 'failed'), at(2, 'failed')])).toEqual([
      'failed',
    ]);
    expect(status([at(0, 'complete', 'schedule'), at(1, 'failed'), at(24, 'failed')])).toEqual([
      'failed',
      'complete',
    ]);
    expect(status([at(1, 'failed'), at(25, 'failed'), at(26, 'partial')])).toEqual([
      'partial',
      'failed',
    ]);
  });

  test('a list is frozen by its own rhythm: one that is new once a day is not, for an hourly look', () => {
    const hours = (...list: number[]) => list.map((hour) => dayAt(0) + hour * HOUR_MS).reverse();
    expect(frozenAfterMs(hours(0, 24, 47, 72, 96), HOUR_MS)).toBe(48 * HOUR_MS);
    expect(frozenAfterMs(hours(0, 1, 2, 3, 4, 9, 10), HOUR_MS)).toBe(3 * HOUR_MS);
    // Not on weekends.
    expect(frozenAfterMs(hours(0, 24, 96, 120, 144, 168, 192, 264), DAY_MS)).toBe(6 * DAY_MS);
    expect(frozenAfterMs(hours(0, 1), HOUR_MS)).toBe(3 * DAY_MS);
  });
});

describe('telling it', () => {
  let world: World;
  afterEach(() => world.close());

  const failed: FetchedList = {
    ...fetchedList([]),
    missing: [{ page: 1, reason: 'server_error', detail: 'HTTP 503' }],
  };
  /** What waits reaches its channel; `dead`: is refused by it. */
  const deliver = (state: 'delivered' | 'dead' = 'delivered') =>
    world.db.raw.prepare("UPDATE deliveries SET state = ? WHERE state = 'pending'").run(state);
  const refusedBy = (reason: 'out_of_credits' | 'unauthorised'): FetchedList => ({
    ...fetchedList([]),
    missing: [{ page: 1, reason, detail: 'HTTP 402' }],
    refused: { reason, detail: 'HTTP 402' },
  });
  const messages = () =>
    (
      world.db.raw
        .prepare(
          "SELECT channel, message FROM notifications WHERE type LIKE '%.trouble' ORDER BY id",
        )
        .raw()
        .all() as [string, string][]
    ).map(([channel, text]) => {
      const { data } = JSON.parse(text) as TroubleMessage;
      return `${channel}: ${data.subject} ${data.kind} ${data.state} since ${data.since.slice(0, 10)}`;
    });

  test('is one message per channel of the rules of the watch, and one when it is over', async () => {
    world = makeWorld({
      channels: [makeHook(), makeHook({ name: 'other' })],
      rules: [makeRule({ notify: ['hook'] })],
    });
    await world.pass(dayAt(0), fetchedList(products(30)));
    for (let day = 1; day < 6; day++) await world.pass(dayAt(day), failed);
    deliver();
    expect(messages()).toEqual(['hook: us-daily failing trouble since 2026-01-02']);
    await world.pass(dayAt(6), fetchedList(products(31)));
    await world.pass(dayAt(7), fetchedList(products(30)));
    expect(messages()).toEqual([
      'hook: us-daily failing trouble since 2026-01-02',
      'hook: us-daily failing recovered since 2026-01-02',
    ]);
  });

  test('goes to every channel where no rule covers the watch', async () => {
    world = makeWorld({
      watches: [makeWatch(), makeWatch({ name: 'gb', region: 'GB' })],
      channels: [makeHook(), makeHook({ name: 'other' })],
      rules: [makeRule({ watches: ['gb'], notify: ['hook'] })],
    });
    for (let day = 0; day < 2; day++) await world.pass(dayAt(day), failed);
    expect(messages()).toEqual([
      'hook: us-daily failing trouble since 2026-01-01',
      'other: us-daily failing trouble since 2026-01-01',
    ]);
  });

  test('is over for those who heard that it began, whatever the rules say by then', async () => {
    world = makeWorld({
      channels: [makeHook(), makeHook({ name: 'other' })],
      rules: [makeRule({ notify: ['hook'] })],
    });
    for (const day of [0, 1]) await world.pass(dayAt(day), failed);
    deliver();
    world.configure({ rules: [makeRule({ notify: ['other'] })] });
    await world.pass(dayAt(2), fetchedList(products(30)));
    expect(messages()).toEqual([
      'hook: us-daily failing trouble since 2026-01-01',
      'hook: us-daily failing recovered since 2026-01-01',
    ]);
  });

  test('comes again when trouble comes again', async () => {
    world = makeWorld({ rules: [makeRule()] });
    for (const day of [0, 1]) await world.pass(dayAt(day), failed);
    deliver();
    await world.pass(dayAt(2), fetchedList(products(30)));
    for (const day of [3, 4]) await world.pass(dayAt(day), failed);
    expect(messages().map((line) => line.split(' ').slice(2).join(' '))).toEqual([
      'failing trouble since 2026-01-01',
      'failing recovered since 2026-01-01',
      'failing trouble since 2026-01-04',
    ]);
  });

  test('has no end for who did not hear the beginning', async () => {
    world = makeWorld({
      channels: [makeHook(), makeHook({ name: 'other' })],
      rules: [makeRule({ notify: ['hook', 'other'] })],
    });
    for (const day of [0, 1]) await world.pass(dayAt(day), failed);
    world.db.raw.exec("UPDATE deliveries SET state = 'dead' WHERE channel = 'hook'");
    await world.pass(dayAt(2), fetchedList(products(30)));
    // The one was refused, and the other still waits: it is taken back.
    expect(messages()).toHaveLength(2);
    expect(
      world.db.raw.prepare('SELECT channel, state FROM deliveries ORDER BY 1').raw().all(),
    ).toEqual([
      ['hook', 'dead'],
      ['other', 'cancelled'],
    ]);
  });

  test('is closed with its watch, so that it can be told again', async () => {
    const [us, gb] = [makeWatch(), makeWatch({ name: 'gb', region: 'GB' })];
    world = makeWorld({ watches: [us, gb], rules: [makeRule()] });
    for (const day of [0, 1]) await world.pass(dayAt(day), failed, { watch: 'us-daily' });
    deliver();
    world.configure({ watches: [gb] });
    await world.pass(dayAt(2), fetchedList(products(30)), { watch: 'gb' });
    world.configure({ watches: [us, gb] });
    for (const day of [3, 4]) await world.pass(dayAt(day), failed, { watch: 'us-daily' });
    expect(messages().map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
      'us-daily failing trouble',
      'us-daily failing trouble',
    ]);
  });

  test('of an account is one for all its watches, and over with the first list', async () => {
    const watches = Array.from({ length: 10 }, (_, i) =>
      makeWatch({ name: `w${i}`, depth: 100 + i }),
    );
    world = makeWorld({ watches, rules: [makeRule()] });
    for (let day = 0; day < 4; day++)
      for (const [i, { name }] of watches.entries())
        await world.pass(dayAt(day), i === 0 ? refusedBy('out_of_credits') : failed, {
          watch: name,
        });
    expect(messages()).toEqual(['hook: keyapi out_of_credits trouble since 2026-01-01']);
    deliver();
    for (const { name } of watches)
      await world.pass(dayAt(4), fetchedList(products(30)), { watch: name });
    expect(messages()).toEqual([
      'hook: keyapi out_of_credits trouble since 2026-01-01',
      'hook: keyapi out_of_credits recovered since 2026-01-01',
    ]);
    // What failed with the account is no failure of the watch's own.
    await world.pass(dayAt(5), failed, { watch: 'w3' });
    expect(messages()).toHaveLength(2);
  });

  test('is silent while an hourly look meets a list of the day', async () => {
    world = makeWorld({ watches: [makeWatch({ schedule: '0 * * * *' })], rules: [makeRule()] });
    for (let hour = 0; hour < 24 * 5; hour++)
      await world.pass(
        dayAt(0) + hour * HOUR_MS,
        fetchedList(products(30 + Math.floor(hour / 24))),
      );
    expect(messages()).toEqual([]);
  });
});
