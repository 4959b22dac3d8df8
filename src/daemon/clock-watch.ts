import { HOUR_MS, SECOND_MS, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { healInstants } from '../store/clock-ahead.ts';
import type { Db } from '../store/file/open.ts';
import { makeWaker } from './waker.ts';

/** Smaller steps back are how a clock is kept right, and do no harm. */
const SET_BACK_MS = SECOND_MS;
/** How soon a clock that was set back is noticed, whatever the schedule is doing. */
const WATCH_MS = 10 * SECOND_MS;

/**
 * Returns a function to call before every look. It mends what a clock that was ahead left in the
 * database, and logs it. That reads whole tables, so it is done only at the first call, when the
 * clock was set back since the last call, and once an hour. The function returns true when the
 * clock was set back.
 */
export function clockWatch({ db, clock, log }: { db: Db; clock: Clock; log: Log }): () => boolean {
  let last: { offsetMs: number; healedMs: number } | null = null;
  return () => {
    const ms = clock.monotonicMs();
    const offsetMs = clock.now() - ms;
    const isSetBack = last !== null && offsetMs < last.offsetMs - SET_BACK_MS;
    if (last !== null && !isSetBack && ms - last.healedMs < HOUR_MS) {
      last.offsetMs = offsetMs;
      return false;
    }
    for (const { says, column, count } of healInstants(db, clock.now()))
      log.warn({ column, count }, `the clock was ahead: ${says}`);
    last = { offsetMs, healedMs: ms };
    return isSetBack;
  };
}

/**
 * Calls `watch` every ten seconds until stopped: a pass may take many minutes, and messages must
 * not wait for its end. What it throws is given to `failed`, and it is tried again. The stop
 * resolves when nothing is called any more.
 */
export function keepWatching(
  watch: () => void,
  clock: Clock,
  signal: AbortSignal,
  failed: (thrown: unknown) => void,
): () => Promise<void> {
  const waker = makeWaker(clock, signal);
  let isStopped = false;
  const isOver = () => isStopped || signal.aborted;
  const running = (async () => {
    while (!isOver()) {
      await waker.sleep(WATCH_MS);
      if (isOver()) return;
      try {
        watch();
      } catch (thrown) {
        failed(thrown);
      }
    }
  })();
  return () => {
    isStopped = true;
    waker.wake();
    return running;
  };
}
