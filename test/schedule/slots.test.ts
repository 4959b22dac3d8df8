import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../src/lib/clock.ts';
import { scheduleProblem } from '../../src/schedule/schedule-problem.ts';
import { intervalMs, lastSlot, nextSlot, slotsBetween } from '../../src/schedule/slots.ts';

const at = (time: string): Instant => Date.parse(time);
const minutes = (slots: readonly Instant[]): string[] =>
  slots.map((slot) => new Date(slot).toISOString().slice(5, 16));

describe('bounds', () => {
  const SIX = at('2026-11-23T06:00:00Z');

  test('the next slot is strictly after, the last one at or before', () => {
    expect(nextSlot('0 6 * * *', 'UTC', SIX)).toBe(SIX + DAY_MS);
    expect(nextSlot('0 6 * * *', 'UTC', SIX - 1)).toBe(SIX);
    expect(lastSlot('0 6 * * *', 'UTC', SIX)).toBe(SIX);
    expect(lastSlot('0 6 * * *', 'UTC', SIX - 1)).toBe(SIX - DAY_MS);
    expect(lastSlot('0 6 * * *', 'UTC', SIX + 1)).toBe(SIX);
  });

  test('between excludes the first instant and includes the last', () => {
    expect(slotsBetween('0 6 * * *', 'UTC', SIX, SIX + 2 * DAY_MS)).toEqual([
      SIX + DAY_MS,
      SIX + 2 * DAY_MS,
    ]);
    expect(slotsBetween('0 6 * * *', 'UTC', SIX - 1, SIX)).toEqual([SIX]);
    expect(slotsBetween('0 6 * * *', 'UTC', SIX, SIX)).toEqual([]);
  });

  test('what never comes has no slots', () => {
    expect([
      nextSlot('0 6 30 2 *', 'UTC', SIX),
      lastSlot('0 6 30 2 *', 'UTC', SIX),
      slotsBetween('0 6 30 2 *', 'UTC', 0, SIX),
    ]).toEqual([null, null, []]);
  });

  test('29 February is found years ahead', () => {
    expect(nextSlot('0 6 29 2 *', 'UTC', SIX)).toBe(at('2028-02-29T06:00:00Z'));
  });

  test('a slot is in the zone of the schedule', () => {
    expect(
      minutes(
        slotsBetween(
          '0 6 * * *',
          'America/New_York',
          at('2026-10-31T00:00:00Z'),
          at('2026-11-03T00:00:00Z'),
        ),
      ),
    ).toEqual(['10-31T10:00', '11-01T11:00', '11-02T11:00']);
  });
});

// The spring gaps and autumn repeats of 2026. New York: 03-08 02:00→03:00, 11-01 02:00→01:00. Havana: 03-08 00:00→01:00,
// 11-01 01:00→00:00. Lord Howe moves by half an hour: 10-04 02:00→02:30, 04-05 02:00→01:30.
describe('where clocks change', () => {
  test.each([
    {
      name: 'a daily time in the gap is due at the end of the gap',
      schedule: '30 2 * * *',
      zone: 'America/New_York',
      from: '2026-03-07T00:00Z',
      until: '2026-03-10T00:00Z',
      slots: ['03-07T07:30', '03-08T07:00', '03-09T06:30'],
    },
    {
      name: 'a list with a time in the gap loses nothing',
      schedule: '30 2,14 * * *',
      zone: 'America/New_York',
      from: '2026-03-08T00:00Z',
      until: '2026-03-09T00:00Z',
      slots: ['03-08T07:00', '03-08T18:30'],
    },
    {
      name: 'times that move to one instant are one slot',
      schedule: '0 2-4 * * *',
      zone: 'America/New_York',
      from: '2026-03-08T00:00Z',
      until: '2026-03-09T00:00Z',
      slots: ['03-08T07:00', '03-08T08:00'],
    },
    {
      name: 'a weekly time in the gap is not lost for a week',
      schedule: '15 2 * * 0',
      zone: 'America/New_York',
      from: '2026-03-02T00:00Z',
      until: '2026-03-16T00:00Z',
      slots: ['03-08T07:00', '03-15T06:15'],
    },
    {
      name: 'a repeated time is due once, the first time',
      schedule: '30 1 * * *',
      zone: 'America/New_York',
      from: '2026-10-31T00:00Z',
      until: '2026-11-03T00:00Z',
      slots: ['10-31T05:30', '11-01T05:30', '11-02T06:30'],
    },
    {
      name: 'steps inside a repeated hour are due once',
      schedule: '*/30 1-2 * * *',
      zone: 'America/New_York',
      from: '2026-11-01T00:00Z',
      until: '2026-11-02T00:00Z',
      slots: ['11-01T05:00', '11-01T05:30', '11-01T07:00', '11-01T07:30'],
    },
    {
      name: 'hourly runs go on through the gap',
      schedule: '0 * * * *',
      zone: 'America/New_York',
      from: '2026-03-08T05:00Z',
      until: '2026-03-08T09:00Z',
      slots: ['03-08T06:00', '03-08T07:00', '03-08T08:00', '03-08T09:00'],
    },
    {
      name: 'hourly runs go on through the repeated hour',
      schedule: '0 * * * *',
      zone: 'America/New_York',
      from: '2026-11-01T04:00Z',
      until: '2026-11-01T08:00Z',
      slots: ['11-01T05:00', '11-01T06:00', '11-01T07:00', '11-01T08:00'],
    },
    {
      name: 'every hour written as a range goes on too',
      schedule: '0 0-23 * * *',
      zone: 'America/New_York',
      from: '2026-11-01T04:00Z',
      until: '2026-11-01T08:00Z',
      slots: ['11-01T05:00', '11-01T06:00', '11-01T07:00', '11-01T08:00'],
    },
    {
      name: 'midnight that does not exist is one o’clock',
      schedule: '0 0 * * *',
      zone: 'America/Havana',
      from: '2026-03-07T00:00Z',
      until: '2026-03-10T00:00Z',
      slots: ['03-07T05:00', '03-08T05:00', '03-09T04:00'],
    },
    {
      name: 'midnight that comes twice is due once',
      schedule: '0 0 * * *',
      zone: 'America/Havana',
      from: '2026-10-31T00:00Z',
      until: '2026-11-03T00:00Z',
      slots: ['10-31T04:00', '11-01T04:00', '11-02T05:00'],
    },
    {
      name: 'every six hours does not lose its midnight',
      schedule: '0 */6 * * *',
      zone: 'America/Havana',
      from: '2026-03-07T12:00Z',
      until: '2026-03-08T16:00Z',
      slots: ['03-07T17:00', '03-07T23:00', '03-08T05:00', '03-08T10:00', '03-08T16:00'],
    },
    {
      name: 'every six hours does not repeat its midnight',
      schedule: '0 */6 * * *',
      zone: 'America/Havana',
      from: '2026-10-31T12:00Z',
      until: '2026-11-01T17:00Z',
      slots: ['10-31T16:00', '10-31T22:00', '11-01T04:00', '11-01T11:00', '11-01T17:00'],
    },
    {
      name: 'a gap of half an hour ends at half past',
      schedule: '15 2 * * *',
      zone: 'Australia/Lord_Howe',
      from: '2026-10-02T00:00Z',
      until: '2026-10-05T00:00Z',
      slots: ['10-02T15:45', '10-03T15:30', '10-04T15:15'],
    },
    {
      name: 'a repeat of half an hour is due once',
      schedule: '45 1 * * *',
      zone: 'Australia/Lord_Howe',
      from: '2026-04-03T00:00Z',
      until: '2026-04-06T00:00Z',
      slots: ['04-03T14:45', '04-04T14:45', '04-05T15:15'],
    },
    {
      name: 'UTC knows none of this',
      schedule: '30 2 * * *',
      zone: 'UTC',
      from: '2026-03-07T00:00Z',
      until: '2026-03-10T00:00Z',
      slots: ['03-07T02:30', '03-08T02:30', '03-09T02:30'],
    },
  ])('$name', ({ schedule, zone, from, until, slots }) => {
    expect(minutes(slotsBetween(schedule, zone, at(from), at(until)))).toEqual(slots);
  });

  const field = (low: number, high: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: low, max: high }).map(String),
      fc
        .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 2, maxLength: 4 })
        .map((list) => list.join(',')),
      fc.integer({ min: 2, max: 12 }).map((step) => `*/${step}`),
    );
  const schedules = fc
    .tuple(
      field(0, 59).filter((minute) => minute !== '*'),
      field(0, 23),
      fc.constantFrom('*', '*', '1', '1,15'),
      fc.constant('*'),
      fc.constantFrom('*', '*', '1-5', '0'),
    )
    .map((fields) => fields.join(' '));
  const zones = fc.constantFrom(
    'America/New_York',
    'America/Havana',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Asia/Tokyo',
    'UTC',
  );
  // Around the clock changes of both hemispheres.
  const starts = fc
    .constantFrom(
      '2026-03-06',
      '2026-03-27',
      '2026-04-03',
      '2026-09-25',
      '2026-10-02',
      '2026-10-30',
    )
    .map(at);

  test('slots strictly increase, and stepping back finds the slots that stepping forward found', () => {
    fc.assert(
      fc.property(schedules, zones, starts, (schedule, zone, start) => {
        expect(scheduleProblem(schedule)).toBeNull();
        const slots = slotsBetween(schedule, zone, start, start + 4 * DAY_MS);
        slots.forEach((slot, i) => {
          if (i > 0) expect(slot).toBeGreaterThan(slots[i - 1] ?? Infinity);
          expect(lastSlot(schedule, zone, slot)).toBe(slot);
          expect(slot % MINUTE_MS).toBe(0);
        });
      }),
      { numRuns: 100, seed: 20_261_123 },
    );
  });

  test('every local day of a daily schedule has exactly one slot, whatever its length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        zones,
        (minute, hour, zone) => {
          const slots = slotsBetween(
            `${minute} ${hour} * * *`,
            zone,
            at('2026-02-20T00:00Z'),
            at('2026-04-20T00:00Z'),
          );
          const days = slots.map((slot) =>
            new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(slot),
          );
          expect(new Set(days).size).toBe(days.length);
          expect(slots.length).toBe(59);
        },
      ),
      { numRuns: 60, seed: 20_261_123 },
    );
  });
});

describe('the interval of a schedule', () => {
  test.each([
    {
      name: 'a day, daily',
      schedule: '0 6 * * *',
      zone: 'UTC',
      slotAt: '2026-11-23T06:00Z',
      hours: 24,
    },
    {
      name: 'an hour, hourly',
      schedule: '0 * * * *',
      zone: 'UTC',
      slotAt: '2026-11-23T06:00Z',
      hours: 1,
    },
    {
      name: 'the weekend, on weekdays',
      schedule: '0 6 * * 1-5',
      zone: 'UTC',
      slotAt: '2026-11-25T06:00Z',
      hours: 72,
    },
    {
      name: 'the weekend, also on the Friday after',
      schedule: '0 6 * * 1-5',
      zone: 'UTC',
      slotAt: '2026-11-27T06:00Z',
      hours: 72,
    },
    {
      name: 'the night, twice a day',
      schedule: '0 9,17 * * *',
      zone: 'UTC',
      slotAt: '2026-11-23T17:00Z',
      hours: 16,
    },
    {
      name: 'the longer day, for two weeks after an autumn change',
      schedule: '0 6 * * *',
      zone: 'America/New_York',
      slotAt: '2026-11-14T11:00Z',
      hours: 25,
    },
    {
      name: 'a day again, later',
      schedule: '0 6 * * *',
      zone: 'America/New_York',
      slotAt: '2026-11-16T11:00Z',
      hours: 24,
    },
    {
      name: 'a day, after a spring change',
      schedule: '0 6 * * *',
      zone: 'America/New_York',
      slotAt: '2026-03-09T10:00Z',
      hours: 24,
    },
    {
      name: 'a week, weekly',
      schedule: '0 6 * * 1',
      zone: 'UTC',
      slotAt: '2026-11-23T06:00Z',
      hours: 7 * 24,
    },
    {
      name: 'the last month, monthly',
      schedule: '0 6 1 * *',
      zone: 'UTC',
      slotAt: '2026-03-01T06:00Z',
      hours: 28 * 24,
    },
    {
      name: 'a day, for a snapshot by hand between slots',
      schedule: '0 6 * * *',
      zone: 'UTC',
      slotAt: '2026-11-23T14:12:33.456Z',
      hours: 24,
    },
    {
      name: 'the last month, for a snapshot by hand late in the next',
      schedule: '0 6 1 * *',
      zone: 'UTC',
      slotAt: '2026-03-30T12:00Z',
      hours: 28 * 24,
    },
  ])('is $name', ({ schedule, zone, slotAt, hours }) => {
    expect(intervalMs(schedule, zone, at(slotAt)) / HOUR_MS).toBe(hours);
  });

  /** The definition, word by word. */
  function slowIntervalMs(schedule: string, zone: string, slotAt: Instant): number {
    const inside = slotsBetween(schedule, zone, slotAt - 14 * DAY_MS, slotAt);
    const before = lastSlot(schedule, zone, (inside[0] ?? slotAt + 1) - 1);
    let all = [...(before === null ? [] : [before]), ...inside];
    if (all.length < 2) all = [lastSlot(schedule, zone, (before ?? 0) - 1) ?? 0, ...all];
    return Math.max(...all.slice(1).map((slot, i) => slot - (all[i] ?? 0)));
  }

  test('is the same in whatever order snapshots are asked about', () => {
    const schedules = fc.constantFrom(
      '0 6 * * *',
      '0 6 * * 1-5',
      '0 */8 * * *',
      '0 6 * * 1',
      '0 6 1 * *',
      '30 2 1,20 * *',
    );
    const zones = fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(schedules, zones, fc.integer({ min: 0, max: 120 * 24 * 60 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (asked) => {
          for (const [schedule, zone, minute] of asked) {
            const slotAt = at('2026-02-01T00:00Z') + minute * MINUTE_MS;
            expect(intervalMs(schedule, zone, slotAt)).toBe(slowIntervalMs(schedule, zone, slotAt));
          }
        },
      ),
      { numRuns: 60, seed: 20_261_123 },
    );
  });
});
