import cliProgress from 'cli-progress';
import type { Io } from './io.ts';

export type Progress = { advance(by?: number): void; stop(): void };

/** A bar on stderr for long work; off a terminal nothing is drawn. `unit` is a plural: `days`. */
export function openProgress(
  io: Pick<Io, 'isTerminal' | 'columns'>,
  total: number,
  unit: string,
): Progress {
  if (!io.isTerminal) return { advance: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar({
    format: `  {bar} {value}/{total} ${unit}, {eta_formatted} left`,
    barsize: Math.max(10, Math.min(40, io.columns - 40)),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return { advance: (by = 1) => bar.increment(by), stop: () => bar.stop() };
}
