import { chmodSync, chownSync, statSync } from 'node:fs';

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
