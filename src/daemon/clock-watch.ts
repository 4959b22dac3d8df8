import { HOUR_MS, SECOND_MS, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { healInstants } from '../store/clock-ahead.ts';
import type { Db } from '../store/file/open.ts';

/** Less is how clocks are kept right, and passes by itself. */
const SET_BACK_MS = SECOND_MS;

/**
 * Returns what to call before every look: it mends what a clock that was ahead has left in the
 * database, and tells of it. That reads whole tables, so only the first call does, those that find
 * the clock set back since the last one, and one an hour.
 */
export function clockWatch({ db, clock, log }: { db: Db; clock: Clock; log: Log }): () => void {
  let last: { offsetMs: number; healedMs: number } | null = null;
  return () => {
    const ms = clock.monotonicMs();
    const offsetMs = clock.now() - ms;
    const isSetBack = last !== null && offsetMs < last.offsetMs - SET_BACK_MS;
    if (last !== null && !isSetBack && ms - last.healedMs < HOUR_MS) {
      last.offsetMs = offsetMs;
      return;
    }
    for (const { says, column, count } of healInstants(db, clock.now()))
      log.warn({ column, count }, `the clock was ahead: ${says}`);
    last = { offsetMs, healedMs: ms };
  };
}
