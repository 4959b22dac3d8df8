import { HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../../lib/clock.ts';

/**
 * Pauses after the first, second … failed attempt: the example of Standard Webhooks, 75.5 hours in
 * all.
 */
export const HTTP_PAUSES_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/**
 * `Retry-After` in milliseconds: seconds, also with a fraction (rounded up), or an HTTP date; null
 * when unreadable.
 */
export function parseRetryAfter(header: string | undefined, now: Instant): number | null {
  if (header === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header)) * SECOND_MS;
  // Every form of an HTTP date begins with the day of the week. `Date.parse` alone would read
  // many other texts as dates.
  const at = /^[A-Z][a-z]+,? /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
