import { describe, expect, test } from 'vitest';
import { duePeriod, periodUntil, regularPeriod } from '../../src/digest/period.ts';
import { HOUR_MS } from '../../src/lib/clock.ts';

const at = (text: string) => Date.parse(text);
const WEEKLY = { schedule: '0 8 * * 1', timezone: 'UTC' };
const NEW_YORK = { schedule: '0 8 * * 1', timezone: 'America/New_York' };

type Case = {
  name: string;
  digest?: typeof WEEKLY;
  from: string;
  last?: string;
  now: string;
  due: [since: string, slot: string, periods: number] | null;
};

describe('a digest', () => {
  const cases: Case[] = [
    {
      name: 'is not due before its first slot',
      from: '2026-11-18T10:00Z',
      now: '2026-11-23T07:59:59Z',
      due: null,
    },
    {
      name: 'is due at its slot, for the period since the slot before',
      from: '2026-11-18T10:00Z',
      now: '2026-11-23T08:00Z',
      due: ['2026-11-16T08:00Z', '2026-11-23T08:00Z', 1],
    },
    {
      name: 'is not due for a slot that passed before the config knew it',
      from: '2026-11-23T08:00Z',
      now: '2026-11-23T08:01Z',
      due: null,
    },
    {
      name: 'begins where the last one ended',
      from: '2026-01-01T00:00Z',
      last: '2026-11-16T08:00Z',
      now: '2026-11-23T09:00Z',
      due: ['2026-11-16T08:00Z', '2026-11-23T08:00Z', 1],
    },
    {
      name: 'is written once',
      from: '2026-01-01T00:00Z',
      last: '2026-11-23T08:00Z',
      now: '2026-11-23T09:00Z',
      due: null,
    },
    {
      name: 'that was missed three times is one, over all three periods',
      from: '2026-01-01T00:00Z',
      last: '2026-11-02T08:00Z',
      now: '2026-11-25T12:00Z',
      due: ['2026-11-02T08:00Z', '2026-11-23T08:00Z', 3],
    },
    {
      name: 'is not due again when the clock jumps back',
      from: '2026-01-01T00:00Z',
      last: '2026-11-23T08:00Z',
      now: '2026-11-09T12:00Z',
      due: null,
    },
    {
      name: 'whose schedule was edited, or that came back, begins with a period of its own',
      digest: { schedule: '0 * * * *', timezone: 'UTC' },
      from: '2026-11-19T07:30Z',
      now: '2026-11-19T08:10Z',
      due: ['2026-11-19T07:00Z', '2026-11-19T08:00Z', 1],
    },
    {
      name: 'that could not be written since it began covers all of its periods',
      from: '2026-11-05T00:00Z',
      now: '2026-11-23T09:00Z',
      due: ['2026-11-02T08:00Z', '2026-11-23T08:00Z', 3],
    },
    {
      name: 'covers an hour less in the week clocks go forward',
      digest: NEW_YORK,
      from: '2026-01-01T00:00Z',
      last: '2026-03-02T13:00Z',
      now: '2026-03-09T12:00Z',
      due: ['2026-03-02T13:00Z', '2026-03-09T12:00Z', 1],
    },
    {
      name: 'covers an hour more in the week they go back',
      digest: NEW_YORK,
      from: '2026-01-01T00:00Z',
      last: '2026-10-26T12:00Z',
      now: '2026-11-02T13:00Z',
      due: ['2026-10-26T12:00Z', '2026-11-02T13:00Z', 1],
    },
    {
      name: 'inside the gap is due at the first instant after it',
      digest: { schedule: '30 2 * * *', timezone: 'America/New_York' },
      from: '2026-01-01T00:00Z',
      last: '2026-03-07T07:30Z',
      now: '2026-03-08T07:00Z',
      due: ['2026-03-07T07:30Z', '2026-03-08T07:00Z', 1],
    },
    {
      name: 'in the hour that comes twice is due once',
      digest: { schedule: '30 1 * * *', timezone: 'America/New_York' },
      from: '2026-01-01T00:00Z',
      last: '2026-11-01T05:30Z',
      now: '2026-11-01T07:00Z',
      due: null,
    },
  ];
  test.each(cases)('$name', ({ digest = WEEKLY, from, last, now, due }) => {
    const period = duePeriod(
      digest,
      { scheduledFromAt: at(from), lastSlotAt: last === undefined ? null : at(last) },
      at(now),
    );
    expect(period).toEqual(due && { sinceAt: at(due[0]), slotAt: at(due[1]), periods: due[2] });
  });
});

test('a week of a clock change is 167 or 169 hours long', () => {
  const lengths = ['2026-03-09T12:00Z', '2026-11-02T13:00Z', '2026-11-09T13:00Z'].map((slot) => {
    const { sinceAt, slotAt } = regularPeriod(NEW_YORK, at(slot));
    return (slotAt - sinceAt) / HOUR_MS;
  });
  expect(lengths).toEqual([167, 169, 168]);
});

test('a period that ends now is as long as the last one of the schedule', () => {
  const now = at('2026-11-25T10:00Z');
  expect(periodUntil(WEEKLY, now)).toEqual({
    sinceAt: at('2026-11-18T10:00Z'),
    slotAt: now,
    periods: 1,
  });
});
