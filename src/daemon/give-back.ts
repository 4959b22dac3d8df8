// What passes leave behind is collected once the daemon rests: an engine that does little else puts
// it off for hours.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SECOND_MS, type Clock } from '../lib/clock.ts';

/** After a pass its messages are rendered and sent. */
const REST_MS = 20 * SECOND_MS;

/**
 * Calls `collect` once after work, when no pass was noted for 20 seconds: `passed` notes one, and
 * `looked` is called after each look at the schedule. Starting counts as work.
 */
export function giveBackAfterWork(
  clock: Clock,
  collect: () => void,
): { passed(): void; looked(): void } {
  let workedAtMs: number | null = clock.monotonicMs();
  return {
    passed: () => {
      workedAtMs = clock.monotonicMs();
    },
    looked: () => {
      if (workedAtMs === null || clock.monotonicMs() - workedAtMs < REST_MS) return;
      workedAtMs = null;
      collect();
    },
  };
}

/**
 * Has the engine collect everything that nobody holds, which takes some 20 ms: twice, as what the
 * first time lets go of holds more.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
}
