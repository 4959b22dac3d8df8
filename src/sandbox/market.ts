// A deterministic simulated market. Everything is invented; magnitudes, rounding and behaviour
// follow real rows.
import { DAY_MS, isoTime, type Instant } from '../lib/clock.ts';
import { boundedMemo } from './bounded-memo.ts';
import { readCatalogue, type Leaf } from './catalogue.ts';
import { columnsOf, emptyColumn, unsafeAddColumn, type Column } from './day-column.ts';
import { makeRow, type ListRow } from './list-row.ts';
import { ALL_REGIONS, REGIONS } from './regions.ts';
import { roundSignificant } from './rounding.ts';

/** No list is longer than this upstream. */
export const LIST_CAP = 500;

export const TIME_SCOPES = [1, 7, 30] as const;
export type TimeScope = (typeof TIME_SCOPES)[number];

export type MarketQuery = {
  /** One of REGIONS, or `all_regions`: their sum. */
  region: string;
  /** Days of the window. */
  timeScope: TimeScope;
  /** `YYYY-MM-DD`, UTC: the day on which the list is served. Its data ends with the day before. */
  day: string;
  /** An id of any of the three levels. */
  category?: string | null;
  /** Part of a leaf's name, in any case. */
  keyword?: string | null;
  /** Most rows to give; default 500. */
  cap?: number;
};

export type Market = {
  readonly leaves: readonly Leaf[];
  /**
   * The whole list, by posts as served and then by id. Only categories with posts are on it. Rows
   * are shared: do not change them.
   */
  list(query: MarketQuery): readonly ListRow[];
};

/** The UTC day of an instant, as `YYYY-MM-DD`. */
export const utcDay = (at: Instant): string => isoTime(at).slice(0, 10);

/** The day `days` after `day`. */
export const dayAfter = (day: string, days = 1): string =>
  utcDay(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);

/** Whole days since 1970-01-01. */
function dayNumber(day: string): number {
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !Number.isInteger(number))
    throw new RangeError(`not a day: ${day}`);
  return number;
}

// A column takes 107 kB. Four lists of 30 days look at 240 columns from one day to the next, and
// none is made twice.
const COLUMNS_KEPT = 256;
const RANKINGS_KEPT = 32;

type Ranking = {
  /** Indices of leaves with posts, best first. */ order: readonly number[];
  row: (index: number) => ListRow;
  /** The best so many of them, made once: a list is asked for page by page. */
  best: (count: number) => readonly ListRow[];
};

/** The same seed gives the same lists, byte for byte, in whatever order they are asked for. */
export function createMarket(options: { seed: number }): Market {
  const leaves = readCatalogue();
  const regionColumns = new Map(
    REGIONS.map((region) => [region, columnsOf(options.seed, region, leaves.length)]),
  );

  const columnOn = boundedMemo(COLUMNS_KEPT, (key: string): Column => {
    const [region = '', day] = key.split('/');
    const single = regionColumns.get(region);
    if (single !== undefined) return single(Number(day));
    const sum = emptyColumn(leaves.length);
    for (const columnOf of regionColumns.values()) unsafeAddColumn(sum, columnOf(Number(day)));
    return sum;
  });

  /** The sum of `days` days up to and including `lastDay`. */
  function windowOf(region: string, lastDay: number, days: number): Column {
    const sum = emptyColumn(leaves.length);
    for (let day = lastDay - days + 1; day <= lastDay; day++)
      unsafeAddColumn(sum, columnOn(`${region}/${day}`));
    return sum;
  }

  const rankingOf = boundedMemo(RANKINGS_KEPT, (key: string): Ranking => {
    const [region = '', scope, day] = key.split('/');
    const lastDay = Number(day) - 1;
    const window = windowOf(region, lastDay, Number(scope));
    const before = windowOf(region, lastDay - Number(scope), Number(scope)).posts;
    const served = Array.from(window.posts, roundSignificant);
    const order = [...served.keys()].filter((index) => served[index] !== 0);
    // The sort is stable, and ids ascend with the index: equal posts stay in the order of their
    // ids.
    order.sort((a, b) => (served[b] ?? 0) - (served[a] ?? 0));
    const rows = new Map<number, ListRow>();
    const row = (index: number): ListRow => {
      const made =
        rows.get(index) ?? makeRow(leaves[index] as Leaf, index, window, before[index] ?? 0);
      rows.set(index, made);
      return made;
    };
    const best = boundedMemo(1, (count: number): readonly ListRow[] =>
      order.slice(0, count).map(row),
    );
    return { order, row, best };
  });

  return {
    leaves,
    list: ({ region, timeScope, day, category = null, keyword = null, cap = LIST_CAP }) => {
      if (region !== ALL_REGIONS && !regionColumns.has(region))
        throw new RangeError(`not a region of the market: ${region}`);
      const { order, row, best } = rankingOf(`${region}/${timeScope}/${dayNumber(day)}`);
      if (category === null && keyword === null) return best(cap);
      const isWanted = (index: number): boolean => {
        const { first, second, third } = leaves[index] as Leaf;
        const isInCategory =
          category === null || [first.id, second.id, third.id].includes(category);
        return (
          isInCategory &&
          (keyword === null || third.value.toLowerCase().includes(keyword.toLowerCase()))
        );
      };
      return order.filter(isWanted).slice(0, cap).map(row);
    },
  };
}
