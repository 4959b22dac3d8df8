// Rests after failures, for work of the daemon that is tried again until it goes well.
import type { Instant } from '../lib/clock.ts';

/**
 * Is it too early to try again? `pausesMs`: how long to wait after the first failure in a row, the
 * second, and so on; the last one is that of all further ones. A failure of a time to come was noted
 * by a clock that was ahead, and keeps nothing waiting.
 */
export function isResting(
  { failures, failedAt }: { failures: number; failedAt: Instant | null },
  pausesMs: readonly number[],
  now: Instant,
): boolean {
  if (failures === 0 || failedAt === null || failedAt > now) return false;
  return now - failedAt < (pausesMs[Math.min(failures, pausesMs.length) - 1] ?? 0);
}
