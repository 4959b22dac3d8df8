// Dates and instants as people type them, read by the clocks of a time zone.
import { DAY_MS, isoTime, SECOND_MS, type Instant } from './clock.ts';
import { zonedParts } from './zoned-parts.ts';

const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/;
const ABSOLUTE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Years that people mean. Other years are typing errors, which calendars and time zones read in odd
 * ways.
 */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/** `years 1970 to 2199`, when a text is a date or instant of another year; null otherwise. */
export function yearProblem(text: string): string | null {
  const [, year] = /^(\d{4})-\d{2}-\d{2}/.exec(text) ?? [];
  const isOther = year !== undefined && (Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR);
  return isOther ? `years ${FIRST_YEAR} to ${LAST_YEAR}` : null;
}

/**
 * `2026-01-05`, `2026-01-05T06:00` by the clocks of a zone, or `2026-01-05T06:00:00Z` with a zone
 * of its own. A date alone is a whole day: `edge` says which end of it is meant, its first or its
 * last millisecond. Undefined when it is none of these, or of a year before 1970 or after 2199.
 */
export function parseMoment(
  text: string,
  timeZone: string,
  edge: 'start' | 'end' = 'start',
): Instant | undefined {
  if (yearProblem(text) !== null || !isDate(text.slice(0, 'YYYY-MM-DD'.length))) return undefined;
  if (ABSOLUTE.test(text)) return known(Date.parse(text.replace(' ', 'T')));
  const [, date, time] = LOCAL.exec(text) ?? [];
  if (date === undefined) return undefined;
  const local = known(Date.parse(`${date}T${time ?? '00:00'}Z`));
  if (local === undefined) return undefined;
  return time === undefined && edge === 'end'
    ? instantOf(local + DAY_MS, timeZone) - 1
    : instantOf(local, timeZone);
}

/** Date.parse takes 30 February for 2 March. */
function isDate(text: string): boolean {
  const at = known(Date.parse(`${text}T00:00:00Z`));
  return at !== undefined && isoTime(at).startsWith(text);
}

const known = (at: number): Instant | undefined => (Number.isNaN(at) ? undefined : at);

/**
 * The instant at which the clocks of a zone show a local time, given as if it were UTC; a time
 * inside a spring gap is moved on by the gap.
 */
function instantOf(local: number, timeZone: string): Instant {
  const guess = local - offsetMs(local, timeZone);
  const better = local - offsetMs(guess, timeZone);
  return local - offsetMs(better, timeZone) === better ? better : Math.max(guess, better);
}

const partsAt = zonedParts('en-US', {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** How far the clocks of a zone are ahead of UTC at an instant. */
function offsetMs(at: Instant, timeZone: string): number {
  const part = Object.fromEntries(
    Object.entries(partsAt(at, timeZone)).map(([type, value]) => [type, Number(value)]),
  );
  const shown = Date.UTC(
    part.year ?? NaN,
    (part.month ?? NaN) - 1,
    part.day,
    part.hour,
    part.minute,
    part.second,
  );
  return shown - Math.floor(at / SECOND_MS) * SECOND_MS;
}
