// One command line, from its words to its exit code. Two bundles hold this: the whole program, and
// that of commands which only ask.
import { AppError } from '../lib/errors.ts';
import { systemFailure } from '../lib/system-failure.ts';
import { programVersion } from '../lib/version.ts';
import { missingSqlite } from '../store/file/missing-sqlite.ts';
import { storageFailure } from '../store/file/storage-failure.ts';
import type { Io } from '../terminal/io.ts';
import { openIo, openSignals } from '../terminal/process-io.ts';
import { runProgram } from './program.ts';

/** Runs it with the process's own streams and signals, and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const io = openIo(argv);
  try {
    return await runProgram(io, openSignals, programVersion(), argv);
  } catch (thrown) {
    return report(io, thrown);
  }
}

/**
 * The one place where the failure of a command is printed. If it is neither an AppError nor a
 * failure of the disk, it is a bug, and its stack is shown.
 */
function report(io: Io, thrown: unknown): number {
  const expected =
    thrown instanceof AppError
      ? thrown
      : (missingSqlite(thrown, process.versions.node) ??
        storageFailure(thrown) ??
        systemFailure(thrown));
  if (expected === null) {
    io.stderr(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
    return 1;
  }
  const { code, message, hint } = expected;
  io.stderr(`error: ${message}\n${hint === undefined ? '' : `${hint}\n`}`);
  return code === 'usage' || code === 'config_invalid' ? 2 : 1;
}
