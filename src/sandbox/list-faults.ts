// Faults of the list: which rows are on which page, and what the pagination claims.
import { isSecondHalf, type Fault } from './fault.ts';
import type { ListRow } from './list-row.ts';
import { dayAfter } from './market.ts';
import { ALL_REGIONS, REGIONS } from './regions.ts';

/** So many rows a real list was once seen with. */
const SHRUNK_TOTAL = 156;
const CLAMPED_LIMIT = 10;
const SHORT_BY = 3;
const DRIFT = 7;
const OLDER_DAYS = 7;

/**
 * The same list with every group of equal posts reversed: an order by posts that is just as valid.
 */
function tiesReversed(rows: readonly ListRow[]): readonly ListRow[] {
  const place = new Map(rows.map((row, index) => [row, index]));
  return [...rows].sort((a, b) => b.post - a.post || (place.get(b) ?? 0) - (place.get(a) ?? 0));
}

/** The pages of the list, of `size` rows, every second one first. */
function pagesShuffled(rows: readonly ListRow[], size: number): readonly ListRow[] {
  const pages = Array.from({ length: Math.ceil(rows.length / size) }, (_, page) => page);
  const order = [
    ...pages.filter((page) => page % 2 === 1),
    ...pages.filter((page) => page % 2 === 0),
  ];
  return order.flatMap((page) => rows.slice(page * size, (page + 1) * size));
}

/** The region after this one in the market's table: of like size, mostly. */
const nextRegion = (region: string): string =>
  REGIONS[(REGIONS.indexOf(region) + 1) % REGIONS.length] ?? region;

export const LIST_FAULTS = {
  empty_list: {
    description: 'Code 0, no rows, total 0',
    scope: 'list',
    page: ({ pagination }) => ({
      list: [],
      pagination: { ...pagination, size: 0, total: 0, has_more: false },
    }),
  },
  clamp_limit: {
    description: `Pages hold at most ${CLAMPED_LIMIT} rows, whatever limit asks for`,
    scope: 'list',
    limit: (limit) => Math.min(limit, CLAMPED_LIMIT),
  },
  short_page: {
    description: `A page lacks its last ${SHORT_BY} rows; the page after it starts where it always does`,
    scope: 'page',
    pages: (page, lastPage) => page === Math.ceil(lastPage / 2),
    page: ({ list, pagination }) => ({
      list: list.slice(0, -SHORT_BY),
      pagination: { ...pagination, size: Math.max(0, list.length - SHORT_BY) },
    }),
  },
  duplicate_row: {
    description:
      'A page begins with the last row of the page before it, and lacks its own last row',
    scope: 'page',
    pages: isSecondHalf,
    page: ({ list, pagination }, { rows, start }) => ({
      list: [rows[start - 1] ?? list[0], ...list.slice(0, -1)],
      pagination,
    }),
  },
  tie_reorder: {
    description: 'Every second page sees rows with equal posts in another order',
    scope: 'list',
    pages: (page) => page % 2 === 0,
    rows: tiesReversed,
  },
  total_drift: {
    description: `The total is ${DRIFT} smaller from the second half of the list on`,
    scope: 'page',
    pages: isSecondHalf,
    page: ({ list, pagination }) => ({
      list,
      pagination: { ...pagination, total: Math.max(0, pagination.total - DRIFT) },
    }),
  },
  has_more_false: {
    description: 'has_more is false although more pages follow',
    scope: 'page',
    page: ({ list, pagination }) => ({ list, pagination: { ...pagination, has_more: false } }),
  },
  refresh_mid_crawl: {
    description: "The source refreshes: pages of the second half come from the next day's list",
    scope: 'page',
    pages: isSecondHalf,
    rows: (_, { day, listOf }) => listOf({ day: dayAfter(day) }),
  },
  frozen_list: {
    description: 'The source did not refresh: the list is that of the day before the fault',
    scope: 'list',
    rows: (_, { since, listOf }) => listOf({ day: dayAfter(since, -1) }),
  },
  region_falls_back_to_all: {
    description: 'Whatever region is asked for, the list is that of all regions',
    scope: 'list',
    rows: (_, { listOf }) => listOf({ region: ALL_REGIONS }),
  },
  region_falls_back_to_us: {
    description: 'Whatever region is asked for, the list is that of the US',
    scope: 'list',
    rows: (_, { listOf }) => listOf({ region: 'US' }),
  },
  another_region: {
    description: 'Whatever region is asked for, the list is that of another of like size',
    scope: 'list',
    rows: (_, { request, listOf }) => listOf({ region: nextRegion(request.region) }),
  },
  older_list: {
    description: `The list is that of ${OLDER_DAYS} days before the day of the fault`,
    scope: 'list',
    rows: (_, { since, listOf }) => listOf({ day: dayAfter(since, -OLDER_DAYS) }),
  },
  shuffled_pages: {
    description: 'The pages come in another order',
    scope: 'list',
    rows: (rows, { request }) => pagesShuffled(rows, request.limit),
  },
  half_list: {
    description: 'The list ends after half of its rows, and says so',
    scope: 'list',
    rows: (rows) => rows.slice(0, Math.ceil(rows.length / 2)),
  },
  long_page: {
    description: 'A page has one row more than was asked for: the first of the page after it',
    scope: 'page',
    pages: (page, lastPage) => page === Math.ceil(lastPage / 2),
    page: ({ list, pagination }, { rows, start }) => ({
      list: [...list, rows[start + list.length] ?? list[0]],
      pagination: { ...pagination, size: list.length + 1 },
    }),
  },
  list_shrinks: {
    description: `The list ends after ${SHRUNK_TOTAL} rows`,
    scope: 'list',
    rows: (rows) => rows.slice(0, SHRUNK_TOTAL),
  },
} satisfies Record<string, Fault>;
