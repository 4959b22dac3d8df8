import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import type { ListQuery } from '../config/config.ts';
import { periodOf } from '../list/dated.ts';
import { zonedTime } from '../lib/zoned-time.ts';

/** `2026-11-24 06:00`, for tables whose heading names the zone. */
export const shortTime = (at: Instant, timeZone: string): string =>
  zonedTime(at, timeZone).slice('Tue '.length);

/** `Tue 2026-11-24 06:00 America/New_York`. */
export const timeWithZone = (at: Instant, timeZone: string): string =>
  `${zonedTime(at, timeZone)} ${timeZone}`;

/** `just now`, `3h ago`, `31h ago`, `2d ago`, `in under 1m`, `in 21h`: one unit, rounded down. */
export function distanceText(at: Instant, now: Instant): string {
  const size = Math.abs(at - now);
  if (size < MINUTE_MS) return at > now ? 'in under 1m' : 'just now';
  return at < now ? `${inOneUnit(size)} ago` : `in ${inOneUnit(size)}`;
}

function inOneUnit(ms: number): string {
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

/** `06:00:41`: the time of day by the clock of a zone. */
export const clockTime = (at: Instant, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at);

/** The date of a dated list in words: `2026-11-24`, `week of 2026-11-16`, `month 2026-11`. */
export function dataDateText(
  { list, asked }: Pick<ListQuery, 'list' | 'asked'>,
  date: string,
): string {
  const period = list.dated === null ? 'day' : periodOf(list.dated, asked);
  if (period === 'week') return `week of ${date}`;
  return period === 'month' ? `month ${date.slice(0, '2026-11'.length)}` : date;
}

/** The same where nothing else says what it is: `data of 2026-11-24`, `week of 2026-11-16`. */
export function saidDateText(query: Pick<ListQuery, 'list' | 'asked'>, date: string): string {
  const text = dataDateText(query, date);
  return text === date ? `data of ${date}` : text;
}

/** The same in a table, where a head says what it is: `2026-11-24`, `2026-11`. */
export const shortDataDate = (query: Pick<ListQuery, 'list' | 'asked'>, date: string): string =>
  dataDateText(query, date).replace(/^[a-z ]+/, '');
