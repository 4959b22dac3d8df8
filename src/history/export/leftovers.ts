// Removes what killed exports left in a folder: files that no version names, and half-written
// files.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { keepOf } from './keep.ts';
import { readLog } from './log.ts';
import type { LogState } from './log-state.ts';
import { logFolder, writerOf, type Target } from './target.ts';
import { isAlive } from './writer.ts';

/**
 * Removes data files that are no part of an export: those that once were, after the time that the
 * table keeps them for readers under way, and those whose writer is gone. A file that another
 * machine wrote may be about to be committed, so it stays for a day. Returns the sizes of all files
 * that are there, in bytes, by name.
 */
export async function removeLeftovers(
  target: Target,
  state: LogState,
): Promise<ReadonlyMap<string, number>> {
  const { store, format, now } = target;
  const keepMs = keepOf(state);
  const files = await store.list('');
  const sizes = new Map(files.map(({ name, size }) => [name, size]));
  const candidates = files.filter(
    ({ name, modifiedAt }) =>
      name.endsWith(`.${format}`) && !state.files.has(name) && isOver(name, modifiedAt),
  );
  const manifest = `_manifest.${format}.json`;
  if (files.some(({ name }) => name === manifest)) await store.remove(manifest);
  if (candidates.length === 0) return sizes;
  // A writer may have committed files and ended since we looked. The log is read AFTER the writer
  // was found gone, so it has all that the writer ever committed.
  const newest = await readLog(store, logFolder(target), state);
  for (const { name } of candidates) if (!newest.files.has(name)) await store.remove(name);
  return sizes;

  function isOver(name: string, modifiedAt: number): boolean {
    const removedAt = state.removed.get(name);
    return removedAt === undefined
      ? isDead(name, modifiedAt, now())
      : hasHadItsTime(removedAt, keepMs, now());
  }
}

/**
 * Whether a reader of the version before has had its time. An instant further ahead than that was
 * noted by a clock that was ahead, and is nothing to wait for.
 */
const hasHadItsTime = (removedAt: Instant, keepMs: number, now: Instant): boolean =>
  keepMs === 0 || Math.abs(now - removedAt) >= keepMs;

function isDead(name: string, modifiedAt: number, now: number): boolean {
  const writer = writerOf(name);
  if (writer === null) return false;
  return writer.isHere ? !isAlive(writer.pid) : now - modifiedAt > DAY_MS;
}

/**
 * Removes the scratch folders of processes of this machine that are gone, those of other machines,
 * or of this one before it started anew, that nobody wrote into for a day, and temporary files of
 * the time before there was a log.
 */
export function removeScratch(root: string, writer: string, now: Instant): void {
  const host = writer.split('-', 1)[0] ?? '';
  const isOld = (name: string): boolean => now - statSync(join(root, name)).mtimeMs > DAY_MS;
  for (const name of readdirSync(root, { recursive: true }).map(String)) {
    const [, at, pid] = /^\.writing-([0-9a-f]+)-(\d+)-[^/]*$/.exec(name) ?? [];
    const [old, oldPid] = /(?:^|\/)\.(?:data|_manifest)[^/]*?\.(?:(\d+)\.)?tmp$/.exec(name) ?? [];
    const isOver = at === host ? !isAlive(Number(pid)) : at !== undefined && isOld(name);
    const isLeft = old === undefined ? isOver : oldPid === undefined || !isAlive(Number(oldPid));
    if (isLeft) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** The folder of a scratch file. */
export const scratchOf = (root: string, writer: string, id: string): string =>
  join(root, `.writing-${writer}-${id}`);
