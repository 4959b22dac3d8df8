// Puts a config into force: brings the rows of watches and rules in line with it.
import type { Config, Watch } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import { syncRules, type ActiveRule } from '../alerts/rules.ts';
import { closeObsoleteTroubles } from '../alerts/troubles.ts';
import type { Db } from '../file/open.ts';
import { rememberApplied } from './applied.ts';
import { noteInForce } from './in-force.ts';
import { syncWatches, type WatchRow } from './series.ts';

/** What a pass of a watch goes by once its config is applied. Run inside a transaction. */
export function rowsOfApplied(
  db: Db,
  config: Config,
  watch: Watch,
  now: Instant,
): { row: WatchRow; rules: ActiveRule[] } {
  const { watches, rules } = applyConfig(db, config, now);
  const row = watches.get(watch.name);
  if (row === undefined) throw new Error(`watch ${watch.name} is not configured`);
  return { row, rules };
}

/**
 * Puts a config into force: for the daemon, and for passes where no daemon runs with another. Run
 * inside a transaction.
 */
export function applyConfig(db: Db, config: Config, now: Instant) {
  return rememberApplied(db, config, () => {
    const synced = syncConfig(db, config, now);
    closeObsoleteTroubles(db, now);
    noteInForce(db, config, now);
    return synced;
  });
}

/** Brings the rows of watches and rules in line with the config. Run inside a transaction. */
export function syncConfig(db: Db, config: Config, now: Instant) {
  const watches = syncWatches(db, config.watches, now);
  return { watches, rules: syncRules(db, config.rules, watches, now) };
}
