import type { Clock, Instant } from '../../src/lib/clock.ts';

export type ManualClock = Clock & {
  /** Moves time on, waking sleepers in the order they are due; what they start and sleep on within the span is woken too. */
  advance(ms: number): Promise<void>;
  /** Sets `now` forward, or back by a negative number, as somebody who sets the machine's clock: nobody wakes, and the monotonic clock knows nothing of it. */
  jump(ms: number): void;
  /** Every `sleep` so far, in the order of the calls. */
  readonly sleeps: readonly { at: Instant; ms: number }[];
  /** How many are asleep now. A test that leaves one behind has lost something. */
  readonly sleeping: number;
};

/** `dueMs` is of the monotonic clock, as every sleep is. */
type Sleeper = { dueMs: number; wake: () => void };

/**
 * A clock that only moves when told to. With `auto`, it moves by itself to the next sleeper as soon as nothing else is ready to
 * run, so that pauses of hours cost no time; real network answers still take theirs.
 */
export function manualClock(
  startAt: Instant | string,
  options: { auto?: boolean } = {},
): ManualClock {
  const start = typeof startAt === 'number' ? startAt : Date.parse(startAt);
  if (Number.isNaN(start)) throw new Error(`not a time: ${startAt}`);
  let monotonicMs = 0;
  let offset = start;
  const now = (): Instant => offset + monotonicMs;
  const sleepers: Sleeper[] = [];
  const sleeps: { at: Instant; ms: number }[] = [];

  /** Wakes the sleeper that is due first, of two the one that slept first, if it is due by `limit`. */
  const wakeNext = (limit: number): boolean => {
    const next = sleepers.reduce<Sleeper | null>(
      (first, sleeper) => (first === null || sleeper.dueMs < first.dueMs ? sleeper : first),
      null,
    );
    if (next === null || next.dueMs > limit) return false;
    sleepers.splice(sleepers.indexOf(next), 1);
    monotonicMs = Math.max(monotonicMs, next.dueMs);
    next.wake();
    return true;
  };

  return {
    sleeps,
    get sleeping() {
      return sleepers.length;
    },
    now,
    monotonicMs: () => monotonicMs,
    sleep: (ms, signal) => {
      sleeps.push({ at: now(), ms });
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = {
          dueMs: monotonicMs + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        const leave = () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          resolve();
        };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', leave, { once: true });
        if (options.auto) setImmediate(() => wakeNext(Infinity));
      });
    },
    async advance(ms) {
      const target = monotonicMs + ms;
      await settle();
      while (wakeNext(target)) await settle();
      monotonicMs = target;
    },
    jump(ms) {
      offset += ms;
    },
  };
}

/** Lets everything run that is ready: continuations of promises, and what they start. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
