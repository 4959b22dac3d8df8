// What wakes the schedule on time. Slots are full minutes, in every time zone.
import { schedule } from 'node-cron';
import { MINUTE_MS, type Clock } from '../lib/clock.ts';

/**
 * Calls `wake` at the next full minute, at most once. Returns a function that calls it off, and
 * resolves when nothing is left of it. `clock` must run as the machine's does. It must be set again
 * before each sleep: if the clock is set in the meantime, it does not ring.
 *
 * The task of node-cron is for that one minute of the month. A task for every minute would run
 * through all the minutes that a clock put forward has skipped, at once: 43 s and 300 MB for a
 * year.
 */
export function atNextMinute(clock: Clock, wake: () => void): () => Promise<void> {
  const next = new Date(Math.floor(clock.now() / MINUTE_MS + 1) * MINUTE_MS);
  const minute = `${next.getUTCMinutes()} ${next.getUTCHours()} ${next.getUTCDate()} * *`;
  const task = schedule(minute, wake, { timezone: 'UTC', maxExecutions: 1, logger: SILENT });
  return async () => task.destroy();
}

/** node-cron writes to the console when a timer is late. Being late does no harm here. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
