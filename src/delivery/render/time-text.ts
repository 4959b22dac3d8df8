import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { plural } from '../../lib/text.ts';

/** `23 Nov 2026, 06:00 GMT-5`: absolute, and with its zone, since readers sit elsewhere. */
export const timeText = (at: Instant | string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at));

/** `1 day`, `7 days`, `6h`, `1d 1h`: how far apart two slots are. */
export const gapText = (days: number): string =>
  Number.isInteger(days) ? plural(days, 'day') : formatDuration(days * DAY_MS);
