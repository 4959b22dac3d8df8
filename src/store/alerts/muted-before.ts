import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import type { NewSilence } from './silences.ts';

/** What a silence would have kept from people, had it been in force since an instant. */
export type MutedBefore = {
  /** Firings that were told. */
  alerts: number;
  /** Messages that told of nothing else: these would not have been sent. */
  messages: number;
};

/** Counts alerts that were told since an instant and that a silence covers. */
export const countMutedSince = (
  db: Db,
  { rule, watch, product }: Pick<NewSilence, 'rule' | 'watch' | 'product'>,
  since: Instant,
): MutedBefore =>
  db
    .statement(
      `WITH covered AS (SELECT a.id FROM alerts a JOIN rules ru ON ru.id = a.rule_id
        JOIN watches w ON w.id = a.watch_id JOIN products p ON p.id = a.product_id
        WHERE a.fired_at >= @since AND a.quiet IS NULL AND coalesce(@rule, ru.name) = ru.name
          AND coalesce(@watch, w.name) = w.name AND coalesce(@product, p.upstream_id) = p.upstream_id),
      told AS (SELECT l.notification_id, sum(l.alert_id NOT IN covered) AS others
        FROM notification_alerts l WHERE l.event = 'fired' AND l.notification_id IN
          (SELECT m.notification_id FROM notification_alerts m WHERE m.alert_id IN covered)
        GROUP BY 1)
      SELECT (SELECT count(*) FROM covered) AS alerts,
        (SELECT count(*) FROM told WHERE others = 0) AS messages`,
    )
    .get({ rule, watch, product, since }) as MutedBefore;
