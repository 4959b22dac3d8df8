// A pass by hand while a daemon runs with another configuration: it must not undo what the
// daemon has applied.
import type { Config, Watch } from '../config/config.ts';
import { isoTime } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import {
  fingerprintOf,
  readInForce,
  readStanding,
  type InForce,
} from '../store/series/in-force.ts';
import { isHeld } from '../store/file/lock.ts';
import type { Db } from '../store/file/open.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import type { WatchRow } from '../store/series/series.ts';

/**
 * The configuration in force, when a daemon runs and it is another than this one; null when this
 * one may be applied. To apply this one would close alerts and move schedules, and the daemon would
 * turn all that back at its next pass.
 */
export function findHeldBack(db: Db, config: Config): InForce | null {
  const inForce = readInForce(db);
  if (inForce === null || inForce.fingerprint === fingerprintOf(config)) return null;
  return isHeld(db.path, 'daemon') ? inForce : null;
}

/** Says what is not applied, and how to have it applied. */
export const sayHeldBack = ({ path, appliedAt }: InForce, config: Config): string =>
  `a daemon runs with another configuration (${path}, as applied at ${isoTime(appliedAt)}): the watches, schedules and rules of ${config.path} are not applied, and the daemon's rules judge this snapshot. To apply them, let the daemon read them: kill -HUP its process, or restart it`;

/**
 * The rows and rules of a watch as the daemon has them. @throws AppError `usage` when the daemon
 * tracks another list under that name or has no such watch, or when one of its rules tells a
 * channel that this config does not have: then nobody could be told.
 */
export function standing(
  db: Db,
  config: Config,
  watch: Watch,
): { row: WatchRow; rules: ActiveRule[] } {
  const hint = `run it with the daemon's own file (--config ${readInForce(db)?.path ?? 'FILE'}), or let the daemon read this one first`;
  const found = readStanding(db, watch);
  if (found === null)
    throw new AppError(
      'usage',
      `the daemon that runs does not have ${watch.name} as ${config.path} has it, so that it is not taken`,
      { hint },
    );
  const channels = new Set(config.channels.map(({ name }) => name));
  for (const { rule } of found.rules) {
    const missing = rule.notify.find((name) => !channels.has(name));
    const covers = rule.watches === null || rule.watches.includes(watch.name);
    if (covers && missing !== undefined)
      throw new AppError(
        'usage',
        `rule ${rule.name} of the daemon tells ${missing}, which ${config.path} does not have`,
        { hint },
      );
  }
  return found;
}
