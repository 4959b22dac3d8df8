import type { Severity } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import { changedSql, EVIDENCE_JOINS } from '../alerts/evidence-sql.ts';
import type { Db } from '../file/open.ts';

/**
 * The slot at which something happened, and when that was decided: later, if the slot was taken
 * late.
 */
export type Decided = { slotAt: Instant; at: Instant };

/** One alert of the watches of a digest. */
export type AlertOfPeriod = {
  id: number;
  rule: string;
  severity: Severity;
  watch: string;
  productId: string;
  product: string;
  categoryL1: string | null;
  categoryL2: string | null;
  fired: Decided;
  /**
   * When its firing was told: with the firing, or later, after a silence or a cooldown; NULL when
   * it never was.
   */
  told: Decided | null;
  /** Of those that were never told. */
  quiet: 'adopted' | 'cooldown' | 'silenced' | null;
  /** NULL while it fires. */
  resolved: (Decided & { reason: string | null }) | null;
  /** The ranks it fired on. */
  rank: number | null;
  rankBefore: number | null;
};

const COLUMNS = `a.id, ru.name AS rule, a.severity, w.name AS watch,
  p.upstream_id AS productId, p.name AS product, p.category_l1 AS categoryL1, p.category_l2 AS categoryL2,
  a.slot_at AS slotAt, a.fired_at AS firedAt, a.quiet,
  a.told_slot_at AS toldSlotAt, CASE WHEN a.told_slot_at = a.slot_at THEN a.fired_at ELSE coalesce(
    (SELECT min(n.created_at) FROM notification_alerts l JOIN notifications n ON n.id = l.notification_id
      WHERE l.alert_id = a.id AND l.event = 'fired'),
    (SELECT s.taken_at FROM snapshots s WHERE s.watch_id = a.watch_id AND s.slot_at = a.told_slot_at),
    a.told_slot_at) END AS toldAt,
  a.resolved_at AS resolvedAt, coalesce(a.resolved_slot_at, a.resolved_at) AS resolvedSlotAt,
  a.resolved_reason AS resolvedReason,
  ${changedSql('rank')} AS rank, ${changedSql('rank_before')} AS rankBefore`;

type Row = Omit<AlertOfPeriod, 'fired' | 'told' | 'resolved'> & {
  slotAt: Instant;
  firedAt: Instant;
  toldSlotAt: Instant | null;
  toldAt: Instant;
  resolvedSlotAt: Instant;
  resolvedAt: Instant | null;
  resolvedReason: string | null;
};

/**
 * The alerts of slots up to `untilAt` to which something may have happened since `sinceAt`: they
 * fired, were told or resolved after it, or still fire. The newest first. digest/rules.ts decides
 * what of it belongs to a digest. A UNION without ALL would scan the table to merge in the order of
 * ids, four times as slow with 110,000 alerts.
 */
export function listAlertsOfPeriod(
  db: Db,
  watchIds: readonly number[],
  sinceAt: Instant,
  untilAt: Instant,
): AlertOfPeriod[] {
  const rows = db
    .statement(
      `SELECT ${COLUMNS} FROM alerts a
      JOIN rules ru ON ru.id = a.rule_id JOIN watches w ON w.id = a.watch_id JOIN products p ON p.id = a.product_id${EVIDENCE_JOINS}
    WHERE a.id IN (
        SELECT id FROM alerts WHERE fired_at > @sinceAt AND slot_at <= @untilAt
        UNION ALL SELECT id FROM alerts WHERE resolved_at > @sinceAt AND slot_at <= @untilAt
        UNION ALL SELECT id FROM alerts WHERE resolved_at IS NULL AND slot_at <= @untilAt)
      AND a.watch_id IN (SELECT value FROM json_each(@watchIds))
    ORDER BY a.fired_at DESC, a.id DESC`,
    )
    .all({ watchIds: JSON.stringify(watchIds), sinceAt, untilAt }) as Row[];
  return rows.map(
    ({
      slotAt,
      firedAt,
      toldSlotAt,
      toldAt,
      resolvedSlotAt,
      resolvedAt,
      resolvedReason,
      ...row
    }) => ({
      ...row,
      fired: { slotAt, at: firedAt },
      told: toldSlotAt === null ? null : { slotAt: toldSlotAt, at: toldAt },
      resolved:
        resolvedAt === null
          ? null
          : { slotAt: resolvedSlotAt, at: resolvedAt, reason: resolvedReason },
    }),
  );
}
