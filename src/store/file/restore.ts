// Puts a backup in the place of the database. At every moment there is one whole file under the
// database's name, or the old one is kept beside it (restore-traces.ts): a kill at any step loses
// nothing.
import { existsSync, linkSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { SECOND_MS, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { syncFile } from '../../lib/sync-file.ts';
import { copyInto, copyWhole, secure, stamp, verify, type Contents } from './backup.ts';
import { tryLock, type Lock, type LockKind } from './lock.ts';
import { realPathOf } from './real-path.ts';
import { arrivingPath, asidePath } from './restore-traces.ts';

/** How often it looks whether those that write are done. */
const RETRY_MS = SECOND_MS / 4;

/**
 * Puts a backup in the place of the database. What was there is moved aside, with its WAL, so that
 * it can be opened again. Refused while a daemon runs; waits for whatever else writes: passes by
 * hand, imports, prunes. A link to the database stays one. `onStep` tells what begins.
 * @throws AppError `already_running`; `database_newer` or `database_unusable` when the backup is
 *   not sound; then nothing
 *   has changed, as when the disk is full.
 */
export async function restore(
  backup: string,
  database: string,
  clock: Clock,
  onStep: (step: 'verify' | 'wait' | 'copy') => void,
): Promise<{ contents: Contents; movedTo: string | null }> {
  const place = realPathOf(database);
  const locks: Lock[] = [];
  try {
    const daemon = tryLock(place, 'daemon');
    if (daemon === null)
      throw new AppError('already_running', `Tidemark is at work on ${database}`, {
        hint: 'stop the daemon first',
      });
    locks.push(daemon);
    onStep('verify');
    verify(backup, null);
    for (const kind of ['writers', 'source'] as const)
      locks.push(await waitFor(place, kind, clock, () => onStep('wait')));
    onStep('copy');
    mkdirSync(dirname(place), { recursive: true });
    const arriving = arrivingPath(place);
    return copyWhole(arriving, () => {
      const newest = copyInto(backup, arriving);
      const contents = verify(arriving, newest);
      // On the disk BEFORE anything is moved: from here on there are only names to change.
      secure(arriving, existsSync(place) ? place : backup);
      const movedTo = exchange(arriving, place, stamp(clock.now()));
      return { contents, movedTo };
    });
  } finally {
    for (const lock of locks) lock.release();
  }
}

async function waitFor(
  place: string,
  kind: LockKind,
  clock: Clock,
  onWait: () => void,
): Promise<Lock> {
  for (let tries = 0; ; tries++) {
    const lock = tryLock(place, kind);
    if (lock !== null) return lock;
    if (tries === 0) onWait();
    await clock.sleep(RETRY_MS);
  }
}

/**
 * Moves the old database aside and the new one into its place. Returns where the old one is now;
 * null when there was none.
 */
function exchange(arriving: string, place: string, at: string): string | null {
  if (!existsSync(place)) {
    renameSync(arriving, place);
    syncFile(dirname(place));
    return null;
  }
  const aside = freeAside(place, at);
  emptyWal(place);
  const wal = `${place}-wal`;
  const isWhole = !existsSync(wal) || statSync(wal).size === 0;
  // With a second name for the old file, the new one takes the first in one step.
  const hasBoth = isWhole && linked(place, aside);
  // What is left of a WAL is moved BEFORE the file it belongs to: it must never lie beside another
  // file of that name.
  for (const suffix of ['-wal', '-shm'])
    if (existsSync(`${place}${suffix}`)) renameSync(`${place}${suffix}`, `${aside}${suffix}`);
  if (!hasBoth) renameSync(place, aside);
  syncFile(dirname(place));
  renameSync(arriving, place);
  syncFile(dirname(place));
  return aside;
}

/** Two restores within a second must not share a name. */
function freeAside(place: string, at: string): string {
  let path = asidePath(place, at);
  for (let number = 2; existsSync(path); number++) path = asidePath(place, `${at}-${number}`);
  return path;
}

function linked(place: string, aside: string): boolean {
  try {
    linkSync(place, aside);
    return true;
  } catch {
    // Some file systems have no hard links: then it is renamed, and for a moment there is no file.
    return false;
  }
}

/**
 * Writes the WAL into the file, so that the file alone is whole. Closing the last connection
 * deletes it.
 */
function emptyWal(database: string): void {
  try {
    const raw = new Database(database);
    raw.pragma('wal_checkpoint(TRUNCATE)');
    raw.close();
  } catch {
    // A damaged file is a reason to restore, so it is moved as it is, with its WAL.
  }
}
