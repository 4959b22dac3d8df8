import { shownInstant, type Instant } from './clock.ts';
import { zonedParts } from './zoned-parts.ts';

const partsAt = zonedParts('en-GB', {
  weekday: 'short',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Tue 2026-11-24 06:00`: an instant as the clocks of a zone show it, for terminals. */
export function zonedTime(at: Instant, timeZone: string): string {
  const shown = shownInstant(at);
  // The first format of a process takes 10 ms, and most never need one.
  if (timeZone === 'UTC') {
    const date = new Date(shown);
    const [days, time = ''] = date.toISOString().split('T');
    return `${WEEKDAYS[date.getUTCDay()]} ${days} ${time.slice(0, '06:00'.length)}`;
  }
  const { weekday, year, month, day, hour, minute } = partsAt(shown, timeZone);
  return `${weekday} ${year}-${month}-${day} ${hour}:${minute}`;
}
