import type { Clock } from '../lib/clock.ts';

/**
 * A sleep that can be cut short. A wake that comes while nobody sleeps is not lost.
 * `AbortSignal.any` would do, but on Node 20 it leaves something behind on the long-lived signal
 * every time.
 */
export function makeWaker(clock: Clock, signal: AbortSignal) {
  let alarm = new AbortController();
  const wake = () => alarm.abort();
  signal.addEventListener('abort', wake, { once: true });
  return {
    wake,
    sleep: async (ms: number) => {
      await clock.sleep(ms, alarm.signal);
      alarm = new AbortController();
    },
  };
}
