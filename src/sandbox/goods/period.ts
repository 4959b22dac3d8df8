// Days, weeks and months as the rankings of a date name them, and when their lists are there.
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { periodAfter, periodAt, type Period } from '../../list/dated.ts';

const PERIODS: Readonly<Record<string, Period>> = { '1': 'day', '2': 'week', '3': 'month' };

/** The period that a `rank_type` means; undefined for none. */
export const periodOfType = (type: string): Period | undefined => PERIODS[type];

/** A list is there three hours after its period has ended: a day late, as T+1 is. */
const PUBLISHED_AFTER_MS = DAY_MS / 8;

const startOf = (date: string): Instant => Date.parse(`${date}T00:00:00Z`);

/** Is it the Monday of a week, or the first of a month? */
export const isAligned = (period: Period, date: string): boolean =>
  periodAt(period, startOf(date)) === date;

/** Is the list of a period there? */
export const isPublished = (period: Period, date: string, now: Instant): boolean =>
  startOf(periodAfter(period, date)) + PUBLISHED_AFTER_MS <= now;

/** The days of a period, as whole days since 1970-01-01 UTC: the first, and the one after the last. */
export const daysOf = (period: Period, date: string): { from: number; to: number } => ({
  from: startOf(date) / DAY_MS,
  to: startOf(periodAfter(period, date)) / DAY_MS,
});
