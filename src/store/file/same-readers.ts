import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

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
