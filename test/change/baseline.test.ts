import { afterEach, describe, expect, test } from 'vitest';
import { daysAgo, PREVIOUS } from '../../src/change/baseline.ts';
import type { Compare } from '../../src/config/config.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import { findBaseline } from '../../src/store/snapshots/baseline.ts';
import {
  dayAt,
  fetchedList,
  makeWatch,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const hours = (count: number): Compare => ({ kind: 'ago', ms: count * HOUR_MS, text: `${count}h` });

/**
 * Takes a snapshot on each of some days (fractions are taken by hand) and says on which day the baseline of the last one is. A day with
 * `p` behind it is partial, with `i` imported.
 */
async function baselineOf(
  days: readonly (number | string)[],
  compare: Compare,
  maxGapMs: number | null = null,
  schedule = '0 6 * * *',
): Promise<number | null> {
  world = makeWorld({ watches: [makeWatch({ schedule })] });
  let id = 0;
  for (const [index, day] of days.entries()) {
    const [, number = '0', kind = ''] = /^([\d.]+)([pi]?)$/.exec(String(day)) ?? [];
    const rows = [...products(30).slice(index % 7), ...products(index % 7, 'x')];
    const live = Number.isInteger(Number(number)) ? 'schedule' : 'manual';
    const options = { origin: kind === 'i' ? 'import' : live } as const;
    id = (
      await world.pass(
        dayAt(Number(number)),
        fetchedList(rows, { missing: kind === 'p' ? [2] : [] }),
        options,
      )
    ).snapshot_id;
  }
  const found = findBaseline(world.db, id, compare, maxGapMs);
  return found === null
    ? null
    : ((world.db.raw
        .prepare('SELECT slot_at FROM snapshots WHERE id = ?')
        .pluck()
        .get(found) as number) -
        dayAt(0)) /
        DAY_MS;
}

describe('compare: previous', () => {
  test.each<
    [name: string, days: (number | string)[], maxGapMs: number | null, baseline: number | null]
  >([
    ['the snapshot before', [0, 1, 2], null, 1],
    ['none before the first', [0], null, null],
    ['a partial one does not serve', [0, '1p', 2], null, 0],
    ['a partial one has a baseline', [0, 1, '2p'], null, 1],
    ['an imported one serves', ['0i', 1], null, 0],
    ['one taken by hand serves', [0, 0.5, 1], null, 0.5],
    ['three intervals are not too far', [0, 3], null, 0],
    ['more are', [0, 3.25], null, null],
    ['exactly max_gap is not too far', [0, 1.5], 1.5 * DAY_MS, 0],
    ['more is', [0, 2], 1.5 * DAY_MS, null],
    ['a longer max_gap reaches further', [0, 9], 9 * DAY_MS, 0],
  ])('%s', async (_, days, maxGapMs, baseline) => {
    expect(await baselineOf(days, PREVIOUS, maxGapMs)).toBe(baseline);
  });

  test('an interval is the longest in the last 14 days, so that weekends are no gap', async () => {
    // 1 January 2026 is a Thursday: Friday is followed by Monday, and nine days are three weekends' worth.
    expect(await baselineOf([1, 10], PREVIOUS, null, '0 6 * * 1-5')).toBe(1);
    world.close();
    expect(await baselineOf([1, 11], PREVIOUS, null, '0 6 * * 1-5')).toBeNull();
  });
});

describe('compare: so long ago', () => {
  test.each<[name: string, days: (number | string)[], compare: Compare, baseline: number | null]>([
    ['seven days ago, to the slot', [0, 1, 2, 7], daysAgo(7), 0],
    ['the nearest, when that one is missing', [0.4, 2, 7], daysAgo(7), 0.4],
    ['half an interval away is near enough', [0.5, 2, 7], daysAgo(7), 0.5],
    ['further is not: unknown, not another day', [0.75, 2, 7], daysAgo(7), null],
    ['nor before it', [0.25, 2, 7.8], daysAgo(7), null],
    ['of two equally near, the earlier', [0.25, 0.75, 7.5], daysAgo(7), 0.25],
    ['the nearer of two, though it is later', [0, 0.625, 7.5], daysAgo(7), 0.625],
    ['a partial one does not serve', ['0p', 7], daysAgo(7), null],
    ['max_gap is no matter of it', [0, 30], daysAgo(30), 0],
    ['any number of hours', [0, 0.5, 1, 2], hours(36), 0.5],
    ['never itself, nor one after it', [0, 1], hours(1), null],
    ['less than half an interval ago is still an earlier one', [0, 0.25], hours(3), 0],
  ])('%s', async (_, days, compare, baseline) => {
    expect(await baselineOf(days, compare, DAY_MS)).toBe(baseline);
  });
});
