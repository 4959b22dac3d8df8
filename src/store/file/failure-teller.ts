import { MINUTE_MS, type Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { storageFailure } from './storage-failure.ts';

/** How long until the same failure is logged again. */
const AGAIN_MS = 10 * MINUTE_MS;
/** How many different failures are remembered; a further one counts as new. */
const MOST = 100;

/**
 * Logs the failures of loops that try again every second: what the disk or a lock does in words,
 * anything else with its stack, and the same not again for ten minutes. `times` then says how often
 * it was.
 */
export function failureTeller(
  log: Log,
  clock: Clock,
): (thrown: unknown, fields: object, message: string) => void {
  const told = new Map<string, { atMs: number; times: number }>();
  return (thrown, fields, message) => {
    const failure = storageFailure(thrown);
    const key = JSON.stringify([message, fields, failure?.message ?? messageOf(thrown)]);
    const before = told.get(key);
    const nowMs = clock.monotonicMs();
    if (before !== undefined && nowMs - before.atMs < AGAIN_MS) {
      before.times += 1;
      return;
    }
    if (told.size >= MOST) told.clear();
    told.set(key, { atMs: nowMs, times: 1 });
    const times = before === undefined || before.times === 1 ? {} : { times: before.times };
    log.error(
      {
        ...fields,
        ...times,
        ...(failure === null ? { err: thrown } : { reason: failure.message, hint: failure.hint }),
      },
      message,
    );
  };
}
