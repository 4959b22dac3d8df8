import { desc, eq, isNull, and, or, gt } from 'drizzle-orm';
import type { Instant } from '../lib/clock.ts';
import type { Db } from './open.ts';
import { silences } from './schema.ts';

export type Silence = typeof silences.$inferSelect;
export type NewSilence = Pick<Silence, 'rule' | 'watch' | 'product' | 'untilAt' | 'reason'>;

/** Silences in force at an instant. */
export function listActiveSilences(db: Db, now: Instant): Silence[] {
  return db.orm
    .select()
    .from(silences)
    .where(and(isNull(silences.removedAt), or(isNull(silences.untilAt), gt(silences.untilAt, now))))
    .orderBy(silences.id)
    .all();
}

export const listSilences = (db: Db): Silence[] =>
  db.orm.select().from(silences).orderBy(desc(silences.id)).all();

/** At least one of rule, watch and product (an upstream id) must be set. Returns its id. */
export function insertSilence(db: Db, silence: NewSilence, now: Instant): number {
  // In a transaction: outside of one, this binding keeps silent about a commit that fails after a row was returned.
  return db.transaction(
    () =>
      db.orm
        .insert(silences)
        .values({ ...silence, createdAt: now })
        .returning({ id: silences.id })
        .get().id,
  );
}

/** False when there is no such silence, or it has been removed already. */
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
  const muted = new Set(matching.map(({ product }) => find.get(product)));
  return (productId) => muted.has(productId);
}
