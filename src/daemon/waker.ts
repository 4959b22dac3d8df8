import type { Clock } from '../lib/clock.ts';

/**
 * A sleep that can be cut short. A wake that comes while nobody sleeps is not lost.
 * `AbortSignal.any` is not used: on Node 20 each call leaves something behind on the long-lived
 * signal.
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
