// Finds out whose file it is before anything of it is touched: even a journal mode is a change.
import { closeSync, openSync, readSync, statSync, type BigIntStats } from 'node:fs';
import type Database from 'better-sqlite3';
import { AppError, messageOf } from '../../lib/errors.ts';
import { connectToRead } from './connect-to-read.ts';

/** `TDMK`: tells a Tidemark database from any other SQLite file, also in copies. */
export const APPLICATION_ID = 0x54444d4b;

const ELSEWHERE = { hint: 'set another path under `database`' };

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
/** Of the application id in the header (sqlite.org/fileformat2.html#the_database_header). */
const ID_OFFSET = 68;

/**
 * The files that a connection of this process may have open. These must not be opened a second time
 * here: on POSIX systems, closing the second would release the locks of the first
 * (sqlite.org/howtocorrupt.html, 2.2).
 */
const known = new Set<string>();
const keyOf = ({ dev, ino, birthtimeNs }: BigIntStats): string => `${dev}:${ino}:${birthtimeNs}`;

/** To be called once a connection is on a file of Tidemark. */
export function remember(path: string): void {
  const stats = path === ':memory:' ? null : statsOf(path);
  if (stats !== null) known.add(keyOf(stats));
}

/**
 * What is at a path: nothing, a file that may become a database (empty, or without any table), or
 * one of Tidemark. No byte of it is changed.
 * @throws AppError `database_unusable` when it is no SQLite database, one of another program, or
 *   cannot be read.
 */
export function lookAt(path: string): 'absent' | 'empty' | 'ours' {
  const stats = statsOf(path);
  if (stats === null) return 'absent';
  if (!stats.isFile()) throw new AppError('database_unusable', `${path} is not a file`, ELSEWHERE);
  if (known.has(keyOf(stats))) return 'ours';
  if (stats.size === 0n) return 'empty';
  const header = readHeader(path);
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new AppError('database_unusable', `${path} is not a SQLite database`, ELSEWHERE);
  if (header.readUInt32BE(ID_OFFSET) === APPLICATION_ID) return 'ours';
  // If the file was made a moment ago, its id may still be only in its WAL.
  const { id, tables } = ask(path);
  if (id === APPLICATION_ID) return 'ours';
  if (id === 0 && tables === 0) return 'empty';
  throw notOurs(path);
}

/** The error of a SQLite file of another program. */
export const notOurs = (path: string): AppError =>
  new AppError(
    'database_unusable',
    `${path} is a SQLite database, but not one of Tidemark`,
    ELSEWHERE,
  );

function readHeader(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(HEADER_BYTES);
      return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    throw unreadable(path, thrown);
  }
}

/**
 * Asks over a connection that only reads: it changes no byte of the file, and leaves the WAL as it
 * is.
 */
function ask(path: string): { id: number; tables: number } {
  let raw: Database.Database | undefined;
  try {
    raw = connectToRead(path);
    return {
      id: raw.pragma('application_id', { simple: true }) as number,
      tables: raw.prepare('SELECT count(*) FROM sqlite_master').pluck().get() as number,
    };
  } catch (thrown) {
    throw unreadable(path, thrown);
  } finally {
    raw?.close();
  }
}

const unreadable = (path: string, cause: unknown): AppError =>
  new AppError('database_unusable', `cannot read ${path}: ${messageOf(cause)}`, {
    hint: 'check who may read the file and its folder, and that it is a SQLite database; tidemark doctor --deep looks for damage',
    cause,
  });
