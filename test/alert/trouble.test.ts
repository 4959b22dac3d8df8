import { afterEach, describe, expect, test } from 'vitest';
import { decideTrouble, type TroubleDecision } from '../../src/alert/trouble.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import type { FetchedList, SnapshotStatus, TroubleMessage } from '../../src/model.ts';
import type { OpenTrouble } from '../../src/store/troubles.ts';
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

const OPEN: OpenTrouble = { id: 1, kind: 'failing', sinceSlotAt: dayAt(0), text: 'x' };

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
const told = (decision: TroubleDecision) =>
  decision === null
    ? null
    : `${decision.kind} ${decision.trouble.kind} since day ${(decision.trouble.sinceSlotAt - dayAt(0)) / DAY_MS}`;

describe('trouble with the source', () => {
  test.each<{
    name: string;
    days: string;
    open?: OpenTrouble;
    refused?: FetchedList['refused'];
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
    {
      name: 'no credits are told at once',
      days: 'cf',
      refused: { reason: 'out_of_credits', detail: '' },
      expected: 'open out_of_credits since day 1',
    },
    {
      name: 'a token that is not accepted too',
      days: 'cf',
      refused: { reason: 'unauthorised', detail: '' },
      expected: 'open unauthorised since day 1',
    },
    {
      name: 'our own daily limit is no trouble of the source',
      days: 'cf',
      refused: { reason: 'daily_credits', detail: '' },
      expected: null,
    },
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
  ])('$name', ({ days, open = null, refused = null, expected }) => {
    expect(told(decideTrouble('us-daily', recent(days), open, refused, DAY_MS))).toBe(expected);
  });
});

describe('telling it', () => {
  let world: World;
  afterEach(() => world.close());

  const failed: FetchedList = {
    ...fetchedList([]),
    missing: [{ page: 1, reason: 'server_error', detail: 'HTTP 503' }],
  };
  const messages = () =>
    (
      world.db.raw
        .prepare(
          "SELECT channel, message FROM notifications WHERE type = 'source.trouble' ORDER BY id",
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
    await world.pass(dayAt(2), fetchedList(products(30)));
    for (const day of [3, 4]) await world.pass(dayAt(day), failed);
    expect(messages().map((line) => line.split(' ').slice(2).join(' '))).toEqual([
      'failing trouble since 2026-01-01',
      'failing recovered since 2026-01-01',
      'failing trouble since 2026-01-04',
    ]);
  });
});
