// Tells whether what was read before still holds, without reading it again.
import type { Db } from './open.ts';

/**
 * A number that changes when another connection has committed something. It is useful inside a
 * transaction, too.
 */
export const dataVersion = (db: Db): number =>
  db.statement('PRAGMA data_version').pluck().get() as number;

/**
 * Rows that this connection has inserted, updated and deleted so far, also in what was rolled back.
 */
export const ownChanges = (db: Db): number =>
  db.statement('SELECT total_changes()').pluck().get() as number;
