import { eq } from 'drizzle-orm';
import type { Severity } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Quiet } from '../../model.ts';
import type { Db } from '../file/open.ts';
import { alerts } from '../schema/alerts.ts';
import { evidenceIn, type Evidence } from './evidence.ts';

export type AlertRow = Omit<typeof alerts.$inferSelect, 'evidence' | 'resolvedEvidence'> & {
  evidence: Evidence;
  resolvedEvidence: Evidence | null;
};

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
  /** As `evidencePacker` makes it. */
  evidence: string;
};

/** What a message needs to know of an alert, beside the change row. */
export type AlertHead = {
  id: number;
  productId: number;
  severity: Severity;
  slotAt: Instant;
  firedAt: Instant;
  resolvedSlotAt: Instant | null;
  resolvedAt: Instant | null;
};

// Alerts are written inside the transaction of a pass, sometimes hundreds at once, so the
// statements are prepared.

/** Records that an episode began. */
export function insertAlert(db: Db, alert: NewAlert): AlertHead {
  const { productId, severity, slotAt, firedAt, quiet } = alert;
  const { lastInsertRowid } = db
    .statement(
      `INSERT INTO alerts (rule_id, rule_revision, severity, watch_id, series_id, product_id,
        snapshot_id, baseline_id, slot_at, fired_at, quiet, told_slot_at, evidence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      alert.ruleId,
      alert.ruleRevision,
      severity,
      alert.watchId,
      alert.seriesId,
      productId,
      alert.snapshotId,
      alert.baselineId,
      slotAt,
      firedAt,
      quiet,
      quiet === null ? slotAt : null,
      alert.evidence,
    );
  return {
    id: Number(lastInsertRowid),
    productId,
    severity,
    slotAt,
    firedAt,
    resolvedSlotAt: null,
    resolvedAt: null,
  };
}

/** An alert that is known to exist. */
export function getAlertHead(db: Db, id: number): AlertHead {
  const head = db
    .statement(
      `SELECT id, product_id AS productId, severity, slot_at AS slotAt, fired_at AS firedAt,
        resolved_slot_at AS resolvedSlotAt, resolved_at AS resolvedAt
      FROM alerts WHERE id = ?`,
    )
    .get(id);
  if (head === undefined) throw new Error(`no alert ${id}`);
  return head as AlertHead;
}

/** One alert with its evidence; undefined when there is none. */
export function getAlert(db: Db, id: number): AlertRow | undefined {
  const row = db.orm.select().from(alerts).where(eq(alerts.id, id)).get();
  return row === undefined ? undefined : alertIn(db, row);
}

/** A stored alert, with its evidence read. */
export const alertIn = (db: Db, row: typeof alerts.$inferSelect): AlertRow => ({
  ...row,
  evidence: evidenceIn(db, row.evidence),
  resolvedEvidence: row.resolvedEvidence === null ? null : evidenceIn(db, row.resolvedEvidence),
});

/** Records that it is told in this slot, and no longer quiet. */
export function recordTold(db: Db, id: number, slotAt: Instant): void {
  db.statement('UPDATE alerts SET quiet = NULL, told_slot_at = ? WHERE id = ?').run(slotAt, id);
}

/** Records that it is still quiet, but for another reason. */
export function recordQuiet(db: Db, id: number, quiet: Quiet): void {
  db.statement('UPDATE alerts SET quiet = ? WHERE id = ?').run(quiet, id);
}

/** Records that a reminder was told in this slot. */
export function recordReminded(db: Db, id: number, slotAt: Instant): void {
  db.statement('UPDATE alerts SET reminded_slot_at = ? WHERE id = ?').run(slotAt, id);
}

/** Records that it ended, since the condition cleared. */
export function recordResolved(
  db: Db,
  id: number,
  resolved: { slotAt: Instant; at: Instant; snapshotId: number; evidence: string },
): void {
  db.statement(
    `UPDATE alerts SET resolved_slot_at = ?, resolved_at = ?, resolved_snapshot_id = ?,
      resolved_reason = 'cleared', resolved_evidence = ? WHERE id = ?`,
  ).run(resolved.slotAt, resolved.at, resolved.snapshotId, resolved.evidence, id);
}
