/** Epoch milliseconds, UTC. Names of instants end in `At`, of durations in `Ms`. */
export type Instant = number;

/**
 * Time as it is passed to functions. Only `systemClock` reads the machine's clocks or sets a timer.
 */
export type Clock = {
  now(): Instant;
  /**
   * Milliseconds, with fractions, since some fixed moment. It goes on evenly even when `now` is set
   * back or forward. So pauses and durations are measured by it, never by differences of `now`.
   */
  monotonicMs(): number;
  /**
   * Resolves after `ms` milliseconds of the monotonic clock, or at once when `signal` aborts. Never
   * rejects.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** The longest that one of Node's timers can hold, 24.8 days: a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const arm = (leftMs: number): NodeJS.Timeout =>
        setTimeout(
          () => {
            if (leftMs <= LONGEST_TIMER_MS) done();
            else timer = arm(leftMs - LONGEST_TIMER_MS);
          },
          Math.min(leftMs, LONGEST_TIMER_MS),
        );
      let timer = arm(ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** A signal with a time limit: see `deadline`. */
export type Deadline = {
  signal: AbortSignal;
  /** Was it the time limit that ended it? */
  isOver(): boolean;
  /** Lets go of the timer and of `stop`. Call it when the work that was limited has ended. */
  release(): void;
};

/**
 * A signal that aborts after `ms` milliseconds, or when `stop` does. In place of `AbortSignal.any`,
 * which on Node 20 leaves something behind for every call on a signal that lives as long as the
 * program (nodejs/node#54614).
 */
export function deadline(ms: number, stop: AbortSignal): Deadline {
  const bound = new AbortController();
  let isOver = false;
  const abort = () => bound.abort();
  const timer = setTimeout(() => {
    isOver = !bound.signal.aborted;
    abort();
  }, ms);
  if (stop.aborted) abort();
  else stop.addEventListener('abort', abort, { once: true });
  return {
    signal: bound.signal,
    isOver: () => isOver,
    release: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', abort);
    },
  };
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The first and the last instant that a Date can hold (ECMA-262, time values). */
const FURTHEST_MS = 8.64e15;

/**
 * The instant, or the nearest one that can be shown: a stored instant beyond every calendar must
 * not break the list it stands in.
 */
export const shownInstant = (at: Instant): Instant =>
  Math.min(FURTHEST_MS, Math.max(-FURTHEST_MS, at));

/** `2026-11-23T06:00:41.120Z`: the one form of times in views, JSON and messages. */
export const isoTime = (at: Instant): string => new Date(shownInstant(at)).toISOString();

/** The same; null where there is no time. */
export const isoTimeOrNull = (at: Instant | null | undefined): string | null =>
  at === null || at === undefined ? null : isoTime(at);
