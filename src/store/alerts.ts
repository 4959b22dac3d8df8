import { eq } from 'drizzle-orm';
import type { Severity } from '../config/config.ts';
import type { Quiet } from '../alert/step.ts';
import type { Instant } from '../lib/clock.ts';
import type { ChangeValues, SnapshotStatus } from '../model.ts';
import type { Db } from './open.ts';
import { alerts } from './schema.ts';

/** One side of a comparison, as an alert remembers it. Times are ISO-8601. */
export type SnapshotFact = { id: number; slot_at: string; taken_at: string | null; status: SnapshotStatus };

/** Everything a decision was based on. */
export type Evidence = {
  rule: string;
  rule_revision: number;
  description: string | null;
  when: string;
  clear: string | null;
  compare: string;
  for: number;
  clear_for: number;
  snapshot: SnapshotFact;
  baseline: SnapshotFact | null;
  change: ChangeValues;
};

export type AlertRow = Omit<typeof alerts.$inferSelect, 'evidence' | 'resolvedEvidence'> & { evidence: Evidence; resolvedEvidence: Evidence | null };

export type NewAlert = {
  ruleId: number;
  ruleRevision: number;
  severity: Severity;
  watchId: number;
  seriesId: number;
  productId: number;
  snapshotId: number;
  baselineId: number | null;
  slotAt: Instant;
  firedAt: Instant;
  /** null: its firing is told. */
  quiet: Quiet | null;
  evidence: Evidence;
};

export function insertAlert(db: Db, alert: NewAlert): number {
  return db.orm.insert(alerts).values({ ...alert, toldSlotAt: alert.quiet === null ? alert.slotAt : null }).returning({ id: alerts.id }).get().id;
}

export function getAlert(db: Db, id: number): AlertRow | undefined {
  return db.orm.select().from(alerts).where(eq(alerts.id, id)).get() as AlertRow | undefined;
}

export function recordTold(db: Db, id: number, slotAt: Instant): void {
  db.orm.update(alerts).set({ quiet: null, toldSlotAt: slotAt }).where(eq(alerts.id, id)).run();
}

/** A quiet alert that is still quiet, but for another reason. */
export function recordQuiet(db: Db, id: number, quiet: Quiet): void {
  db.orm.update(alerts).set({ quiet }).where(eq(alerts.id, id)).run();
}

export function recordReminded(db: Db, id: number, slotAt: Instant): void {
  db.orm.update(alerts).set({ remindedSlotAt: slotAt }).where(eq(alerts.id, id)).run();
}

export function recordResolved(db: Db, id: number, resolved: { slotAt: Instant; at: Instant; snapshotId: number; evidence: Evidence }): void {
  db.orm.update(alerts)
    .set({ resolvedSlotAt: resolved.slotAt, resolvedAt: resolved.at, resolvedSnapshotId: resolved.snapshotId, resolvedReason: 'cleared', resolvedEvidence: resolved.evidence })
    .where(eq(alerts.id, id)).run();
}
