import { expect, test } from 'vitest';
import { creditWarnings, planCredits } from '../../src/config/credit-plan.ts';
import { load } from './read-yaml-config.ts';

const plan = (watches: string[], now: string, source = '') =>
  planCredits(
    load({
      yaml: [`source: { token: t${source} }`, 'watches:', ...watches.map((watch) => `  ${watch}`)],
    }).config,
    Date.parse(now),
  );

test('a month is the next whole one, and pages are rounded up', () => {
  expect(
    plan(['us: { region: US, depth: 45, schedule: "0 6 * * *" }'], '2026-11-23T06:00Z'),
  ).toEqual({
    sources: [{ place: 'source', creditsPerDay: 6, dailyCredits: 500 }],
    month: '2026-12',
    watches: [
      {
        watch: 'us',
        pages: 3,
        creditsPerRun: 6,
        runsPerDay: 1,
        creditsPerDay: 6,
        runsPerMonth: 31,
        creditsPerMonth: 186,
        creditsIfLate: 0,
      },
    ],
    creditsPerDay: 6,
    creditsPerMonth: 186,
    dailyCredits: 500,
  });
});

test.each([
  {
    name: 'after the last day of a month comes the next month',
    watch: '{ region: US, depth: 20, schedule: "0 6 * * *" }',
    now: '2026-01-31T23:59Z',
    month: '2026-02',
    runs: 28,
    busiest: 1,
  },
  {
    name: 'after December comes January',
    watch: '{ region: US, depth: 20, schedule: "0 6 * * *" }',
    now: '2026-12-01T00:00Z',
    month: '2027-01',
    runs: 31,
    busiest: 1,
  },
  {
    name: 'weekdays are counted on the calendar',
    watch: '{ region: US, depth: 20, schedule: "0 6 * * 1-5" }',
    now: '2026-10-10T00:00Z',
    month: '2026-11',
    runs: 21,
    busiest: 1,
  },
  {
    name: 'a monthly schedule counts once',
    watch: '{ region: US, depth: 20, schedule: "0 0 1 * *" }',
    now: '2026-10-10T00:00Z',
    month: '2026-11',
    runs: 1,
    busiest: 1,
  },
  {
    name: 'a yearly schedule costs nothing in other months',
    watch: '{ region: US, depth: 20, schedule: "0 0 1 1 *" }',
    now: '2026-10-10T00:00Z',
    month: '2026-11',
    runs: 0,
    busiest: 0,
  },
  {
    name: 'hourly runs in New York lose none to the longer day',
    watch: '{ region: US, depth: 20, schedule: "0 * * * *", timezone: America/New_York }',
    now: '2026-10-10T00:00Z',
    month: '2026-11',
    runs: 30 * 24,
    busiest: 24,
  },
  {
    name: 'a daily run next to the UTC midnight falls twice on the UTC day of a clock change',
    watch: '{ region: US, depth: 20, schedule: "30 19 * * *", timezone: America/New_York }',
    now: '2026-02-10T00:00Z',
    month: '2026-03',
    runs: 32,
    busiest: 2,
  },
])('$name', ({ watch, now, month, runs, busiest }) => {
  const counted = plan([`us: ${watch}`], now);
  expect([counted.month, counted.watches[0]?.runsPerMonth, counted.watches[0]?.runsPerDay]).toEqual(
    [month, runs, busiest],
  );
});

test('the busiest day of all is not the sum of the busiest days of each', () => {
  const { creditsPerDay, creditsPerMonth, watches } = plan(
    [
      'us: { region: US, depth: 20, schedule: "0 6 * * 1" }',
      'gb: { region: GB, depth: 40, schedule: "0 6 * * 2" }',
    ],
    '2026-10-10T00:00Z',
  );
  expect(watches.map((watch) => watch.creditsPerDay)).toEqual([2, 4]);
  expect([creditsPerDay, creditsPerMonth]).toEqual([4, 5 * 2 + 4 * 4]);
});

test('the page size and the price of a request are those of the source', () => {
  expect(
    plan(
      ['us: { region: US, depth: 100, schedule: "0 6 * * *" }'],
      '2026-10-10T00:00Z',
      ', page_size: 10, credits_per_request: 3',
    ).watches[0],
  ).toMatchObject({ pages: 10, creditsPerRun: 30 });
});

test('a plan beyond the daily limit warns, one that just fits does not', () => {
  const of = (limit: string) =>
    creditWarnings(
      plan(
        ['us: { region: US, depth: 500, schedule: "0 */12 * * *" }'],
        '2026-10-10T00:00Z',
        `, daily_credits: ${limit}`,
      ),
    );
  expect(of('99')).toEqual([
    {
      path: 'source.daily_credits',
      text: 'the busiest day of 2026-11 needs 100 credits and daily_credits is 99: watches that do not fit will be skipped',
    },
  ]);
  expect([of('100'), of('null')]).toEqual([[], []]);
});

test('a list of a date may cost a request every half hour more, for twelve hours or until the next slot', () => {
  const { watches, creditsPerDay } = plan(
    [
      'day: { list: product-ranking, region: US, depth: 30, schedule: "0 10 * * *" }',
      'often: { list: product-ranking, region: US, depth: 20, schedule: "0 10,14 * * *" }',
      'now: { list: trending-music, region: US, depth: 20, schedule: "0 10 * * *" }',
    ],
    '2026-11-23T06:00Z',
  );
  expect(watches.map(({ creditsPerRun, creditsIfLate }) => [creditsPerRun, creditsIfLate])).toEqual(
    [
      [3, 24],
      [2, 32],
      [2, 0],
    ],
  );
  expect(creditsPerDay).toBe(9);
});
