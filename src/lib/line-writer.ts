import { writeSync } from 'node:fs';

/**
 * Writes text to a file descriptor such as stderr. A text that cannot be written must not end the
 * program.
 */
export type LineWriter = {
  /** Writes, or drops and counts. Never throws. */
  write(text: string): void;
  /** How many texts were dropped so far, and the code of the last failure, such as ENOSPC. */
  lost(): { count: number; reason: string | null };
};

/** A reader that makes us wait longer than this in all is stuck. */
const PATIENCE_MS = 1_000;
const PAUSE_MS = 10;

/**
 * Writes at once and in order, as a log should. What cannot be written (a full disk behind
 * `2>>log`, a pipe that nobody reads any more) is dropped and counted. After half a line the next
 * text begins on a line of its own.
 */
export function lineWriter(fd: number): LineWriter {
  let count = 0;
  let reason: string | null = null;
  let isMidLine = false;
  return {
    lost: () => ({ count, reason }),
    write: (text) => {
      const bytes = Buffer.from(isMidLine ? `\n${text}` : text);
      const { written, failure } = writeAll(fd, bytes);
      if (failure === null) {
        isMidLine = false;
        return;
      }
      count += 1;
      reason = failure;
      isMidLine ||= written > 0;
    },
  };
}

function writeAll(fd: number, bytes: Buffer): { written: number; failure: string | null } {
  let written = 0;
  let waitedMs = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown';
      if (code !== 'EAGAIN' || waitedMs >= PATIENCE_MS) return { written, failure: code };
      // The pipe is full for the moment. A blocking wait is the only one that keeps the lines in
      // order.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      waitedMs += PAUSE_MS;
    }
  }
  return { written, failure: null };
}
