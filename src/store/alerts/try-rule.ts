import { SqliteError } from 'better-sqlite3';
import { messageOf } from '../../lib/errors.ts';
import type { Db } from '../file/open.ts';

/**
 * SQLite's codes for a failure of the expression itself, and not of the disk, a lock or the file.
 */
const FAULTS_OF_RULES: ReadonlySet<string> = new Set([
  'SQLITE_ERROR',
  'SQLITE_TOOBIG',
  'SQLITE_MISMATCH',
  'SQLITE_NOMEM',
]);

/**
 * Runs the work of rules. If an expression fails, all that the work wrote is undone, and the
 * reason is returned; every other failure is thrown.
 */
export function tryRule<T>(db: Db, work: () => T[]): T[] | { reason: string } {
  try {
    return db.raw.transaction(work)();
  } catch (thrown) {
    if (!(thrown instanceof SqliteError) || !FAULTS_OF_RULES.has(thrown.code)) throw thrown;
    return { reason: messageOf(thrown) };
  }
}
