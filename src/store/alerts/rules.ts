import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Rule } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { rules } from '../schema/rules.ts';
import type { WatchRow } from '../series/series.ts';

/** A configured rule with its row. */
export type ActiveRule = { id: number; revision: number; rule: Rule };

/**
 * A hash of what a rule means. An edit of anything else (text, severity, channels, cooldown …)
 * keeps its state.
 */
export function semanticHash(rule: Rule): string {
  const { when, clear, compare, watches } = rule;
  const meaning = [
    when.trim(),
    clear?.trim() ?? null,
    compare.kind === 'ago' ? compare.ms : 'previous',
    rule.for,
    rule.clearFor,
    watches === null ? null : [...watches].sort(),
  ];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16);
}

/**
 * Records the configured rules. One whose meaning was edited gets a new revision: its open alerts
 * are closed quietly, and it adopts anew. So are those of rules and watches that are no longer
 * configured, and of series that are no longer what their watch asks for. Run inside a transaction,
 * after syncWatches.
 */
export function syncRules(
  db: Db,
  configured: readonly Rule[],
  watchRows: ReadonlyMap<string, WatchRow>,
  now: Instant,
): ActiveRule[] {
  const known = new Map(
    db.orm
      .select()
      .from(rules)
      .all()
      .map((row) => [row.name, row]),
  );
  const active = configured.map((rule): ActiveRule => {
    const hash = semanticHash(rule);
    const row = known.get(rule.name);
    known.delete(rule.name);
    const values = { semanticHash: hash, definition: rule, active: true, updatedAt: now };
    if (row === undefined) {
      const { id } = db.orm
        .insert(rules)
        .values({ name: rule.name, revision: 1, ...values })
        .returning({ id: rules.id })
        .get();
      return { id, revision: 1, rule };
    }
    const isChanged = row.semanticHash !== hash;
    const revision = isChanged ? row.revision + 1 : row.revision;
    if (isChanged) forget(db, 'rule_changed', now, 'rule_id = ?', row.id);
    if (isChanged || !row.active || JSON.stringify(row.definition) !== JSON.stringify(rule))
      db.orm
        .update(rules)
        .set({ revision, ...values })
        .where(eq(rules.id, row.id))
        .run();
    return { id: row.id, revision, rule };
  });
  for (const row of known.values()) {
    if (!row.active) continue;
    forget(db, 'rule_removed', now, 'rule_id = ?', row.id);
    db.orm.update(rules).set({ active: false, updatedAt: now }).where(eq(rules.id, row.id)).run();
  }
  forgetOtherSeries(db, [...watchRows.values()], now);
  return active;
}

function forgetOtherSeries(db: Db, current: readonly WatchRow[], now: Instant): void {
  const evaluated = db.raw
    .prepare(
      'SELECT DISTINCT m.series_id, se.watch_id FROM rule_watermarks m JOIN series se ON se.id = m.series_id',
    )
    .raw()
    .all() as [number, number][];
  for (const [seriesId, watchId] of evaluated) {
    if (current.some((row) => row.seriesId === seriesId)) continue;
    forget(
      db,
      current.some((row) => row.watchId === watchId) ? 'watch_changed' : 'watch_removed',
      now,
      'series_id = ?',
      seriesId,
    );
  }
}

/**
 * Closes open alerts without a message, and forgets all state, so that the next complete snapshot
 * is adopted.
 */
function forget(
  db: Db,
  reason: 'rule_changed' | 'rule_removed' | 'watch_changed' | 'watch_removed',
  now: Instant,
  where: string,
  id: number,
): void {
  db.raw.prepare(`DELETE FROM rule_states WHERE ${where}`).run(id);
  db.raw.prepare(`DELETE FROM rule_watermarks WHERE ${where}`).run(id);
  db.raw
    .prepare(
      `UPDATE alerts SET resolved_at = ?, resolved_reason = ? WHERE resolved_at IS NULL AND ${where}`,
    )
    .run(now, reason, id);
}
