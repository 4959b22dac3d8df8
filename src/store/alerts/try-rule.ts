import { SqliteError } from 'better-sqlite3';
import { messageOf } from '../../lib/errors.ts';

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
 * Asks the expressions of a rule. If one fails, the reason is returned; every other failure is
 * thrown. `ask` must write nothing, as nothing would be undone. A savepoint is no way out: inside
 * one, every further UPDATE costs as much as there are pages written since it began.
 */
export function tryRule<T extends object>(ask: () => T): T | { reason: string } {
  try {
    return ask();
  } catch (thrown) {
    if (!(thrown instanceof SqliteError) || !FAULTS_OF_RULES.has(thrown.code)) throw thrown;
    return { reason: messageOf(thrown) };
  }
}
