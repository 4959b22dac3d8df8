// A year of one 500-deep list from the simulated market, with everything going wrong that does go wrong.
import { createMarket, dayAfter } from '../../src/sandbox/market.ts';
import type { ListRow } from '../../src/sandbox/list-row.ts';
import { marketMetrics } from '../support/market-row.ts';
import { dayAt } from '../support/world.ts';
import type { Serving } from './compare.ts';
import type { Served } from './oracle-changes.ts';

export type YearStep = {
  slotAt: number;
  isImport: boolean;
  /** null: the slot was missed. */ serving: Serving | null;
};

const HOUR = 3_600_000;
const DAYS = 365;
const PAGE_SIZE = 20;
const market = createMarket({ seed: 20260101 });

const toServed = (row: ListRow): Served => ({
  id: row.third_ecom_category.id,
  name: row.third_ecom_category.value,
  l1: row.first_ecom_category.value,
  l2: row.second_ecom_category.value,
  metrics: marketMetrics(row),
});

const list = (day: number, region = 'US'): Served[] =>
  market.list({ region, timeScope: 1, day: dayAfter('2026-01-01', day) }).map(toServed);
const whole = (rows: Served[]): Serving => ({
  rows,
  pageSize: PAGE_SIZE,
  missing: [],
  total: rows.length,
});
const isDay = (day: number, every: number, first: number): boolean => day % every === first;

/** What is served on a day, and what becomes of it. The numbers only spread the mishaps over the year. */
function servingOf(day: number): Serving | null {
  const rows = list(day);
  if ((day >= 60 && day <= 64) || isDay(day, 53, 20)) return null;
  if (isDay(day, 41, 7))
    return { ...whole(rows), missing: Array.from({ length: 25 }, (_, i) => i + 1) };
  if (isDay(day, 17, 5)) return { ...whole(rows), missing: [3] };
  if (isDay(day, 29, 11)) return { ...whole(rows), missing: [2, 10, 25] };
  if (isDay(day, 37, 9)) return whole(list(day - 1));
  if (isDay(day, 61, 33)) return whole(list(day, 'DE'));
  if (isDay(day, 67, 50))
    return whole(rows.map((row) => row && { ...row, metrics: { ...row.metrics, ctr: null } }));
  if (isDay(day, 71, 40)) return whole(rows.slice(0, 480));
  // The list moved while it was paged: one product is seen twice, another is pushed off the end of what was asked for.
  if (isDay(day, 23, 3)) return whole([...rows.slice(0, 40), ...rows.slice(39, 499)]);
  if (isDay(day, 31, 13))
    return whole(
      rows.map((row, place) =>
        row && place % 50 === 9
          ? { ...row, metrics: { ...row.metrics, posts: null, cost: null } }
          : row,
      ),
    );
  if (isDay(day, 47, 18))
    return { ...whole(rows.map((row, place) => (place === 123 ? null : row))), total: 500 };
  return whole(rows);
}

/** In slot order. The first ten days are imported history; now and then somebody asks in between. */
export function* yearSteps(days = DAYS): Generator<YearStep> {
  for (let day = 0; day < days; day++) {
    yield { slotAt: dayAt(day), isImport: day < 10, serving: servingOf(day) };
    if (isDay(day, 43, 21))
      yield {
        slotAt: dayAt(day) + 9 * HOUR,
        isImport: false,
        serving: whole(list(day).map((row, place, all) => all[place ^ 1] ?? row)),
      };
  }
}
