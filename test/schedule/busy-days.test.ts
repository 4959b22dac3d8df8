import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../src/lib/clock.ts';
import { offsetMs, timesOfDay } from '../../src/schedule/busy-days.ts';
import { intervalsOf } from '../../src/schedule/intervals.ts';
import { intervalMs, nextSlot, slotsBetween } from '../../src/schedule/slots.ts';

const at = (time: string): Instant => Date.parse(time);

/** From slot to slot, as the library says. */
function stepped(schedule: string, zone: string, after: Instant, until: Instant): Instant[] {
  const slots: Instant[] = [];
  for (
    let slot = nextSlot(schedule, zone, after);
    slot !== null && slot <= until;
    slot = nextSlot(schedule, zone, slot)
  )
    slots.push(slot);
  return slots;
}

const field = (low: number, high: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: low, max: high }).map(String),
    fc
      .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 2, maxLength: 4 })
      .map((list) => list.join(',')),
    fc.integer({ min: 2, max: 12 }).map((step) => `*/${step}`),
    fc.integer({ min: low, max: high - 8 }).map((from) => `${from}-${from + 8}/2`),
  );
const schedules = fc
  .tuple(
    field(0, 59).filter((minute) => minute !== '*'),
    field(0, 23),
    fc.constantFrom('*', '*', '1', '1,15', '*/2'),
    fc.constant('*'),
    fc.constantFrom('*', '*', '1-5', '0', 'SUN'),
  )
  .map((fields) => fields.join(' '));
const zones = fc.constantFrom(
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'UTC',
);
// Around the clock changes of both hemispheres, and in the middle of a day.
const starts = fc
  .tuple(
    fc.constantFrom(
      '2026-02-13',
      '2026-03-07',
      '2026-03-20',
      '2026-04-04',
      '2026-10-03',
      '2026-10-31',
    ),
    fc.integer({ min: 0, max: 2 * 24 * 60 }),
  )
  .map(([day, minute]) => at(day) + minute * MINUTE_MS + 123);

describe('a schedule of many times a day', () => {
  test('has the slots that stepping finds, also where clocks change', () => {
    fc.assert(
      fc.property(schedules, zones, starts, (schedule, zone, start) => {
        const until = start + 2 * DAY_MS;
        expect(slotsBetween(schedule, zone, start, until)).toEqual(
          stepped(schedule, zone, start, until),
        );
      }),
      { numRuns: 150, seed: 20_261_126 },
    );
  });

  test.each(['2026-03-08T00:00Z', '2026-11-01T00:00Z'])(
    'goes on every minute through the change of %s',
    (day) => {
      const [from, until] = [at(day), at(day) + DAY_MS];
      expect(slotsBetween('* * * * *', 'America/New_York', from, until)).toEqual(
        stepped('* * * * *', 'America/New_York', from, until),
      );
    },
  );

  test('is known by its times of day', () => {
    expect(timesOfDay('0 */6 * * *')).toEqual([0, 6, 12, 18].map((hour) => hour * HOUR_MS));
    expect(timesOfDay('0 6 * * *')).toBeNull();
    expect(timesOfDay('* * * * *')).toHaveLength(1440);
  });

  test.each([
    ['UTC', '2026-11-26T00:00Z', 0],
    ['America/New_York', '2026-11-26T00:00Z', -5],
    ['Asia/Kathmandu', '2026-11-26T00:00Z', 5.75],
    ['Australia/Lord_Howe', '2026-01-01T00:00Z', 11],
  ])('the clocks of %s at %s', (zone, time, hours) => {
    expect(offsetMs(zone, at(time)) / HOUR_MS).toBe(hours);
  });
});

test('the intervals of many slots in one walk are those of each', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        '0 6 * * *',
        '0 6 * * 1-5',
        '0 */8 * * *',
        '0 6 * * 1',
        '0 6 1 * *',
        '*/30 9-17 * * 1-5',
      ),
      fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe'),
      fc.integer({ min: 0, max: 100 }),
      (schedule, zone, day) => {
        const from = at('2026-02-01T00:00Z') + day * DAY_MS;
        const slots = slotsBetween(schedule, zone, from, from + 20 * DAY_MS);
        expect(intervalsOf(schedule, zone, slots)).toEqual(
          slots.map((slot) => intervalMs(schedule, zone, slot)),
        );
      },
    ),
    { numRuns: 40, seed: 20_261_126 },
  );
});
