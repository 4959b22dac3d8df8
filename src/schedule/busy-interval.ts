// How far apart the slots of a schedule of many times a day are, worked out from whole days, which
// are all alike.
import type { Instant } from '../lib/clock.ts';
import { stretchesOf, type BusySchedule, type Stretch } from './busy-days.ts';

/**
 * The stretches that were walked through last, by schedule and zone, without those cut short: the
 * next question is usually about a slot soon after.
 */
const walked = new Map<string, Stretch[]>();

/**
 * The longest distance between neighbouring slots after `windowStart` until `until`, counted from
 * the last slot at or before `windowStart`, which `lastAt` finds; null when there are none to
 * compare. `key` names the schedule.
 */
export function longestGap(
  key: string,
  schedule: BusySchedule,
  windowStart: Instant,
  until: Instant,
  lastAt: (atOrBefore: Instant) => Instant | null,
): number | null {
  const known = walked.get(key) ?? [];
  const [first, last] = [known[0], known.at(-1)];
  const isNear =
    first !== undefined &&
    last !== undefined &&
    first.after < windowStart &&
    first.base + (first.times[0] ?? Infinity) <= windowStart &&
    last.until <= until &&
    last.until > windowStart;
  const stretches = isNear ? [...known] : [];
  const from = isNear ? last.until : (lastAt(windowStart) ?? windowStart + 1) - 1;
  for (const stretch of stretchesOf(schedule, from, until)) stretches.push(stretch);
  walked.set(key, wholeOnes(stretches, windowStart, schedule.times));

  let previous: Instant | null = null;
  let longest: number | null = null;
  const see = (slot: Instant) => {
    if (previous !== null && slot > windowStart) longest = Math.max(longest ?? 0, slot - previous);
    previous = slot;
  };
  const inside = longestIn(schedule.times);
  for (const { base, times } of stretches) {
    const [start, end] = [times[0], times.at(-1)];
    if (start === undefined || end === undefined) continue;
    if (times === schedule.times && base + start > windowStart) {
      see(base + start);
      longest = Math.max(longest ?? 0, inside);
      previous = base + end;
    } else for (const time of times) see(base + time);
  }
  return longest;
}

/**
 * The stretches from the last one on that begins with a slot at or before the start of the window.
 */
function wholeOnes(
  stretches: readonly Stretch[],
  windowStart: Instant,
  times: readonly number[],
): Stretch[] {
  const from = stretches.findLastIndex(
    (stretch) => stretch.base + (stretch.times[0] ?? Infinity) <= windowStart,
  );
  const kept = stretches.slice(Math.max(0, from));
  // The last stretch may have been cut short.
  const isCut = kept.at(-1)?.times !== times;
  return isCut ? kept.slice(0, -1) : kept;
}

const longestIn = (times: readonly number[]): number =>
  times.reduce((longest, time, index) => Math.max(longest, time - (times[index - 1] ?? time)), 0);
