import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { distanceText, shortTime, timeWithZone } from '../../src/words/times.ts';

const NOW = Date.parse('2026-11-24T11:00:00Z');

test.each([
  [-59_999, 'just now'],
  [0, 'just now'],
  [-MINUTE_MS, '1m ago'],
  [-59 * MINUTE_MS, '59m ago'],
  [-3 * HOUR_MS, '3h ago'],
  [-47 * HOUR_MS, '47h ago'],
  [-2 * DAY_MS, '2d ago'],
  [-400 * DAY_MS, '400d ago'],
  [1, 'in under 1m'],
  [MINUTE_MS, 'in 1m'],
  [21.9 * HOUR_MS, 'in 21h'],
  [9 * DAY_MS, 'in 9d'],
])('%i ms away is %s', (ms, text) => expect(distanceText(NOW + ms, NOW)).toBe(text));

test('times are those of the zone that is named beside them', () => {
  expect(timeWithZone(NOW, 'America/New_York')).toBe('Tue 2026-11-24 06:00 America/New_York');
  expect(shortTime(NOW, 'America/New_York')).toBe('2026-11-24 06:00');
});
