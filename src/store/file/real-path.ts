import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** More links that lead to links are a circle. */
const MOST_LINKS = 40;

/**
 * Where a path really leads, also one whose file is not there yet: two names of one place must
 * share its locks, and what is put there must not replace a link to it. `:memory:` stays what it
 * is.
 */
export function realPathOf(path: string, links = MOST_LINKS): string {
  if (path === ':memory:' || links === 0) return path;
  try {
    return realpathSync(path);
  } catch {
    // Not there: perhaps a link to where it will be.
  }
  try {
    return realPathOf(resolve(dirname(path), readlinkSync(path)), links - 1);
  } catch {
    // No link.
  }
  const folder = dirname(path);
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(path));
}
