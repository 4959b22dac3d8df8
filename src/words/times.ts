import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
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
  const text =
    size < HOUR_MS
      ? `${Math.floor(size / MINUTE_MS)}m`
      : size < 2 * DAY_MS
        ? `${Math.floor(size / HOUR_MS)}h`
        : `${Math.floor(size / DAY_MS)}d`;
  return at < now ? `${text} ago` : `in ${text}`;
}
