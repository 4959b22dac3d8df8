import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** More links in a row than this are taken for a circle. */
const MOST_LINKS = 40;

/**
 * Where a path really leads, also when there is no file yet. Two names of one place must share its
 * locks, and a file that is put there must not replace a link to it. `:memory:` stays what it is.
 */
export function realPathOf(path: string, links = MOST_LINKS): string {
  if (path === ':memory:' || links === 0) return path;
  try {
    return realpathSync(path);
  } catch {
    // Nothing is there; perhaps it is a link to where the file will be.
  }
  try {
    return realPathOf(resolve(dirname(path), readlinkSync(path)), links - 1);
  } catch {
    // It is no link.
  }
  const folder = dirname(path);
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(path));
}
