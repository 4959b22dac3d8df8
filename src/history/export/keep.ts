// How long a file that was replaced stays, as the table itself says: whoever writes into it heeds it.
import { DAY_MS, HOUR_MS } from '../../lib/clock.ts';
import type { LogState } from './log-state.ts';

/** The property of a Delta table that says it. */
export const KEEP = 'delta.deletedFileRetentionDuration';

/** As Delta writes it. */
export const formatKeep = (ms: number): string => `interval ${Math.ceil(ms / HOUR_MS)} hours`;

/** In milliseconds: 0 where nothing is said, and a week where it is said in another way. */
export function keepOf({ metaData }: Pick<LogState, 'metaData'>): number {
  const said = metaData?.configuration[KEEP];
  if (said === undefined) return 0;
  const [, count, unit] = /^interval (\d+) (hour|day|week)s?$/.exec(said) ?? [];
  if (count === undefined) return 7 * DAY_MS;
  return Number(count) * { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS }[unit as 'hour'];
}
