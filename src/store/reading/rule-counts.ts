import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

/** What a rule has done. */
export type RuleCounts = {
  rule: string;
  /** That fire now, and somebody was told. */
  open: number;
  /** Told since the instant asked about, and in all. */
  recent: number;
  told: number;
  /** Nobody was told of these. */
  quiet: number;
  /** Slot of the last that was told. */
  lastSlotAt: Instant | null;
};

/** Every rule that ever fired, by name. */
export const listRuleCounts = (db: Db, since: Instant): RuleCounts[] =>
  db
    .statement(
      `SELECT ru.name AS rule, sum(a.resolved_at IS NULL AND a.quiet IS NULL) AS open,
        sum(a.quiet IS NULL AND a.fired_at >= ?) AS recent, sum(a.quiet IS NULL) AS told,
        sum(a.quiet IS NOT NULL) AS quiet, max(CASE WHEN a.quiet IS NULL THEN a.slot_at END) AS lastSlotAt
      FROM alerts a JOIN rules ru ON ru.id = a.rule_id GROUP BY ru.id ORDER BY ru.name`,
    )
    .all(since) as RuleCounts[];
