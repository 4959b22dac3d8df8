/**
 * Copies of the database. `VACUUM INTO` reads one consistent state while the daemon goes on, and
 * writes one plain file (no WAL, no gaps) at about 150 MB/s. A copy is verified BEFORE it gets its
 * name, so a file with that name is a good one.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SqliteError } from 'better-sqlite3';
import type { Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { syncFile } from '../../lib/sync-file.ts';
import { GIVES_BACK, readRoom } from './free-room.ts';
import { findDamage, sayDamage } from './integrity.ts';
import { countPending } from './migrate.ts';
import { openReadOnly } from './open-readonly.ts';
import { shareAs } from './same-readers.ts';
import { storageFailure } from './storage-failure.ts';
import { listTables } from '../series/list-tables.ts';

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

/** Where copies go when nothing else is said. */
export const backupFolder = (database: string): string => join(dirname(database), 'backups');
/** `20260105T060000Z`: an instant in a file name. */
export const stamp = (at: Instant): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
const stem = (database: string): string => basename(database).replace(/\.db$/, '');

/** `tidemark-20260105T060000Z.db`: the name of a backup made at an instant. */
export const backupName = (database: string, at: Instant): string =>
  `${stem(database)}-${stamp(at)}.db`;
/** Path of a backup made at an instant, in the folder for them. */
export const backupPath = (database: string, at: Instant): string =>
  join(backupFolder(database), backupName(database, at));

/**
 * When a backup was made, by its name; null for a file that is no backup of this database (with
 * `database` null: of any).
 */
export function timeOfBackup(name: string, database: string | null): Instant | null {
  const [, of, time = ''] = BACKUP_NAME.exec(name) ?? [];
  if (of === undefined || (database !== null && of !== stem(database))) return null;
  const at = Date.parse(
    time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  return Number.isNaN(at) ? null : at;
}

/** The backups in a folder, oldest first. Other files are passed over. */
export function listBackups(
  database: string,
  folder = backupFolder(database),
): { path: string; at: Instant }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const at = timeOfBackup(name, database);
      return at === null ? [] : [{ path: join(folder, name), at }];
    })
    .sort((a, b) => a.at - b.at);
}

/**
 * Copies a database to a new file and verifies the copy. `onStep` tells what begins.
 * @throws AppError `database_unusable` when there is nothing to copy, or the copy is not sound;
 *   `usage` when the file is there, or its
 *   folder is not; `file_unusable` when nothing can be written there. Then there is no file.
 */
export function backUp(
  database: string,
  to: string,
  onStep: (step: 'copy' | 'verify') => void,
): Contents {
  // Opened before anything is made: if there is nothing to copy, nothing must be left behind.
  openReadOnly(database).close();
  if (existsSync(to))
    throw new AppError('usage', `${to} is there already`, {
      hint: 'a backup never replaces a file',
    });
  makeFolderFor(database, to);
  const partial = `${to}.partial`;
  return copyWhole(partial, () => {
    onStep('copy');
    const newest = copyInto(database, partial);
    onStep('verify');
    const contents = verify(partial, newest);
    secure(partial, database);
    renameSync(partial, to);
    syncFile(dirname(to));
    return contents;
  });
}

/**
 * Its own folder is made for the first backup. A folder that somebody names must exist, since a
 * mistyped name is no order to make it.
 */
function makeFolderFor(database: string, to: string): void {
  const folder = dirname(to);
  if (folder === backupFolder(database)) mkdirSync(folder, { recursive: true });
  else if (!existsSync(folder))
    throw new AppError('usage', `there is no folder ${folder}`, {
      hint: 'make it first, or leave --out away',
    });
}

/**
 * Leaves no half of a copy behind, whatever happens: on a full disk it would take room that is
 * needed.
 */
export function copyWhole<T>(partial: string, make: () => T): T {
  const remove = () => {
    for (const suffix of ['', '-journal', '-wal', '-shm'])
      rmSync(`${partial}${suffix}`, { force: true });
  };
  remove();
  try {
    return make();
  } catch (thrown) {
    remove();
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
 * SQLite makes the copy, so the WAL beside the file is included. Returns the id of the newest
 * snapshot before the copy began: the copy must hold it.
 */
export function copyInto(from: string, to: string): number | null {
  const raw = openReadOnly(from);
  try {
    // The file is made here, readable by its owner alone. If the place is wrong, the system says so
    // in its own words.
    closeSync(openSync(to, 'wx', 0o600));
    const newest =
      raw.prepare<[], number | null>('SELECT max(id) FROM snapshots').pluck().get() ?? null;
    // Of the copy: what is restored from it can give room back. Of a file that can, it would write.
    if (!readRoom(raw).canGiveBack) raw.pragma(GIVES_BACK);
    raw.prepare('VACUUM INTO ?').run(to);
    return newest;
  } catch (thrown) {
    const damage = isOfPlace(thrown) ? null : sayDamage(thrown);
    throw damage === null
      ? (storageFailure(thrown) ?? thrown)
      : new AppError('database_unusable', `cannot copy ${from}: ${damage}`, {
          hint: 'restore an earlier backup: tidemark restore',
          cause: thrown,
        });
  } finally {
    raw.close();
  }
}

/**
 * A disk that is full or fails during writing does not mean that the file being read is damaged.
 */
const isOfPlace = (thrown: unknown): boolean =>
  thrown instanceof SqliteError && /^SQLITE_(FULL|IOERR_WRITE|IOERR_FSYNC)/.test(thrown.code);

/**
 * Reads a copy whole, and counts. @throws AppError `database_unusable` when it is damaged, or lacks
 * snapshot `newestBefore`
 */
export function verify(path: string, newestBefore: number | null): Contents {
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
        hint: 'tidemark doctor --deep checks the database itself',
      });
    const count = (table: string) =>
      raw.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    return {
      bytes: statSync(path).size,
      snapshots: count('snapshots'),
      observations: listTables(raw).reduce((sum, table) => sum + count(table), 0),
      alerts: count('alerts'),
      newestAt:
        raw.prepare<[], number | null>('SELECT max(slot_at) FROM snapshots').pluck().get() ?? null,
    };
  } finally {
    raw.close();
  }
}

/**
 * Makes a file readable by the same people as the file `like`, or by its owner alone where that
 * does not exist; and waits until it is on the disk, BEFORE a name refers to it.
 */
export function secure(path: string, like: string): void {
  shareAs(path, like);
  syncFile(path);
}
