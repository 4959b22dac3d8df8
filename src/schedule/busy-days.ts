// Schedules of many times a day, a day at a time: one step of cron arithmetic a day in place of one
// a slot.
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';

/** With fewer times a day, stepping from slot to slot costs no more. */
const BUSY = 4;
/** After clocks are set back, times repeat for as long as that: no zone ever did it by more. */
const MARGIN_MS = 3 * HOUR_MS;

const offsets = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
export function offsetMs(timezone: string, at: Instant): number {
  let format = offsets.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
    offsets.set(timezone, format);
  }
  const text = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  const ahead = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000;
  return sign === '-' ? -ahead : ahead;
}

/** The numbers of a field; null when it is written in a way that is left to the library. */
function numbersOf(field: string, max: number): number[] | null {
  const numbers = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|(\d+)-(\d+))(?:\/(\d+))?$|^(\d+)$/.exec(part);
    if (match === null) return null;
    const [, , from, to, step = '1', single] = match;
    const [low, high] = single === undefined ? [from ?? 0, to ?? max] : [single, single];
    for (let n = Number(low); n <= Number(high); n += Math.max(1, Number(step))) numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b);
}

/**
 * When a schedule is due on a day that it is due on at all, in milliseconds from midnight,
 * ascending; null when it is not busy.
 */
export function timesOfDay(schedule: string): readonly number[] | null {
  const [minute = '', hour = ''] = schedule.trim().split(/\s+/);
  const [minutes, hours] = [numbersOf(minute, 59), numbersOf(hour, 23)];
  if (minutes === null || hours === null || minutes.length * hours.length < BUSY) return null;
  return hours.flatMap((h) => minutes.map((m) => h * HOUR_MS + m * MINUTE_MS));
}

/**
 * All slots after `after` until `until`, of a schedule with these times of day. `next` steps as the
 * library does: it says which days there are, and goes alone through days around which the clocks
 * of the zone change.
 */
export function slotsOfBusyDays(
  times: readonly number[],
  timezone: string,
  next: (after: Instant) => Instant | null,
  after: Instant,
  until: Instant,
): Instant[] {
  const slots: Instant[] = [];
  let done = after;
  while (done < until) {
    const offset = offsetMs(timezone, done + 1);
    const start = Math.floor((done + 1 + offset) / DAY_MS) * DAY_MS - offset;
    const end = start + DAY_MS;
    const first = next(start - 1);
    const isPlain =
      offsetMs(timezone, start - MARGIN_MS) === offset && offsetMs(timezone, end) === offset;
    if (isPlain && (first === null || first >= end)) {
      // No day of the schedule: on to the next that is.
      if (first === null) break;
      done = first - 1;
      continue;
    }
    if (isPlain && first === start + (times[0] ?? 0)) {
      for (const time of times) {
        const slot = start + time;
        if (slot > done && slot <= until) slots.push(slot);
      }
    } else {
      for (let slot = next(done); slot !== null && slot < end && slot <= until; slot = next(slot))
        slots.push(slot);
    }
    done = end - 1;
  }
  return slots;
}
