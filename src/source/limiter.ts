import PQueue from 'p-queue';
import type { SourceConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';

/**
 * The one gate to a source, shared by all passes: how many requests at once, how many a second, and
 * when to pause.
 */
export type Limiter = {
  /**
   * Runs `send` in its turn, or not at all when `signal` aborts before that. Once begun, it is left
   * to finish.
   */
  run<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T | 'aborted'>;
  /**
   * No request of any pass starts before this moment of the monotonic clock. An earlier one never
   * shortens a pause.
   */
  pauseUntil(ms: number): void;
};

/**
 * Timers are late by a millisecond or more. At high rates that would cost throughput, so requests
 * may start this much early.
 */
const TIMER_GRAIN_MS = 5;

/**
 * Starts are evenly spaced: at 2 requests a second, 500 ms apart, however fast the answers come.
 */
export function createLimiter(
  limits: Pick<SourceConfig, 'requestsPerSecond' | 'concurrency'>,
  clock: Clock,
): Limiter {
  const queue = new PQueue({ concurrency: limits.concurrency });
  const gapMs = 1_000 / limits.requestsPerSecond;
  const earlyMs = gapMs < TIMER_GRAIN_MS ? TIMER_GRAIN_MS : 0;
  // A time of the monotonic clock: if the machine's time is set, a pause is still as long as it was
  // meant to be.
  let nextStartMs = -Infinity;
  let pausedUntilMs = -Infinity;

  /**
   * Looks again after every sleep: meanwhile another request may have taken the turn, or a pause
   * may have begun.
   */
  async function waitForTurn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = clock.monotonicMs();
      if (Math.max(nextStartMs - earlyMs, pausedUntilMs) <= nowMs) {
        nextStartMs = Math.max(nextStartMs, nowMs) + gapMs;
        return;
      }
      await clock.sleep(Math.ceil(Math.max(nextStartMs, pausedUntilMs) - nowMs), signal);
    }
  }

  return {
    run: (send, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve('aborted');
        const leave = () => resolve('aborted');
        signal.addEventListener('abort', leave, { once: true });
        queue
          .add(async () => {
            // From here on an abort ends the wait for the turn, but not a request that is under
            // way.
            signal.removeEventListener('abort', leave);
            await waitForTurn(signal);
            return signal.aborted ? 'aborted' : send();
          })
          .then(resolve, reject);
      }),
    pauseUntil(ms) {
      pausedUntilMs = Math.max(pausedUntilMs, ms);
    },
  };
}
