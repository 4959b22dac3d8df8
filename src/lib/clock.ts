/** Epoch milliseconds, UTC. Names of instants end in `At`, of durations in `Ms`. */
export type Instant = number;

/** Time as it is handed in. Nothing but `systemClock` reads the machine's clock or sets a timer. */
export type Clock = {
  now(): Instant;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** `2026-11-23T06:00:41.120Z`: the one form of times in views, JSON and messages. */
export const isoTime = (at: Instant): string => new Date(at).toISOString();
