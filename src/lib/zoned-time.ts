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

/** `Tue 2026-11-24 06:00`: an instant as the clocks of a zone show it, for terminals. */
export function zonedTime(at: Instant, timeZone: string): string {
  const { weekday, year, month, day, hour, minute } = partsAt(shownInstant(at), timeZone);
  return `${weekday} ${year}-${month}-${day} ${hour}:${minute}`;
}
