// Whether commits wait for the disk. They do, with two exceptions: single rows of the ledger, and a
// database that can be made again at any time.
import type Database from 'better-sqlite3';

const neverWaiting = new WeakSet<Database.Database>();

/**
 * From now on no commit of this connection waits for the disk. A killed process loses nothing, a
 * power cut the last commits; the file stays sound.
 */
export function neverWait(raw: Database.Database): void {
  raw.pragma('synchronous = NORMAL');
  neverWaiting.add(raw);
}

/**
 * Does one write without waiting for the disk. `pragma` of the binding would take four times as
 * long as `exec`, a hundred times a pass.
 */
export function withoutWaiting<T>(raw: Database.Database, write: () => T): T {
  if (neverWaiting.has(raw)) return write();
  raw.exec('PRAGMA synchronous = NORMAL');
  try {
    return write();
  } finally {
    raw.exec('PRAGMA synchronous = FULL');
  }
}
