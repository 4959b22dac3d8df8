// Many rows written without holding up the other writers of the file.
import type { Clock } from '../../lib/clock.ts';
import type { Db } from './open.ts';

/**
 * How long one transaction may last. Another writer should wait at most 200 ms; the rest of these
 * is for the commit and for a slow disk.
 */
const TURN_MS = 60;
/** Items written between two looks at the clock, unless said otherwise. */
const STEP = 25;
/** Items in one transaction, however fast it goes. */
const MOST = 2_000;
/** Shorter turns leave room enough by themselves. */
const SHORT_MS = 10;

/** What is awaited between two transactions. */
export type Pause = (heldMs: number) => Promise<void>;

/**
 * Leaves the file to others for half as long as it was held: SQLite wakes nobody, those that wait
 * look again now and then.
 */
export const fairPause =
  (clock: Clock): Pause =>
  (heldMs) =>
    heldMs < SHORT_MS
      ? new Promise((resolve) => setImmediate(resolve))
      : clock.sleep(Math.ceil(heldMs / 2));

/**
 * Hands the items to `write`, `step` at a time, in transactions that each end once 60 ms are over or
 * 2,000 items written, with a pause after each. `isStill` is asked first in each: when it says no,
 * nothing more is written, and false is returned. At least `step` items are written in each.
 */
export async function writeInTurns<T>(
  db: Db,
  clock: Clock,
  items: readonly T[],
  write: (some: readonly T[]) => void,
  { isStill, pause, step = STEP }: { isStill: () => boolean; pause: Pause; step?: number },
): Promise<boolean> {
  for (let at = 0; at < items.length;) {
    const { next, heldMs } = db.transaction(() => {
      const startMs = clock.monotonicMs();
      const spentMs = () => clock.monotonicMs() - startMs;
      if (!isStill()) return { next: null, heldMs: 0 };
      let next = at;
      do {
        write(items.slice(next, next + step));
        next += step;
      } while (next < items.length && next - at < MOST && spentMs() < TURN_MS);
      return { next, heldMs: spentMs() };
    });
    if (next === null) return false;
    at = next;
    await pause(heldMs);
  }
  return true;
}

/**
 * Calls `take` until it took fewer than `atOnce`, with a pause before each further call: for one
 * statement that is bounded to so many rows. Returns how many it took in all.
 */
export async function takeInTurns(
  clock: Clock,
  take: () => number,
  { atOnce, pause = fairPause(clock) }: { atOnce: number; pause?: Pause },
): Promise<number> {
  for (let count = 0; ;) {
    const startMs = clock.monotonicMs();
    const taken = take();
    count += taken;
    if (taken < atOnce) return count;
    await pause(clock.monotonicMs() - startMs);
  }
}
