// When a watch or digest is due. Pure functions over its cron expression; nothing here sets a
// timer.
//
// Where clocks change: a time inside the spring gap is due at the first valid instant after it, a
// repeated autumn time is due once, and schedules of every hour (`0 * * * *`, `*/15 * * * *`)
// simply go on.
import { Cron } from 'croner';
import { DAY_MS, SECOND_MS, type Instant } from '../lib/clock.ts';
import { slotsOfBusyDays, timesOfDay, type BusySchedule } from './busy-days.ts';
import { longestGap } from './busy-interval.ts';

/**
 * The numbers of a field as an explicit list; the text itself where it is more than numbers, ranges
 * and steps.
 */
function explicitList(field: string, max: number): string {
  const numbers = new Set<number>();
  for (const part of field.split(',')) {
    const [, range = '', from, to = from, step = '1'] =
      /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === '') return field;
    for (let n = Number(from ?? 0); n <= Number(to ?? max); n += Math.max(1, Number(step)))
      numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b).join(',');
}

/**
 * croner treats a schedule as local times, as the policy above wants, when neither its minute nor
 * its hour has a `*` or a step. Read that way, every six hours (`0 0-23/6 * * *`) would lose
 * midnight in Havana's spring, and run it twice in autumn. So everything is written out as lists,
 * unless it is every hour.
 */
function normalise(schedule: string): string {
  const [minute = '', hour = '', ...days] = schedule.trim().split(/\s+/);
  const hours = explicitList(hour, 23);
  return hours.split(',').length === 24
    ? [minute, '*', ...days].join(' ')
    : [explicitList(minute, 59), hours, ...days].join(' ');
}

const compiled = new Map<string, Cron>();

/**
 * Parsed once per schedule and zone: parsing costs more than stepping. Throws on what
 * `scheduleProblem` refuses.
 */
function compile(schedule: string, timezone: string): Cron {
  const key = `${schedule}\n${timezone}`;
  let cron = compiled.get(key);
  if (!cron) {
    cron = new Cron(normalise(schedule), {
      timezone,
      mode: '5-part',
      fixedTimeRule: 'no-wildcard',
      paused: true,
    });
    compiled.set(key, cron);
  }
  return cron;
}

/** The first slot strictly after an instant; null when there is none. */
export const nextSlot = (schedule: string, timezone: string, after: Instant): Instant | null =>
  compile(schedule, timezone).nextRun(new Date(after))?.getTime() ?? null;

/** The last slots at or before an instant, newest first. */
function lastSlots(
  schedule: string,
  timezone: string,
  count: number,
  atOrBefore: Instant,
): Instant[] {
  // croner looks strictly before its reference, and slots are whole seconds.
  const reference = Math.floor(atOrBefore / SECOND_MS) * SECOND_MS + SECOND_MS;
  return compile(schedule, timezone)
    .previousRuns(count, new Date(reference))
    .map((run) => run.getTime());
}

/** The last slot at or before an instant; null when there is none. */
export const lastSlot = (schedule: string, timezone: string, atOrBefore: Instant): Instant | null =>
  lastSlots(schedule, timezone, 1, atOrBefore)[0] ?? null;

/** All slots after `after` (exclusive) until `until` (inclusive), strictly increasing. */
export function slotsBetween(
  schedule: string,
  timezone: string,
  after: Instant,
  until: Instant,
): Instant[] {
  const busy = busyOf(schedule, timezone);
  if (busy !== null && Number.isFinite(after)) return slotsOfBusyDays(busy, after, until);
  const slots: Instant[] = [];
  const next = (from: Instant) => nextSlot(schedule, timezone, from);
  for (let slot = next(after); slot !== null && slot <= until; slot = next(slot)) slots.push(slot);
  return slots;
}

const busySchedules = new Map<string, BusySchedule | null>();

/** Null when it is not busy. Read once per schedule and zone. */
function busyOf(schedule: string, timezone: string): BusySchedule | null {
  const key = `${schedule}\n${timezone}`;
  let busy = busySchedules.get(key);
  if (busy === undefined) {
    const times = timesOfDay(schedule);
    const next = (from: Instant) => nextSlot(schedule, timezone, from);
    busy = times === null ? null : { times, timezone, next };
    busySchedules.set(key, busy);
  }
  return busy;
}

/** How far back `intervalMs` looks: far enough for two weekends and a clock change. */
export const INTERVAL_WINDOW_MS = 14 * DAY_MS;

/**
 * The slots that `intervalMs` looked at last, per schedule and zone: passes come one after the
 * other, and a step of cron arithmetic costs 50 µs.
 */
const recentSlots = new Map<string, Instant[]>();

/**
 * The interval of a schedule as of a snapshot: the longest distance between neighbouring slots in
 * the 14 days up to `slotAt` (from the last slot before them), so that weekends and clock changes
 * do no harm. When fewer than two such slots exist, as with monthly schedules, the last distance. A
 * snapshot taken by hand has a `slotAt` that is no slot of the schedule: it only says where the 14
 * days end.
 */
export function intervalMs(schedule: string, timezone: string, slotAt: Instant): number {
  const windowStart = slotAt - INTERVAL_WINDOW_MS;
  const key = `${schedule}\n${timezone}`;
  const busy = busyOf(schedule, timezone);
  const lastAt = (atOrBefore: Instant) => lastSlot(schedule, timezone, atOrBefore);
  const longest = busy === null ? null : longestGap(key, busy, windowStart, slotAt, lastAt);
  if (longest !== null) return longest;
  let slots = recentSlots.get(key) ?? [];
  const [first, last] = [slots[0], slots.at(-1)];
  const reaches =
    first !== undefined &&
    last !== undefined &&
    first <= windowStart &&
    last <= slotAt &&
    last > windowStart;
  if (!reaches) {
    const before = lastSlot(schedule, timezone, windowStart);
    slots = before === null ? [] : [before];
  }
  slots = [...slots, ...slotsBetween(schedule, timezone, slots.at(-1) ?? windowStart, slotAt)];
  // Keep the one slot at or before the start of the window, and all inside it.
  slots = slots.slice(
    Math.max(
      0,
      slots.findLastIndex((slot) => slot <= windowStart),
    ),
  );
  recentSlots.set(key, slots);

  const neighbours = slots.length >= 2 ? slots : lastSlots(schedule, timezone, 2, slotAt).reverse();
  if (neighbours.length < 2)
    throw new Error(
      `the schedule "${schedule}" has no two slots before ${new Date(slotAt).toISOString()}`,
    );
  return neighbours
    .slice(1)
    .reduce((longest, slot, i) => Math.max(longest, slot - (neighbours[i] ?? slot)), 0);
}
