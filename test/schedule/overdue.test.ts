import { describe, expect, test } from 'vitest';
import { isoTime } from '../../src/lib/clock.ts';
import { overdueSlots, type SlotRecord } from '../../src/schedule/overdue.ts';

const at = (text: string) => Date.parse(text);
const record = (overrides: Partial<SlotRecord> = {}): SlotRecord => ({
  schedule: '0 6 * * *',
  timezone: 'UTC',
  scheduledFromAt: at('2026-01-01T00:00:00Z'),
  lastScheduledSlotAt: null,
  isLastMissed: false,
  lastByHandAt: null,
  ...overrides,
});
const told = ({ due, missed }: ReturnType<typeof overdueSlots>) => ({
  due: due === null ? null : isoTime(due),
  missed: missed.map(isoTime),
});

describe('what is overdue', () => {
  test.each<{
    name: string;
    record: SlotRecord;
    now: string;
    due: string | null;
    missed: string[];
  }>([
    {
      name: 'nothing before the first slot',
      record: record(),
      now: '2026-01-01T05:59:59Z',
      due: null,
      missed: [],
    },
    {
      name: 'a slot from its very instant on',
      record: record(),
      now: '2026-01-01T06:00:00Z',
      due: '2026-01-01T06:00:00.000Z',
      missed: [],
    },
    {
      name: 'nothing once it is taken',
      record: record({
        lastScheduledSlotAt: at('2026-01-01T06:00:00Z'),
      }),
      now: '2026-01-01T23:00:00Z',
      due: null,
      missed: [],
    },
    {
      name: 'only the latest slot after a downtime; the others are missed',
      record: record({
        lastScheduledSlotAt: at('2026-01-01T06:00:00Z'),
      }),
      now: '2026-01-05T09:00:00Z',
      due: '2026-01-05T06:00:00.000Z',
      missed: ['2026-01-02T06:00:00.000Z', '2026-01-03T06:00:00.000Z', '2026-01-04T06:00:00.000Z'],
    },
    {
      name: 'no slot from before the watch was known',
      record: record({ scheduledFromAt: at('2026-01-04T12:00:00Z') }),
      now: '2026-01-05T09:00:00Z',
      due: '2026-01-05T06:00:00.000Z',
      missed: [],
    },
    {
      name: 'nothing when the clock went back',
      record: record({
        lastScheduledSlotAt: at('2026-01-05T06:00:00Z'),
      }),
      now: '2026-01-03T09:00:00Z',
      due: null,
      missed: [],
    },
    {
      name: 'no catch-up where a snapshot by hand shows the present already',
      record: record({
        lastScheduledSlotAt: at('2026-01-01T06:00:00Z'),
        lastByHandAt: at('2026-01-02T10:00:00Z'),
      }),
      now: '2026-01-02T11:00:00Z',
      due: null,
      missed: ['2026-01-02T06:00:00.000Z'],
    },
    {
      name: 'the next slot after a snapshot by hand',
      record: record({
        lastScheduledSlotAt: at('2026-01-01T06:00:00Z'),
        lastByHandAt: at('2026-01-01T10:00:00Z'),
      }),
      now: '2026-01-02T06:00:01Z',
      due: '2026-01-02T06:00:00.000Z',
      missed: [],
    },
    {
      name: 'the newest slot, recorded as missed while the clock was ahead',
      record: record({ lastScheduledSlotAt: at('2026-01-02T06:00:00Z'), isLastMissed: true }),
      now: '2026-01-02T11:00:00Z',
      due: '2026-01-02T06:00:00.000Z',
      missed: [],
    },
    {
      name: 'not the newest slot where a snapshot by hand stands for it',
      record: record({
        lastScheduledSlotAt: at('2026-01-02T06:00:00Z'),
        isLastMissed: true,
        lastByHandAt: at('2026-01-02T10:00:00Z'),
      }),
      now: '2026-01-02T11:00:00Z',
      due: null,
      missed: [],
    },
    {
      name: 'no missed slot of before the watch was known',
      record: record({
        scheduledFromAt: at('2026-01-02T08:00:00Z'),
        lastScheduledSlotAt: at('2026-01-02T06:00:00Z'),
        isLastMissed: true,
      }),
      now: '2026-01-02T11:00:00Z',
      due: null,
      missed: [],
    },
    {
      name: 'a time inside the spring gap at the first instant after it',
      record: record({
        schedule: '30 2 * * *',
        timezone: 'America/New_York',
        scheduledFromAt: at('2026-03-08T00:00:00Z'),
      }),
      now: '2026-03-08T07:00:00Z',
      due: '2026-03-08T07:00:00.000Z',
      missed: [],
    },
  ])('$name', ({ record: known, now, due, missed }) => {
    expect(told(overdueSlots(known, at(now)))).toEqual({ due, missed });
  });
});
