import { shownInstant, type Instant } from './clock.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Tue 2026-11-24 06:00`: an instant as the clocks of a zone show it, for terminals. */
export function zonedTime(at: Instant, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(shownInstant(at)).map(({ type, value }) => [type, value]),
  );
  return `${parts.weekday} ${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
}
