import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** Bytes 18 and 19 of a database file, its format's version to write and to read: 2 is WAL. */
const WAL_MARK = [2, 2];

/**
 * Is this the file of a database in use, without the log beside it that holds the latest writes? If
 * the last process that had it open closed it in order, the file is whole all the same; a copy of a
 * running one is not.
 */
export function lacksLog(path: string): boolean {
  const bytes = Buffer.alloc(2);
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, 2, 18);
  } finally {
    closeSync(file);
  }
  if (bytes[0] !== WAL_MARK[0] || bytes[1] !== WAL_MARK[1]) return false;
  const log = `${path}-wal`;
  return !existsSync(log) || statSync(log).size === 0;
}
