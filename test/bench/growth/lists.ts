// The lists that every world of the growth tables is made of: the newest days are the same in all of them.
import type { FetchedList } from '../../../src/model.ts';
import { fetchedList } from '../../support/world.ts';
import { HISTORY_LISTS, historyDays, type HistoryRow } from '../history-rows.ts';

/** The last day of the longest history. */
export const LAST_DAY = 1_095;
/** Days after it, for the passes that are measured. */
export const DAYS_AFTER = 80;

/** Each day once, from 0 on; `keep` is called with its rows, by id. */
export function eachDay(keep: (day: number, rows: HistoryRow[]) => void): void {
  const [one] = HISTORY_LISTS;
  if (one === undefined) throw new Error('no list');
  const next = historyDays(one);
  for (let day = 0; day <= LAST_DAY + DAYS_AFTER; day++) keep(day, next());
}

export const asServed = (rows: HistoryRow[]): FetchedList =>
  fetchedList(
    [...rows]
      .sort((a, b) => a.rank - b.rank)
      .map(({ productId, metrics }) => ({
        id: String(600_000 + productId),
        name: `Leaf Category ${productId}`,
        l1: `Department ${productId % 26}`,
        l2: `Section ${productId % 180}`,
        ...metrics,
      })),
  );
