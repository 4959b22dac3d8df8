// The punctual wake of the schedule: slots are full minutes, in every time zone.
import { schedule } from 'node-cron';
import { MINUTE_MS, type Clock } from '../lib/clock.ts';

/**
 * Calls `wake` at the next full minute, at most once; returns how to call it off, which resolves when
 * nothing is left of it. `clock` must go as the machine's does. To be set anew before each sleep:
 * when the clock is set meanwhile, it does not ring.
 *
 * The task of node-cron is for that one minute of the month. One of every minute would step through
 * all the minutes that a clock put forward has passed, at once: 43 s and 300 MB for a year.
 */
export function atNextMinute(clock: Clock, wake: () => void): () => Promise<void> {
  const next = new Date(Math.floor(clock.now() / MINUTE_MS + 1) * MINUTE_MS);
  const minute = `${next.getUTCMinutes()} ${next.getUTCHours()} ${next.getUTCDate()} * *`;
  const task = schedule(minute, wake, { timezone: 'UTC', maxExecutions: 1, logger: SILENT });
  return async () => task.destroy();
}

/** node-cron tells of late timers on the console; lateness is no news here. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
