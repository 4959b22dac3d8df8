import { statSync } from 'node:fs';
import { AppError } from '../../lib/errors.ts';

/**
 * Which file a path leads to: device and inode. Null when there is none. A database in memory is no
 * file.
 */
function identify(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (thrown) {
    // Any other failure says nothing about the file, and will come up again where it is read.
    if (['ENOENT', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return null;
    throw thrown;
  }
}

/**
 * Returns a function to call before anything is fetched or stored. If the file of an open database
 * is deleted, moved or replaced, SQLite goes on writing to the old one, and all of that is gone
 * when the process ends: so it must be noticed. @throws AppError `database_unusable`, from the
 * returned function, when the path no longer leads to the file that was opened.
 */
export function watchFile(path: string): () => void {
  if (path === ':memory:') return () => {};
  const opened = identify(path);
  return () => {
    const found = identify(path);
    if (found === opened) return;
    throw new AppError(
      'database_unusable',
      found === null
        ? `the database ${path} was deleted or moved while it was open`
        : `the database ${path} was replaced by another file while it was open`,
      {
        hint: 'nothing is fetched for it; put the file back, or restore a backup, and start again',
      },
    );
  };
}
