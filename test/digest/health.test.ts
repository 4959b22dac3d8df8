import { afterEach, describe, expect, test } from 'vitest';
import { healthLines } from '../../src/delivery/digest/health-words.ts';
import { formatsOf } from '../../src/words/digest-formats.ts';
import { DAY_MS, HOUR_MS, isoTime } from '../../src/lib/clock.ts';
import type { DigestFacts } from '../../src/message/digest.ts';
import { dayAt, makeWatch, type World, makeAccount } from '../support/world.ts';
import { factsOf, makeDigest, periodOfDays, takeDays } from './market-world.ts';
import { listOfDay, makeSmallWorld, takeSmallDays } from './small-week.ts';

let world: World;
afterEach(() => world.close());

const lines = (facts: DigestFacts, timestamp = facts.slot_at) =>
  healthLines(facts, timestamp, formatsOf(facts)).map(({ text, isBad }) =>
    isBad ? `! ${text}` : text,
  );

describe('snapshots of the period', () => {
  test('are those with a slot in it: after its beginning, and up to its end', async () => {
    world = makeSmallWorld();
    await takeSmallDays(world, 0, 8);
    const counted = (sinceAt: number, slotAt: number) =>
      factsOf(world, makeDigest(), { sinceAt, slotAt, periods: 1 }).watches[0]?.health.expected;
    expect([
      counted(dayAt(1), dayAt(8)),
      counted(dayAt(1) - 1, dayAt(8)),
      counted(dayAt(1), dayAt(8) - 1),
    ]).toEqual([7, 8, 6]);
  });

  test('that are due and not taken are said to be missing', async () => {
    world = makeSmallWorld();
    await takeSmallDays(world, 0, 5);
    const facts = factsOf(world, makeDigest(), periodOfDays(0, 7));
    expect(facts.watches[0]?.health).toMatchObject({ expected: 7, complete: 5, pending: 2 });
    expect(lines(facts)).toEqual(
      expect.arrayContaining([
        '! 5 of 7 snapshots complete: 2 not taken yet.',
        '! 2 from Wed 7 Jan to Thu 8 Jan: not taken yet',
      ]),
    );
  });

  test('were not due before the watch was configured', async () => {
    world = makeSmallWorld();
    await takeSmallDays(world, 0, 2);
    expect(factsOf(world, makeDigest(), periodOfDays(-5, 2)).watches[0]?.health).toMatchObject({
      expected: 3,
      complete: 3,
      pending: 0,
    });
  });

  test('taken by hand come on top', async () => {
    world = makeSmallWorld();
    await takeSmallDays(world, 0, 5);
    await world.pass(dayAt(5) + HOUR_MS, listOfDay(6), { origin: 'manual' });
    const facts = factsOf(world, makeDigest({ compare: { kind: 'previous' } }), periodOfDays(0, 5));
    expect(facts.watches[0]?.health).toMatchObject({ expected: 5, complete: 5, extra: 1 });
    expect(lines(facts)[0]).toBe(
      '5 of 5 snapshots complete. 1 snapshot taken by hand or imported besides.',
    );
  });
});

test('the figures are of the newest complete snapshot, and a partial one after it is said', async () => {
  world = makeSmallWorld({ watches: [makeWatch({ depth: 60 })] });
  await takeDays(world, 0, 8, { 8: 'partial' });
  const facts = factsOf(
    world,
    makeDigest({ compare: { kind: 'ago', ms: 5 * DAY_MS, text: '5d' } }),
    periodOfDays(1, 8),
  );
  expect(facts.watches[0]).toMatchObject({
    snapshot: { slot_at: isoTime(dayAt(7)) },
    baseline: { slot_at: isoTime(dayAt(2)) },
  });
  expect(lines(facts)).toContain(
    '! Fri 9 Jan: partial, 40 of 60 products seen; page 2 missing (timeout: no answer within 30s)',
  );
});

test('a baseline that is not from the day that was asked for is called by its own date', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 10);
  const facts = factsOf(world, makeDigest({ compare: { kind: 'previous' } }), periodOfDays(9, 10));
  expect(lines(facts)).toContain(
    'us-daily of Sun 11 Jan, 06:00, 11 of 11 products, against Fri 9 Jan, 06:00, 2 days before.',
  );
});

test('without a snapshot on the day asked for there is no baseline, and nothing is compared', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 10);
  // Day 9 failed.
  const facts = factsOf(
    world,
    makeDigest({ compare: { kind: 'ago', ms: DAY_MS, text: '1d' } }),
    periodOfDays(9, 10),
  );
  expect(facts.watches[0]).toMatchObject({
    baseline: null,
    missing: { kind: 'no_baseline', at: null },
    totals: { products: { before: null }, posts: { before: null, pct: null } },
  });
  expect([facts.climbers.total, facts.entered.total, facts.left.total]).toEqual([0, 0, 0]);
  expect(lines(facts)).toContain(
    '! us-daily of Sun 11 Jan, 06:00, 11 of 11 products: nothing to compare with, there is no complete list of 1d before.',
  );
});

test('a list whose query was edited is not compared with the one before', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 7);
  world.configure({ watches: [makeWatch({ depth: 50, keyword: 'soap' })] });
  await takeSmallDays(world, 8, 8);
  expect(factsOf(world, makeDigest(), periodOfDays(1, 8)).watches[0]).toMatchObject({
    missing: { kind: 'no_baseline', at: isoTime(dayAt(8)) },
  });
});

test('credits are those of the period, and what is left of the day at its end', async () => {
  world = makeSmallWorld({ sources: [makeAccount({ dailyCredits: 500 })] });
  await takeSmallDays(world, 0, 8);
  const { sinceAt, slotAt } = periodOfDays(1, 8);
  const insert = world.db.raw.prepare(
    "INSERT INTO requests (watch_id, slot_at, page, attempt, started_at, outcome, credits) VALUES (1, 0, 1, 1, ?, 'ok', ?)",
  );
  for (const [at, credits] of [
    [sinceAt, 1],
    [sinceAt + 1, 2],
    [slotAt - DAY_MS, 4],
    [slotAt - HOUR_MS, 8],
    [slotAt, 16],
    [slotAt + 1, 32],
  ] as const)
    insert.run(at, credits);
  const facts = factsOf(world, makeDigest(), { sinceAt, slotAt, periods: 1 });
  expect(facts.credits).toEqual({ used: 30, left: 500 - 24 });
  expect(lines(facts)).toContain('30 credits used, 476 left today. Times are in UTC.');
});

test('a digest that is late, or covers several periods, says so', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 8);
  const facts = factsOf(world, makeDigest(), { ...periodOfDays(1, 8), periods: 3 });
  expect(lines(facts, isoTime(dayAt(8) + 15 * HOUR_MS)).slice(0, 2)).toEqual([
    '! Covers 3 periods: none could be written since Fri 2 Jan, 08:00.',
    '! Late: it was due on Fri 9 Jan, 08:00 and written on Fri 9 Jan, 21:00.',
  ]);
  expect(lines(facts, isoTime(dayAt(8) + 3 * HOUR_MS))[1]).toMatch(/^7 of 7/);
});

test('lists that look back further than a day say that days overlap', async () => {
  world = makeSmallWorld({ watches: [makeWatch({ timeScope: 7, depth: 50 })] });
  await takeSmallDays(world, 0, 8);
  expect(lines(factsOf(world, makeDigest(), periodOfDays(1, 8)))).toContain(
    'Its figures look back 7 days. Neighbouring days overlap, so nothing is added up over days.',
  );
});

test('in the weeks of a clock change the baseline is the one of the same hour by the clock', async () => {
  const zone = { schedule: '0 6 * * *', timezone: 'America/New_York' };
  world = makeSmallWorld({ watches: [makeWatch({ depth: 50, ...zone })] });
  // Clocks go forward on 8 March 2026: the slots before are at 11:00 UTC, and at 10:00 UTC from that day on.
  const slots = Array.from(
    { length: 8 },
    (_, day) => Date.parse('2026-03-02T11:00Z') + day * DAY_MS - (day >= 6 ? HOUR_MS : 0),
  );
  for (const [day, slotAt] of slots.entries()) await world.pass(slotAt, listOfDay(day));
  const facts = factsOf(world, makeDigest({ timezone: 'America/New_York' }), {
    sinceAt: Date.parse('2026-03-02T13:00Z'),
    slotAt: Date.parse('2026-03-09T12:00Z'),
    periods: 1,
  });
  expect(facts.watches[0]).toMatchObject({
    health: { expected: 7, complete: 7 },
    baseline: { slot_at: '2026-03-02T11:00:00.000Z', gap_days: 6.9583 },
  });
  expect(lines(facts)).toContain(
    'us-daily of Mon 9 Mar, 06:00, 12 of 12 products, against Mon 2 Mar, 06:00, 7 days before.',
  );
});
