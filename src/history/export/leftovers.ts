// What exports that were killed left in a folder: files that no version names, and files that are
// half written.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS } from '../../lib/clock.ts';
import type { StoredFile } from './file-store.ts';
import type { LogState } from './log.ts';
import { isAlive, writerOf, type Target } from './target.ts';

/**
 * Removes data files that are no part of the newest version: those that were, and those whose
 * writer is gone. What another machine wrote may be about to be committed, and stays for a day.
 * Returns the files that are left.
 */
export async function removeLeftovers(
  { store, format, now }: Target,
  state: LogState,
): Promise<StoredFile[]> {
  const left: StoredFile[] = [];
  for (const file of await store.list('')) {
    const { name, modifiedAt } = file;
    const isOurs = name.endsWith(`.${format}`) && !state.files.has(name);
    if (isOurs && (state.removed.has(name) || isDead(name, modifiedAt, now())))
      await store.remove(name);
    else if (name === `_manifest.${format}.json`) await store.remove(name);
    else left.push(file);
  }
  return left;
}

function isDead(name: string, modifiedAt: number, now: number): boolean {
  const writer = writerOf(name);
  if (writer === null) return false;
  return writer.isHere ? !isAlive(writer.pid) : now - modifiedAt > DAY_MS;
}

/**
 * Removes the scratch folders of processes of this machine that are gone, and temporary files of
 * the time before there was a log.
 */
export function removeScratch(root: string, writer: string): void {
  const host = writer.split('-', 1)[0] ?? '';
  for (const name of readdirSync(root, { recursive: true }).map(String)) {
    const [, at, pid] = /^\.writing-([0-9a-f]+)-(\d+)-[^/]*$/.exec(name) ?? [];
    const [old, oldPid] = /(?:^|\/)\.(?:data|_manifest)[^/]*?\.(?:(\d+)\.)?tmp$/.exec(name) ?? [];
    const isLeft =
      old !== undefined
        ? oldPid === undefined || !isAlive(Number(oldPid))
        : at === host && !isAlive(Number(pid));
    if (isLeft) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** The folder of a scratch file. */
export const scratchOf = (root: string, writer: string, id: string): string =>
  join(root, `.writing-${writer}-${id}`);
