// Schedules of many times a day, worked out a day at a time: one step of cron arithmetic per day
// instead of one per slot.
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';

/** With fewer times a day than this, stepping from slot to slot costs no more. */
const BUSY = 4;
/** How long times may repeat after clocks are set back: no zone ever set them back by more. */
const MARGIN_MS = 3 * HOUR_MS;

const offsets = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
export function offsetMs(timezone: string, at: Instant): number {
  // The first format of a process takes 7 ms.
  if (timezone === 'UTC') return 0;
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

/** The numbers of a field; null when it is written in a way that only the library should read. */
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

/** All slots after `after` until `until`, at `base + time` for each of the times. */
export type Stretch = {
  after: Instant;
  until: Instant;
  base: Instant;
  /** For a whole day this is the very array that was given. */
  times: readonly number[];
};

/** Steps to the next slot, as the library does. */
type Next = (after: Instant) => Instant | null;

/** A schedule with these times of day, in a zone. `next` says on which days it runs. */
export type BusySchedule = { times: readonly number[]; timezone: string; next: Next };

/** All slots after `after` until `until`. */
export function slotsOfBusyDays(schedule: BusySchedule, after: Instant, until: Instant): Instant[] {
  const slots: Instant[] = [];
  for (const { base, times } of stretchesOf(schedule, after, until))
    for (const time of times) slots.push(base + time);
  return slots;
}

/**
 * The slots after `after` until `until`, a day at a time where a day is like all others. Only where
 * the clocks of the zone change are they stepped through by `next`. Each stretch begins where the
 * one before it ends.
 */
export function* stretchesOf(
  schedule: BusySchedule,
  after: Instant,
  until: Instant,
): Generator<Stretch> {
  const { timezone, next } = schedule;
  let done = after;
  while (done < until) {
    const offset = offsetMs(timezone, done + 1);
    const start = Math.floor((done + 1 + offset) / DAY_MS) * DAY_MS - offset;
    const last = start + DAY_MS - 1;
    const change = changeIn(timezone, start - MARGIN_MS, start + DAY_MS);
    let stretch: Stretch;
    if (change === null || done >= change.until)
      stretch = stretchOfDay(schedule, start, done, Math.min(last, until));
    else if (done < change.after)
      stretch = stretchOfDay(schedule, start, done, Math.min(change.after, until));
    else stretch = stepped(next, done, Math.min(change.until, until));
    yield stretch;
    done = stretch.until;
    // The schedule does not run on this day: go on to the next day on which it does.
    if (stretch.times.length === 0 && done === last) {
      const following = next(done);
      if (following === null) return;
      done = Math.max(done, following - 1);
    }
  }
}

/** Part of a local day that begins at `start`, and whose clocks do not change. */
function stretchOfDay(
  { times, next }: BusySchedule,
  start: Instant,
  after: Instant,
  until: Instant,
): Stretch {
  const isAll = start + (times[0] ?? 0) > after && start + (times.at(-1) ?? 0) <= until;
  const within = isAll
    ? times
    : times.filter((time) => start + time > after && start + time <= until);
  const first = next(after);
  // The schedule does not run in this part of the day.
  if (first === null || first > until) return { after, until, base: start, times: [] };
  if (first === start + (within[0] ?? NaN)) return { after, until, base: start, times: within };
  return stepped(next, after, until);
}

function stepped(next: Next, after: Instant, until: Instant): Stretch {
  const times: Instant[] = [];
  for (let slot = next(after); slot !== null && slot <= until; slot = next(slot)) times.push(slot);
  return { after, until, base: 0, times };
}

/**
 * Where in a stretch of time the clocks of a zone change, with the slots around it that are not
 * plain ones: times that do not exist, or that come twice. Null when the clocks do not change.
 */
function changeIn(
  timezone: string,
  from: Instant,
  to: Instant,
): { after: Instant; until: Instant } | null {
  const middle = from + Math.floor((to - from) / 2);
  const [before, between, then] = [from, middle, to].map((at) => offsetMs(timezone, at)) as [
    number,
    number,
    number,
  ];
  if (before === between && between === then) return null;
  // With more than one change within a day, the whole day is stepped through.
  if (before !== between && between !== then) return { after: from, until: to };
  let [low, high] = between === then ? [from, middle] : [middle, to];
  while (high - low > MINUTE_MS) {
    const half = low + Math.floor((high - low) / 2);
    if (offsetMs(timezone, half) === before) low = half;
    else high = half;
  }
  const by = Math.abs(then - before);
  return {
    after: low - MINUTE_MS - (then < before ? by : 0),
    until: high + MINUTE_MS + by,
  };
}
