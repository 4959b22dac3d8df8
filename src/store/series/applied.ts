// Remembers the result of applying a config: with a thousand watches, to apply it asks the database
// a thousand things.
import type { Db } from '../file/open.ts';
import { dataVersion, ownChanges } from '../file/versions.ts';

type Applied = { config: object; version: number; result: unknown };

/** By connection: the config that was applied last. */
const lastApplied = new WeakMap<Db['raw'], Applied>();

/**
 * `apply()`, or what it returned the last time: where that was for the very same config object, and
 * no other connection has changed the database since. Only what changed nothing is remembered, so
 * that a rollback takes nothing back that is. Watches, series and rules must not be changed on this
 * connection by anything but `apply`, unless `forgetApplied` says so. Run inside a transaction.
 */
export function rememberApplied<Result>(db: Db, config: object, apply: () => Result): Result {
  const version = dataVersion(db);
  const known = lastApplied.get(db.raw);
  if (known?.config === config && known.version === version) return known.result as Result;
  lastApplied.delete(db.raw);
  const before = ownChanges(db);
  const result = apply();
  if (ownChanges(db) === before) lastApplied.set(db.raw, { config, version, result });
  return result;
}

/** Applies the next config again, as what it goes by was changed. */
export const forgetApplied = (db: Db): void => void lastApplied.delete(db.raw);
