import { SqliteError } from 'better-sqlite3';
import { messageOf } from '../../lib/errors.ts';
import type { Db } from '../file/open.ts';

/** What SQLite says when it is the expression that fails, and not the disk, a lock or the file. */
const FAULTS_OF_RULES: ReadonlySet<string> = new Set([
  'SQLITE_ERROR',
  'SQLITE_TOOBIG',
  'SQLITE_MISMATCH',
  'SQLITE_NOMEM',
]);

/**
 * Runs the work of one rule. Where its expression fails, all that the work wrote is taken back, and
 * the reason is given; every other failure is thrown.
 */
export function tryRule<T>(db: Db, work: () => T[]): T[] | { reason: string } {
  try {
    return db.raw.transaction(work)();
  } catch (thrown) {
    if (!(thrown instanceof SqliteError) || !FAULTS_OF_RULES.has(thrown.code)) throw thrown;
    return { reason: messageOf(thrown) };
  }
}
