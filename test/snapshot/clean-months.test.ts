// A clean source is never doubted: a month of every region and window of the sandbox, at several depths, each list judged by all
// before it; and again after gaps.
import { describe, expect, test } from 'vitest';
import { REGIONS } from '../../src/sandbox/regions.ts';
import { TIME_SCOPES } from '../../src/sandbox/market.ts';
import { sandboxLists } from '../bench/gates-world.ts';
import { asFetched, memorySeries } from '../support/memory-series.ts';
import { dayAt } from '../support/world.ts';

const DAYS = 31;
const DEPTHS = [500, 100, 30];
/** A list that comes so many days after the last one, of a series that is this old. */
const AFTER_DAYS = [5, 21];
const OLD_ENOUGH = 15;

describe('clean months', () => {
  const lists = sandboxLists(3);

  test.each([...REGIONS, 'all_regions'])('of %s: every list is complete', (region) => {
    const doubted: string[] = [];
    for (const timeScope of TIME_SCOPES) {
      for (const depth of DEPTHS) {
        const series = memorySeries({ depth, windowDays: timeScope });
        const look = (day: number, slot: number, how: 'store' | 'judge') => {
          const whole = lists(region, timeScope, day);
          const fetched = asFetched(whole.slice(0, depth), { total: whole.length });
          const { status, reason } = series[how](fetched, dayAt(slot));
          if (status !== 'complete')
            doubted.push(`${timeScope}d ${depth} deep, day ${day}: ${status}, ${reason ?? ''}`);
        };
        for (let day = 0; day < DAYS; day++) {
          look(day, day, 'store');
          if (day === OLD_ENOUGH) for (const gap of AFTER_DAYS) look(day + gap, day + gap, 'judge');
        }
      }
    }
    expect(doubted).toEqual([]);
  });
});
