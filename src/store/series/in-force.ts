// Which configuration the watches and rules of a database were last brought in line with.
import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Config, ListQuery, Rule, Watch } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import type { ActiveRule } from '../alerts/rules.ts';
import { rules } from '../schema/rules.ts';
import { configInForce, watches } from '../schema/watches.ts';
import { findSeries, queryKey, type WatchRow } from './series.ts';

export type InForce = { path: string; fingerprint: string; appliedAt: Instant };

/**
 * The same for files that lead to the same watches and rules. Settings of channels or sources do
 * not count.
 */
export function fingerprintOf({ watches: asked, rules: told }: Config): string {
  const meaning = JSON.stringify([asked.map(meaningOf), told]);
  return createHash('sha256').update(meaning).digest('hex').slice(0, 16);
}

/** What a watch means to the database. The words that describe its list do not count. */
const meaningOf = (watch: Watch): readonly string[] => [
  watch.name,
  queryKey(watch),
  watch.schedule,
  watch.timezone,
];

/** The configuration in force; null before the first was applied. */
export function readInForce(db: Db): InForce | null {
  return db.orm.select().from(configInForce).get() ?? null;
}

/**
 * Writes down that the rows of watches and rules are now those of `config`. Run inside the
 * transaction that made them so.
 */
export function noteInForce(db: Db, config: Config, now: Instant): void {
  const fingerprint = fingerprintOf(config);
  if (readInForce(db)?.fingerprint === fingerprint) return;
  const queries = Object.fromEntries(config.watches.map((watch) => [watch.name, queryKey(watch)]));
  const values = { path: config.path, fingerprint, queries, appliedAt: now };
  db.orm
    .insert(configInForce)
    .values({ id: 1, ...values })
    .onConflictDoUpdate({ target: configInForce.id, set: values })
    .run();
}

/**
 * The rows of a watch and the rules as the configuration in force has them; null when it asks for
 * another list under that name, or does not know the name. Changes nothing.
 */
export function readStanding(
  db: Db,
  watch: ListQuery & { name: string },
): { row: WatchRow; rules: ActiveRule[] } | null {
  const queries = db.orm.select().from(configInForce).get()?.queries ?? {};
  if (!Object.hasOwn(queries, watch.name) || queries[watch.name] !== queryKey(watch)) return null;
  const known = db.orm.select().from(watches).where(eq(watches.name, watch.name)).get();
  const seriesId = known === undefined ? undefined : findSeries(db, known.id, watch);
  if (known === undefined || seriesId === undefined) return null;
  return { row: { watchId: known.id, seriesId }, rules: listActiveRules(db) };
}

/** In the order in which they were first configured. */
function listActiveRules(db: Db): ActiveRule[] {
  return db.orm
    .select()
    .from(rules)
    .where(eq(rules.active, true))
    .orderBy(rules.id)
    .all()
    .map(({ id, revision, definition }) => ({ id, revision, rule: definition as Rule }));
}
