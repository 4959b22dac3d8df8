import { describe, expect, test } from 'vitest';
import { differenceOf } from '../../src/backtest/difference.ts';
import { countedSince, figuresOf, noisiest } from '../../src/backtest/figures.ts';
import { DAY_MS, isoTime } from '../../src/lib/clock.ts';
import type { Episode } from '../../src/store/alerts/episodes.ts';
import { dayAt } from '../support/world.ts';

let id = 0;
/** An episode of rule 1 for product 1 from one day to another; null still fires. */
const episode = (from: number, to: number | null, more: Partial<Episode> = {}): Episode => ({
  id: ++id,
  ruleId: 1,
  watchId: 1,
  seriesId: 1,
  productId: 1,
  slotAt: dayAt(from),
  resolvedSlotAt: to === null ? null : dayAt(to),
  quiet: null,
  ...more,
});
const dayOf = (slotAt: number) => isoTime(slotAt).slice(0, 10);
const days = (count: number) => Array.from({ length: count }, (_, day) => dayOf(dayAt(day)));

describe('figures', () => {
  test('of no history are zero, and no day is the median or the worst', () => {
    expect(figuresOf([], [], dayOf)).toEqual({
      fired: 0,
      resolved: 0,
      firing: 0,
      adopted: 0,
      cooldown: 0,
      flaps: 0,
      products: 0,
      median: null,
      worst: null,
      months: new Map(),
    });
  });

  test('count only what is told as fired, and the quiet by their reason', () => {
    const counted = countedSince(
      [
        episode(0, 3, { quiet: 'adopted' }),
        episode(20, 22),
        episode(40, 41, { quiet: 'cooldown' }),
        episode(5, null, { productId: 2 }),
      ],
      -Infinity,
    );
    expect(figuresOf(counted, days(60), dayOf)).toMatchObject({
      fired: 2,
      resolved: 1,
      firing: 1,
      adopted: 1,
      cooldown: 1,
      products: 2,
      months: new Map([
        ['2026-01', 2],
        ['2026-02', 0],
        ['2026-03', 0],
      ]),
    });
  });

  test.each([
    {
      name: 'seven days after the resolve is a flap',
      episodes: [episode(0, 3), episode(10, 11)],
      flaps: 1,
    },
    {
      name: 'more than that is none',
      episodes: [episode(0, 3), { ...episode(10, 11), slotAt: dayAt(10) + 1 }],
      flaps: 0,
    },
    {
      name: 'after an adopted episode it is one too',
      episodes: [episode(0, 3, { quiet: 'adopted' }), episode(4, 5)],
      flaps: 1,
    },
    {
      name: 'a quiet one is not told, and no flap',
      episodes: [episode(0, 3), episode(4, 5, { quiet: 'cooldown' })],
      flaps: 0,
    },
    {
      name: 'another product is another matter',
      episodes: [episode(0, 3), episode(4, 5, { productId: 2 })],
      flaps: 0,
    },
    {
      name: 'another list is another matter',
      episodes: [episode(0, 3), episode(4, 5, { seriesId: 2 })],
      flaps: 0,
    },
    {
      name: 'another rule is another matter',
      episodes: [episode(0, 3), episode(4, 5, { ruleId: 2 })],
      flaps: 0,
    },
  ])('flaps: $name', ({ episodes, flaps }) => {
    expect(figuresOf(countedSince(episodes, -Infinity), days(20), dayOf).flaps).toBe(flaps);
  });

  test('of a period count what began in it, and see flaps over its edge', () => {
    const counted = countedSince([episode(0, 3), episode(5, 6)], dayAt(5));
    expect(counted).toHaveLength(1);
    expect(figuresOf(counted, days(8), dayOf)).toMatchObject({ fired: 1, flaps: 1 });
  });

  test.each([
    {
      name: 'an odd number of days',
      fired: [0, 0, 1, 2, 2, 2],
      count: 3,
      median: 2,
      worst: { count: 3, day: '2026-01-03' },
    },
    {
      name: 'an even number of days',
      fired: [0, 1, 1, 3],
      count: 4,
      median: 1,
      worst: { count: 2, day: '2026-01-02' },
    },
    {
      name: 'days between two numbers',
      fired: [0, 1],
      count: 4,
      median: 0.5,
      worst: { count: 1, day: '2026-01-01' },
    },
    {
      name: 'the first of equally bad days',
      fired: [1, 2],
      count: 3,
      median: 1,
      worst: { count: 1, day: '2026-01-02' },
    },
  ])('per day: $name', ({ fired, count, median, worst }) => {
    const episodes = fired.map((day, product) => episode(day, null, { productId: product }));
    expect(figuresOf(countedSince(episodes, -Infinity), days(count), dayOf)).toMatchObject({
      median,
      worst,
    });
  });

  test('name the products that fired most, in each watch, by rule', () => {
    const episodes = [
      episode(0, 1),
      episode(2, 3),
      episode(4, 5, { ruleId: 2 }),
      episode(0, 1, { watchId: 2 }),
      episode(0, null, { productId: 2, quiet: 'adopted' }),
    ];
    expect(noisiest(countedSince(episodes, -Infinity), 10)).toEqual([
      {
        productId: 1,
        watchId: 1,
        fired: 3,
        rules: [
          { ruleId: 1, fired: 2 },
          { ruleId: 2, fired: 1 },
        ],
      },
      { productId: 1, watchId: 2, fired: 1, rules: [{ ruleId: 1, fired: 1 }] },
    ]);
    expect(noisiest(countedSince(episodes, -Infinity), 1)).toHaveLength(1);
  });
});

describe('the difference of two configs', () => {
  const side = (episodes: Episode[], names: [number, string][]) => ({
    counted: countedSince(episodes, -Infinity),
    ruleNames: new Map(names),
  });

  test('pairs alerts by the name of the rule, the list, the product and the slot, whatever their ids', () => {
    const here = side(
      [episode(0, 1), episode(5, null), episode(9, null, { quiet: 'cooldown' })],
      [[1, 'top']],
    );
    const there = side(
      [
        episode(0, 2, { ruleId: 7 }),
        episode(6, null, { ruleId: 7 }),
        episode(6, null, { ruleId: 8 }),
      ],
      [
        [7, 'top'],
        [8, 'fresh'],
      ],
    );
    const { onlyHere, onlyThere, rules } = differenceOf(here, there);
    expect(onlyHere.map(({ slotAt }) => (slotAt - dayAt(0)) / DAY_MS)).toEqual([5]);
    expect(onlyThere.map(({ ruleId }) => ruleId)).toEqual([7, 8]);
    expect(rules).toEqual([
      { rule: 'fresh', both: 0, onlyHere: 0, onlyThere: 1 },
      { rule: 'top', both: 1, onlyHere: 1, onlyThere: 1 },
    ]);
  });
});
