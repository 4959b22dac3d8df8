import { describe, expect, test } from 'vitest';
import { parseMoment } from '../../src/lib/moment.ts';

const read = (text: string, zone = 'UTC', edge: 'start' | 'end' = 'start') => {
  const at = parseMoment(text, zone, edge);
  return at === undefined ? undefined : new Date(at).toISOString();
};

test.each([
  ['a date begins at midnight', '2026-01-05', 'UTC', 'start', '2026-01-05T00:00:00.000Z'],
  ['a date ends with its last millisecond', '2026-01-05', 'UTC', 'end', '2026-01-05T23:59:59.999Z'],
  [
    'midnight is that of the zone',
    '2026-01-05',
    'America/New_York',
    'start',
    '2026-01-05T05:00:00.000Z',
  ],
  [
    'a short day of spring ends 23 hours after it began',
    '2026-03-08',
    'America/New_York',
    'end',
    '2026-03-09T03:59:59.999Z',
  ],
  [
    'a long day of autumn ends 25 hours after it began',
    '2026-10-25',
    'Europe/Berlin',
    'end',
    '2026-10-25T22:59:59.999Z',
  ],
  [
    'a time is by the clocks of the zone',
    '2026-07-05T06:00',
    'Europe/Berlin',
    'start',
    '2026-07-05T04:00:00.000Z',
  ],
  [
    'a time has no end of its own',
    '2026-07-05 06:00',
    'Europe/Berlin',
    'end',
    '2026-07-05T04:00:00.000Z',
  ],
  [
    'a time inside the spring gap moves on by the gap',
    '2026-03-29T02:30',
    'Europe/Berlin',
    'start',
    '2026-03-29T01:30:00.000Z',
  ],
  [
    'where midnight does not exist the day begins after the gap',
    '2026-03-08',
    'America/Havana',
    'start',
    '2026-03-08T05:00:00.000Z',
  ],
  [
    'an offset of its own wins over the zone',
    '2026-01-05T06:00:00+02:00',
    'America/New_York',
    'start',
    '2026-01-05T04:00:00.000Z',
  ],
  [
    'as does Z, with milliseconds',
    '2026-01-05T06:00:00.120Z',
    'America/New_York',
    'start',
    '2026-01-05T06:00:00.120Z',
  ],
] as const)('%s', (_, text, zone, edge, expected) => {
  expect(read(text, zone, edge)).toBe(expected);
});

describe('what is no moment is not guessed', () => {
  test.each([
    '',
    'yesterday',
    '7d',
    '2026-1-5',
    '05.01.2026',
    '2026-02-30',
    '2026-13-01',
    '2026-01-05T25:00',
    '2026-01-05T06',
    '2026-01-05T06:00 ',
    '2026-02-30T06:00Z',
  ])('%j', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
