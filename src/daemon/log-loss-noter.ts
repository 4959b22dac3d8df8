import type { Log } from '../lib/log.ts';
import { writeLogLosses } from '../store/file/log-losses.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Returns a function to call now and then. It writes down for `status` how much the log has lost,
 * and says so in the log once the log can be written again.
 */
export function lossNoter(io: Io, database: string, log: Log): () => void {
  let noted = 0;
  let told = 0;
  return () => {
    const { count, reason } = io.stderrLost?.() ?? { count: 0, reason: null };
    const losses = { lines: count, reason: reason ?? 'unknown', lastAt: io.clock.now() };
    if (count > noted && writeLogLosses(database, losses)) noted = count;
    if (count === told) return;
    log.warn(
      { lines: count - told, reason },
      'lines of this log could not be written, and are lost',
    );
    // If this line was lost too, the loss is told with the next one.
    if (io.stderrLost?.().count === count) told = count;
  };
}
