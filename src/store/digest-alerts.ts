import type { Severity } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import type { Db } from './open.ts';

/** One alert of the watches of a digest, as of the end of its period. */
export type AlertOfPeriod = {
  id: number;
  rule: string;
  severity: Severity;
  watch: string;
  productId: string;
  product: string;
  categoryL1: string | null;
  categoryL2: string | null;
  firedAt: Instant;
  quiet: 'adopted' | 'cooldown' | 'silenced' | null;
  /** NULL when it was still firing. */
  resolvedAt: Instant | null;
  resolvedReason: string | null;
  /** The ranks it fired on. */
  rank: number | null;
  rankBefore: number | null;
};

const COLUMNS = `a.id, ru.name AS rule, a.severity, w.name AS watch, p.upstream_id AS productId, p.name AS product, p.category_l1 AS categoryL1, p.category_l2 AS categoryL2,
  a.fired_at AS firedAt, a.quiet, CASE WHEN a.resolved_at <= @untilAt THEN a.resolved_at END AS resolvedAt, CASE WHEN a.resolved_at <= @untilAt THEN a.resolved_reason END AS resolvedReason,
  json_extract(a.evidence, '$.change.rank') AS rank, json_extract(a.evidence, '$.change.rank_before') AS rankBefore`;

/**
 * The alerts that fired in (sinceAt, untilAt], resolved in it, or were firing at its end; the newest first. By the
 * time of the decision, not by slot: what a late snapshot decides after this digest was written, the next one tells.
 * The plus signs keep the planner from the index on `fired_at`, in which nearly all alerts are at or before the end; and a
 * UNION without ALL would scan the table to merge in the order of ids, four times as slow among 110,000 alerts.
 */
export function listAlertsOfPeriod(
  db: Db,
  watchIds: readonly number[],
  sinceAt: Instant,
  untilAt: Instant,
): AlertOfPeriod[] {
  return db
    .statement(
      `SELECT ${COLUMNS} FROM alerts a
      JOIN rules ru ON ru.id = a.rule_id JOIN watches w ON w.id = a.watch_id JOIN products p ON p.id = a.product_id
    WHERE a.id IN (
        SELECT id FROM alerts WHERE fired_at > @sinceAt AND fired_at <= @untilAt
        UNION ALL SELECT id FROM alerts WHERE resolved_at > @sinceAt AND +fired_at <= @untilAt
        UNION ALL SELECT id FROM alerts WHERE resolved_at IS NULL AND +fired_at <= @untilAt)
      AND a.watch_id IN (SELECT value FROM json_each(@watchIds))
    ORDER BY a.fired_at DESC, a.id DESC`,
    )
    .all({ watchIds: JSON.stringify(watchIds), sinceAt, untilAt }) as AlertOfPeriod[];
}
