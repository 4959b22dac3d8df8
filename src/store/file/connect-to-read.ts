// A connection that only reads, also where SQLite itself cannot: to read a file in WAL mode it
// needs two more files beside it. While a daemon runs they are there. Where there are none, and
// the reader may not make any, a private copy is read.
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../lib/errors.ts';
import { noteReadCopy } from './copy-note.ts';
import { pause } from './pause.ts';

const READ_ONLY = { readonly: true, fileMustExist: true };

/**
 * Opens a file for reading. Where it can only be read as a copy, that is what the connection is on:
 * it then shows the moment of opening, and copy-note.ts tells of it. The copy is in the folder for
 * temporary files, readable by its owner alone, and has no name any more when this returns.
 * `timeoutMs`: how long a statement waits for a lock.
 * @throws what SQLite or the file system says; AppError `database_unusable` when there is no room
 *   for a copy, or the file does not stand still
 */
export function connectToRead(path: string, timeoutMs = 10_000): Database.Database {
  let raw: Database.Database | undefined;
  try {
    raw = new Database(path, { ...READ_ONLY, timeout: timeoutMs });
    touch(raw);
    return raw;
  } catch (thrown) {
    raw?.close();
    if (!lacksFilesBeside(path, thrown)) throw thrown;
    return openCopy(path, thrown);
  }
}

/** Reads the first page, as SQLite does not when it opens a file. */
const touch = (raw: Database.Database): void => void raw.pragma('application_id');

/** Did it fail because the files beside it are missing, and cannot be made by this reader? */
function lacksFilesBeside(path: string, thrown: unknown): boolean {
  const { code = '' } = thrown as { code?: string };
  if (!/^SQLITE_(CANTOPEN|READONLY)/.test(code)) return false;
  return mayNotWriteIn(dirname(path)) && statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function mayNotWriteIn(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (thrown) {
    return ['EACCES', 'EPERM', 'EROFS'].includes((thrown as NodeJS.ErrnoException).code ?? '');
  }
}

/** The file and what may hold its latest writes. */
const PARTS = ['', '-wal', '-journal'];

/** How often a file that changes while it is copied is copied again. */
const TRIES = 20;

function openCopy(path: string, cause: unknown): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-read-'));
  const copy = join(folder, 'copy.db');
  try {
    for (let left = TRIES; !copiedWhole(path, copy); left--) if (left <= 1) throw busy(path, cause);
    settle(copy);
    const raw = new Database(copy, READ_ONLY);
    try {
      touch(raw);
    } catch (thrown) {
      raw.close();
      throw thrown;
    }
    noteReadCopy({ path, bytes: statSync(copy).size });
    return raw;
  } catch (thrown) {
    throw (thrown as NodeJS.ErrnoException).code === 'ENOSPC' ? noRoom(path, thrown) : thrown;
  } finally {
    // The connection goes on reading a file without a name, which is gone when it is closed,
    // however this process ends.
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Copies a file and what belongs to it. False when something wrote to them meanwhile. The pause
 * is longer than a tick of the file system's clock, so that whatever is written during the copy
 * shows in the time of the last change.
 */
function copiedWhole(path: string, copy: string): boolean {
  const before = PARTS.map((part) => traceOf(path + part));
  pause();
  for (const [index, part] of PARTS.entries()) {
    rmSync(copy + part, { force: true });
    if (before[index] === null) continue;
    try {
      copyFileSync(path + part, copy + part, constants.COPYFILE_FICLONE);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw thrown;
    }
    chmodSync(copy + part, 0o600);
  }
  return PARTS.every((part, index) => traceOf(path + part) === before[index]);
}

/** What changes when a file does; null where there is none. */
function traceOf(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined
    ? null
    : [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
}

/** Brings the log into the copy, which then needs no other file. */
function settle(copy: string): void {
  const raw = new Database(copy);
  try {
    raw.pragma('journal_mode = DELETE');
  } finally {
    raw.close();
  }
}

const busy = (path: string, cause: unknown): AppError =>
  new AppError('database_unusable', `${path} was changed each time it was copied to be read`, {
    hint: 'try again; or let this user write to its folder, since SQLite needs files there to read it',
    cause,
  });

const noRoom = (path: string, cause: unknown): AppError =>
  new AppError(
    'database_unusable',
    `cannot read ${path}: its folder cannot be written, and there is no room in ${tmpdir()} for a copy to read`,
    {
      hint: 'set TMPDIR to a folder with more room; or let this user write to the folder of the database',
      cause,
    },
  );
