/**
 * Copies of the database. `VACUUM INTO` reads one consistent state while the daemon goes on, and writes one plain file
 * (no WAL, no gaps) at about 150 MB/s. A copy is verified BEFORE it gets its name, so a file with that name is a good one.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { syncFile } from '../lib/sync-file.ts';
import { findDamage, sayDamage } from './integrity.ts';
import { tryLock, type Lock } from './lock.ts';
import { countPending } from './migrate.ts';
import { openReadOnly } from './open-readonly.ts';

/** What is in a file. */
export type Contents = {
  bytes: number;
  snapshots: number;
  observations: number;
  alerts: number;
  /** Slot of the newest snapshot. */ newestAt: Instant | null;
};

/** `tidemark-20261123T060041Z.db`: names of backups sort by time. */
const BACKUP_NAME = /^(.+)-(\d{8}T\d{6}Z)\.db$/;

export const backupFolder = (database: string): string => join(dirname(database), 'backups');
const stamp = (at: Instant): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
const stem = (database: string): string => basename(database).replace(/\.db$/, '');

/** Path of a backup made at an instant, in the folder for them. */
export const backupPath = (database: string, at: Instant): string =>
  join(backupFolder(database), `${stem(database)}-${stamp(at)}.db`);

/** The backups in a folder, oldest first. Other files are passed over. */
export function listBackups(
  database: string,
  folder = backupFolder(database),
): { path: string; at: Instant }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, of, time = ''] = BACKUP_NAME.exec(name) ?? [];
      const at = Date.parse(
        time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
      );
      return of === stem(database) && !Number.isNaN(at) ? [{ path: join(folder, name), at }] : [];
    })
    .sort((a, b) => a.at - b.at);
}

/**
 * Copies a database to a new file and verifies the copy. `onStep` tells what begins.
 * @throws AppError `database_unusable` when the copy is not sound; then there is no file.
 */
export function backUp(
  database: string,
  to: string,
  onStep: (step: 'copy' | 'verify') => void,
): Contents {
  if (existsSync(to))
    throw new AppError('usage', `${to} is there already`, {
      hint: 'a backup never replaces a file',
    });
  mkdirSync(dirname(to), { recursive: true });
  const partial = `${to}.partial`;
  rmSync(partial, { force: true });
  try {
    onStep('copy');
    const newest = copyInto(database, partial);
    onStep('verify');
    const contents = verify(partial, newest);
    intoPlace(partial, to);
    return contents;
  } catch (thrown) {
    rmSync(partial, { force: true });
    throw thrown;
  }
}

/** Deletes all but the newest `keep` backups of a database in a folder. Returns their paths. */
export function deleteOldBackups(database: string, folder: string, keep: number): string[] {
  const old = listBackups(database, folder).slice(0, -keep);
  for (const { path } of old) rmSync(path);
  return old.map(({ path }) => path);
}

/**
 * Puts a backup in the place of the database. What was there is moved aside, with its WAL, so that it can be opened
 * again. Refused while a daemon runs, or a pass is under way.
 * @throws AppError `already_running`; `database_newer` or `database_unusable` when the backup is not sound.
 */
export function restore(
  backup: string,
  database: string,
  now: Instant,
  onStep: (step: 'verify' | 'copy') => void,
): { contents: Contents; movedTo: string | null } {
  const locks: Lock[] = [];
  try {
    for (const kind of ['daemon', 'source'] as const) {
      const lock = tryLock(database, kind);
      if (lock === null)
        throw new AppError('already_running', `Tidemark is at work on ${database}`, {
          hint: kind === 'daemon' ? 'stop the daemon first' : 'wait until the snapshot is done',
        });
      locks.push(lock);
    }
    onStep('verify');
    verify(backup, null);
    const arriving = `${database}.restoring`;
    rmSync(arriving, { force: true });
    onStep('copy');
    // Copied by SQLite: whatever file was named, a WAL beside it is not forgotten.
    const newest = copyInto(backup, arriving);
    const contents = verify(arriving, newest);
    const movedTo = moveAside(database, now);
    intoPlace(arriving, database);
    return { contents, movedTo };
  } finally {
    for (const lock of locks) lock.release();
  }
}

/** Returns the id of the newest snapshot before the copy began: the copy must hold it. */
function copyInto(from: string, to: string): number | null {
  const raw = openReadOnly(from);
  try {
    const newest =
      raw.prepare<[], number | null>('SELECT max(id) FROM snapshots').pluck().get() ?? null;
    raw.prepare('VACUUM INTO ?').run(to);
    return newest;
  } catch (thrown) {
    const damage = sayDamage(thrown);
    throw damage === null
      ? thrown
      : new AppError('database_unusable', `cannot copy ${from}: ${damage}`, {
          hint: 'restore an earlier backup: tidemark restore',
          cause: thrown,
        });
  } finally {
    raw.close();
  }
}

function verify(path: string, newestBefore: number | null): Contents {
  const raw = openReadOnly(path);
  try {
    countPending(raw, path);
    const damage = findDamage(raw);
    const holdsNewest =
      newestBefore === null ||
      raw
        .prepare('SELECT EXISTS (SELECT 1 FROM snapshots WHERE id >= ?)')
        .pluck()
        .get(newestBefore) === 1;
    if (!holdsNewest) damage.push(`snapshot ${newestBefore} is missing`);
    if (damage.length > 0)
      throw new AppError('database_unusable', `${path} is not sound: ${damage.join('; ')}`, {
        hint: 'tidemark doctor checks the database itself',
      });
    const count = (table: string) =>
      raw.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    return {
      bytes: statSync(path).size,
      snapshots: count('snapshots'),
      observations: count('observations'),
      alerts: count('alerts'),
      newestAt:
        raw.prepare<[], number | null>('SELECT max(slot_at) FROM snapshots').pluck().get() ?? null,
    };
  } finally {
    raw.close();
  }
}

function moveAside(database: string, now: Instant): string | null {
  if (!existsSync(database)) return null;
  const aside = join(dirname(database), `${stem(database)}.before-restore-${stamp(now)}.db`);
  emptyWal(database);
  // What is left of a WAL goes BEFORE the file it belongs to: another file under that name must never meet it.
  for (const suffix of ['-wal', '-shm', ''])
    if (existsSync(`${database}${suffix}`)) renameSync(`${database}${suffix}`, `${aside}${suffix}`);
  return aside;
}

/** Writes the WAL into the file, so that a crash between two renames tears nothing apart. Closing the last connection deletes it. */
function emptyWal(database: string): void {
  try {
    const raw = new Database(database);
    raw.pragma('wal_checkpoint(TRUNCATE)');
    raw.close();
  } catch {
    // A damaged file is a reason to restore: it is moved as it is.
  }
}

/** It may hold what is nobody else's business, and must be on the disk before the name says that it is. */
function intoPlace(from: string, to: string): void {
  chmodSync(from, 0o600);
  syncFile(from);
  renameSync(from, to);
  syncFile(dirname(to));
}
