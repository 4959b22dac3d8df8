import type { Io } from '../../src/terminal/io.ts';
import { manualClock } from './manual-clock.ts';

export type MemoryIo = Io & {
  /** Everything printed so far. */ readonly out: string;
  readonly err: string;
};

/** An Io that keeps what is printed. Its clock stands still. */
export function memoryIo(overrides: Partial<Io> & { now?: string } = {}): MemoryIo {
  const { now = '2026-11-23T12:00:00Z', ...rest } = overrides;
  let out = '';
  let err = '';
  return {
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
    env: {},
    cwd: '/nowhere',
    clock: manualClock(now),
    isTerminal: false,
    columns: 80,
    color: false,
    ...rest,
    get out() {
      return out;
    },
    get err() {
      return err;
    },
  };
}
