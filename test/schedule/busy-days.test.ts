import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../src/lib/clock.ts';
import { offsetMs, timesOfDay } from '../../src/schedule/busy-days.ts';
import { intervalsOf } from '../../src/schedule/intervals.ts';
import {
  INTERVAL_WINDOW_MS,
  intervalMs,
  lastSlot,
  nextSlot,
  slotsBetween,
} from '../../src/schedule/slots.ts';

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
  'Europe/Berlin',
  'America/St_Johns',
  'America/Santiago',
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
      '2026-03-28',
      '2026-10-24',
      '2026-09-05',
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
      { numRuns: 300, seed: 20_261_127 },
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

describe('the interval of a schedule of many times a day', () => {
  /** As the slots say that stepping finds. */
  function fromSteps(schedule: string, zone: string, slotAt: Instant): number {
    const windowStart = slotAt - INTERVAL_WINDOW_MS;
    const before = lastSlot(schedule, zone, windowStart);
    const slots = [
      ...(before === null ? [] : [before]),
      ...stepped(schedule, zone, windowStart, slotAt),
    ];
    return Math.max(...slots.slice(1).map((slot, index) => slot - (slots[index] ?? NaN)));
  }

  test('is the longest distance that stepping finds, in whatever order slots are asked for', () => {
    fc.assert(
      fc.property(
        schedules.filter((schedule) => timesOfDay(schedule) !== null),
        zones,
        starts,
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 4 }),
        (schedule, zone, start, days) => {
          for (const day of days) {
            const slotAt = start + day * DAY_MS + day * 7 * MINUTE_MS;
            const inWindow = stepped(schedule, zone, slotAt - INTERVAL_WINDOW_MS, slotAt);
            if (inWindow.length < 2) continue;
            expect(intervalMs(schedule, zone, slotAt)).toBe(fromSteps(schedule, zone, slotAt));
          }
        },
      ),
      { numRuns: 60, seed: 20_261_127 },
    );
  });

  test.each([
    ['* * * * *', 'UTC', '2026-07-01T00:00Z', 40],
    ['*/5 * * * *', 'America/New_York', '2026-11-08T12:00Z', 80],
    ['* * * * *', 'America/New_York', '2026-11-08T12:00Z', 180],
    ['*/5 8-20 * * 1-5', 'Europe/Berlin', '2026-04-03T12:00Z', 40],
  ])('%s in %s at %s takes few steps of cron arithmetic', (schedule, zone, time, most) => {
    const steps = vi.spyOn(Cron.prototype, 'nextRun');
    onTestFinished(() => steps.mockRestore());
    intervalMs(schedule, zone, at(time));
    expect(steps.mock.calls.length).toBeLessThan(most);
    steps.mockClear();
    // Of the next slot, of the day that is not over.
    intervalMs(schedule, zone, at(time) + HOUR_MS);
    expect(steps.mock.calls.length).toBeLessThan(4);
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
