/**
 * Lists of a date: of a day, of a week (named by its Monday) or of a month (named by its first).
 * All in UTC.
 */
import { DAY_MS, isoTime, type Instant } from '../lib/clock.ts';

/** What a watch asks for, by parameter. */
type Asked = Readonly<Record<string, string | number | null>>;

export type Period = 'day' | 'week' | 'month';

export type Dated = {
  /** The parameter whose values are periods; null: `period` is the same for all. */
  by: string | null;
  /** Where `by` says nothing. */
  period: Period;
  /** How long after the end of a period its list is due. */
  lagMs: number;
  /** The first day there can be a list of, `YYYY-MM-DD`; null: not known. */
  since: string | null;
};

const PERIODS: readonly string[] = ['day', 'week', 'month'] satisfies readonly Period[];

/** The period of a list as it is asked for. */
export function periodOf({ by, period }: Dated, asked: Asked): Period {
  const said = by === null ? null : asked[by];
  return typeof said === 'string' && PERIODS.includes(said) ? (said as Period) : period;
}

const dayOf = (at: Instant): string => isoTime(at).slice(0, 10);
const instantOf = (day: string): Instant => Date.parse(`${day}T00:00:00Z`);

/** Is a text a day there is, `YYYY-MM-DD`? */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(instantOf(text)) &&
  dayOf(instantOf(text)) === text;

/** The day that names the period an instant is in. */
export function periodAt(period: Period, at: Instant): string {
  const day = dayOf(at);
  if (period === 'month') return `${day.slice(0, 7)}-01`;
  if (period === 'day') return day;
  const sinceMonday = (new Date(instantOf(day)).getUTCDay() + 6) % 7;
  return dayOf(instantOf(day) - sinceMonday * DAY_MS);
}

/** The period after, or before it (`steps` -1), by its name. */
export function periodAfter(period: Period, name: string, steps = 1): string {
  const at = new Date(instantOf(name));
  if (period === 'month') return dayOf(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + steps, 1));
  return dayOf(at.getTime() + steps * (period === 'week' ? 7 : 1) * DAY_MS);
}

/**
 * The newest period that is over and due at an instant: its end plus the lag lies at or before it.
 * So a Wednesday asks a weekly list for the week before, never for the one that runs.
 */
export const dueDate = (dated: Dated, asked: Asked, at: Instant): string => {
  const period = periodOf(dated, asked);
  return periodAfter(period, periodAt(period, at - dated.lagMs), -1);
};

/** When the list of a period is due at the earliest: its end, and the lag. */
export const dueAt = (dated: Dated, asked: Asked, date: string): Instant =>
  instantOf(periodAfter(periodOf(dated, asked), date)) + dated.lagMs;

/** What is asked for at an instant: the date of a dated list; null where a list is of now. */
export const dataDateAt = (
  { list, asked }: { list: { dated: Dated | null }; asked: Asked },
  at: Instant,
): string | null => (list.dated === null ? null : dueDate(list.dated, asked, at));

/** All periods from the one of a day to that of another, oldest first. */
export function periodsBetween(period: Period, from: string, to: string): string[] {
  const names: string[] = [];
  const last = periodAt(period, instantOf(to));
  for (let name = periodAt(period, instantOf(from)); name <= last; name = periodAfter(period, name))
    names.push(name);
  return names;
}
