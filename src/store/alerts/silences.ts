import { desc, eq, isNull, and, or, gt, sql } from 'drizzle-orm';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { preparedOnce } from '../file/prepared.ts';
import { silences } from '../schema/silences.ts';

export type Silence = typeof silences.$inferSelect;
export type NewSilence = Pick<Silence, 'rule' | 'watch' | 'product' | 'untilAt' | 'reason'>;

/** Silences in force at an instant. */
export function listActiveSilences(db: Db, now: Instant): Silence[] {
  return activeAt(db).all({ now });
}

/** Every evaluation asks this. */
const activeAt = preparedOnce((orm) =>
  orm
    .select()
    .from(silences)
    .where(
      and(
        isNull(silences.removedAt),
        or(isNull(silences.untilAt), gt(silences.untilAt, sql.placeholder('now'))),
      ),
    )
    .orderBy(silences.id)
    .prepare(),
);

/** Every silence there ever was, the newest first. */
export const listSilences = (db: Db): Silence[] =>
  db.orm.select().from(silences).orderBy(desc(silences.id)).all();

/**
 * Inserts a silence; at least one of rule, watch and product (an upstream id) must be set. Returns
 * its id.
 */
export function insertSilence(db: Db, silence: NewSilence, now: Instant): number {
  // In a transaction: outside of one, this binding does not report a commit that fails after a row
  // was returned.
  return db.transaction(
    () =>
      db.orm
        .insert(silences)
        .values({ ...silence, createdAt: now })
        .returning({ id: silences.id })
        .get().id,
  );
}

/** Ends a silence. False when there is none of that id, or it has been removed already. */
export function removeSilence(db: Db, id: number, now: Instant): boolean {
  return (
    db.orm
      .update(silences)
      .set({ removedAt: now })
      .where(and(eq(silences.id, id), isNull(silences.removedAt)))
      .run().changes > 0
  );
}

/** Which products (by their row) do these silences mute for a rule in a watch? */
export function mutedProducts(
  db: Db,
  active: readonly Silence[],
  subject: { rule: string; watch: string },
): (productId: number) => boolean {
  const matching = active.filter(
    ({ rule, watch }) =>
      (rule === null || rule === subject.rule) && (watch === null || watch === subject.watch),
  );
  if (matching.some(({ product }) => product === null)) return () => true;
  const find = db.statement('SELECT id FROM products WHERE upstream_id = ?').pluck();
  const muted = new Set(matching.flatMap(({ product }) => find.all(product)));
  return (productId) => muted.has(productId);
}

/**
 * Counts the messages on their way that a silence would have kept back: they were decided before
 * it.
 */
export const countDecidedBefore = (
  db: Db,
  { rule, watch, product }: Pick<Silence, 'rule' | 'watch' | 'product'>,
): number =>
  db
    .statement(
      `SELECT count(DISTINCT d.id) FROM deliveries d
    JOIN notification_alerts l ON l.notification_id = d.notification_id AND l.event <> 'resolved'
    JOIN alerts a ON a.id = l.alert_id JOIN rules ru ON ru.id = a.rule_id JOIN watches w ON w.id = a.watch_id JOIN products p ON p.id = a.product_id
    WHERE d.state IN ('pending', 'sending') AND coalesce(@rule, ru.name) = ru.name AND coalesce(@watch, w.name) = w.name
      AND coalesce(@product, p.upstream_id) = p.upstream_id`,
    )
    .pluck()
    .get({ rule, watch, product }) as number;
