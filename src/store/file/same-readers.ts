import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a file readable by the same people as the file `like`, or by its owner alone where that does
 * not exist. What root makes is given to the owner of `like`, so that a daemon that is not root can
 * open it.
 */
export function shareAs(path: string, like: string): void {
  const model = statSync(like, { throwIfNoEntry: false });
  chmodSync(path, (model?.mode ?? 0o600) & 0o666);
  if (model !== undefined && process.getuid?.() === 0) chownSync(path, model.uid, model.gid);
}

/**
 * Gives a file that root made by hand to the owner of its folder: it must not keep out a daemon
 * that is not root. Nothing where this is not root, or the folder is root's.
 */
export function giveToFolder(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  // SQLite makes a file when it first writes; until then only its name is reserved.
  if (uid !== 0 && existsSync(path)) chownSync(path, uid, gid);
}

/**
 * Makes a folder, and those above it. What root makes by hand is given to the owner of the folder
 * that it is made in, for the same reason.
 */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined || process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(resolve(first)));
  if (uid === 0) return;
  for (let at = resolve(path); at.length >= resolve(first).length; at = dirname(at))
    chownSync(at, uid, gid);
}
