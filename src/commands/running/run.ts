// `tidemark run`: the daemon. It takes snapshots on schedule and delivers what they led to, until
// it is stopped.
import { pino } from 'pino';
import { runDaemon, type DaemonArgs } from '../../daemon/run-daemon.ts';
import { isoTime } from '../../lib/clock.ts';
import { logLine } from '../../terminal/log-line.ts';
import type { Io, Signals } from '../../terminal/io.ts';

/**
 * Runs the daemon with its log on stderr: JSON lines, and on a terminal lines for people, by the
 * machine's own clock. Exit code 0 once it was told to stop.
 */
export async function runRun(io: Io, args: DaemonArgs, signals: Signals): Promise<number> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const log = pino(
    { base: null, timestamp: () => `,"time":"${isoTime(io.clock.now())}"` },
    // Each line at once and in order; one that cannot be written is dropped and counted.
    {
      write: (line: string) =>
        io.stderr(
          io.isTerminal
            ? logLine(line, { timeZone: zone, color: io.color, columns: io.columns })
            : line,
        ),
    },
  );
  await runDaemon(io, log, args, signals, Math.random);
  return 0;
}
