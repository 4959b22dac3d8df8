import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { syncFile } from '../../lib/sync-file.ts';
import { systemFailure } from '../../lib/system-failure.ts';

/**
 * The old file or the new one, never a part of one. Readers of the layout pass over names with a dot.
 * @throws AppError `file_unusable` when it cannot be written; then nothing is left of it.
 */
export function replaceFile(path: string, write: (temporary: string) => void): void {
  // Two exports at once must not write one file.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    removeLeftovers(dirname(path));
    try {
      write(temporary);
      syncFile(temporary);
      renameSync(temporary, path);
    } catch (thrown) {
      rmSync(temporary, { force: true });
      throw thrown;
    }
  } catch (thrown) {
    const failure = systemFailure(thrown);
    if (failure === null) throw thrown;
    throw new AppError('file_unusable', `cannot write ${path}: ${failure.message}`, {
      hint: 'months that are written stay; the same command goes on from there',
      cause: thrown,
    });
  }
}

/** Of exports that were killed. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^\.(?:data|_manifest).*?\.(?:(\d+)\.)?tmp$/.exec(name) ?? [null, null];
    if (pid !== null && (pid === undefined || !isAlive(Number(pid))))
      rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
