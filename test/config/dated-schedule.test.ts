// A list of a week or a month is one a period: a schedule that asks for it every day is an error that names a right one.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/load.ts';
import { scheduleFor } from '../../src/schedule/period-slots.ts';
import { SELLERS } from '../support/dated-list.ts';

const read = (period: string, schedule: string, timezone = 'UTC') => {
  const text = `
source: { token: sk_test_0123456789 }
timezone: ${timezone}
watches:
  sold: { list: product-ranking, region: US, period: ${period}, depth: 20, schedule: "${schedule}" }
`;
  const found = readConfig({
    path: '/x.yaml',
    env: {},
    cwd: '/',
    readFile: () => Buffer.from(text),
  });
  if ('problems' in found) return found.problems.map(({ path, problem }) => `${path}: ${problem}`);
  return found.warnings.map(({ path, text: warning }) => `${path}? ${warning}`);
};

describe('the schedule of a dated list', () => {
  test.each([
    ['day', '0 10 * * *'],
    ['day', '30 6 * * 1-5'],
    ['week', '0 10 * * 2'],
    ['week', '15 23 * * FRI'],
    ['month', '0 10 2 * *'],
    ['month', '0 9 15 1,4,7,10 *'],
  ])('of a %s may be %s', (period, schedule) => {
    expect(read(period, schedule)).toEqual([]);
  });

  test.each([
    ['week', '0 10 * * *', '0 10 * * 2'],
    ['week', '0 10 * * 3,5', '0 10 * * 2'],
    ['month', '0 10 * * *', '0 10 2 * *'],
    ['month', '0 10 * * 2', '0 10 2 * *'],
    ['month', '*/5 * * * *', '0 10 2 * *'],
  ])('of a %s may not be %s: %s is right', (period, schedule, right) => {
    const [problem, ...others] = read(period, schedule);
    expect(others).toEqual([]);
    expect(problem).toContain('watches.sold.schedule: asks for the list of one');
    expect(problem).toContain(`"${right}"`);
  });

  test('of a day is doubted where it asks more than once a day', () => {
    expect(read('day', '0 */6 * * *')).toEqual([
      expect.stringContaining('watches.sold.schedule? asks for the list of one day more than once'),
    ]);
  });

  test.each([
    ['UTC', '0 10 * * 2', '0 10 2 * *'],
    ['America/Los_Angeles', '0 10 * * 1', '0 10 1 * *'],
    ['Pacific/Auckland', '0 10 * * 2', '0 10 2 * *'],
    ['Asia/Kolkata', '0 10 * * 2', '0 10 2 * *'],
  ])('is right by the clocks of %s only once the list is due', (timezone, week, month) => {
    if (SELLERS.dated === null) throw new Error('it is a dated list');
    expect(scheduleFor(SELLERS.dated, { period: 'week' }, timezone)).toBe(week);
    expect(scheduleFor(SELLERS.dated, { period: 'month' }, timezone)).toBe(month);
  });
});
