import type { Io } from '../../src/terminal/io.ts';
import { manualClock } from '../support/manual-clock.ts';
import { T0 } from './outbox-world.ts';

/** A terminal of 80 columns that remembers what it was told. */
export function makeIo(): Io & { out: string; err: string } {
  const io = {
    out: '',
    err: '',
    env: {},
    cwd: '/nowhere',
    clock: manualClock(T0),
    isTerminal: false,
    columns: 80,
    color: false,
    stdout: (text: string) => void (io.out += text),
    stderr: (text: string) => void (io.err += text),
  };
  return io;
}
