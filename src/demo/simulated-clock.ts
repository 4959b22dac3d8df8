import type { Clock, Instant } from '../lib/clock.ts';

/** Time that passes only when it is set or slept through: a pause of a minute takes no time. */
export type SimulatedClock = Clock & { set(at: Instant): void };

/** A clock that stands at `startAt`, and never goes back. */
export function simulatedClock(startAt: Instant): SimulatedClock {
  let now = startAt;
  return {
    now: () => now,
    monotonicMs: () => now - startAt,
    sleep: async (ms) => {
      now += ms;
    },
    set: (at) => {
      now = Math.max(now, at);
    },
  };
}
