// Read queries behind `alerts` and `silence`.
import {
  and,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
} from 'drizzle-orm';
import type { Instant } from '../../lib/clock.ts';
import type { Quiet } from '../../model.ts';
import { alertIn, type AlertRow } from './alerts.ts';
import type { Db } from '../file/open.ts';
import { alerts } from '../schema/alerts.ts';
import { deliveries } from '../schema/deliveries.ts';
import { notificationAlerts, notifications } from '../schema/notifications.ts';
import { products } from '../schema/products.ts';
import { rules } from '../schema/rules.ts';
import { watches } from '../schema/watches.ts';

/** Which alerts are meant. What is undefined is not asked about. */
export type AlertFilter = {
  watch?: string | undefined;
  rule?: string | undefined;
  /** Upstream id. */
  product?: string | undefined;
  state?: 'firing' | 'resolved' | undefined;
  severity?: AlertRow['severity'] | undefined;
  /** Fired at or after this slot. */
  since?: Instant | undefined;
  /** `told`: somebody was told that it fired; `quiet`: nobody was. */
  told?: 'told' | 'quiet' | undefined;
  /** Behind this one, in the order of `listAlerts`. */
  after?: { slotAt: Instant; id: number } | undefined;
};

export type LoggedAlert = AlertRow & { watch: string };

/** The newest first; all of them without a limit. */
export function listAlerts(db: Db, filter: AlertFilter, limit?: number): LoggedAlert[] {
  return db.orm
    .select({ alert: alerts, watch: watches.name })
    .from(alerts)
    .innerJoin(watches, eq(watches.id, alerts.watchId))
    .where(matches(db, filter))
    .orderBy(desc(alerts.slotAt), desc(alerts.id))
    .limit(limit ?? -1)
    .all()
    .map(({ alert, watch }) => ({ ...alertIn(db, alert), watch }));
}

/** How many alerts there are, by whether and why nobody was told. */
export function countAlerts(db: Db, filter: AlertFilter): { quiet: Quiet | null; count: number }[] {
  return db.orm
    .select({ quiet: alerts.quiet, count: count() })
    .from(alerts)
    .where(matches(db, filter))
    .groupBy(alerts.quiet)
    .orderBy(desc(count()))
    .all();
}

function matches(
  db: Db,
  { watch, rule, product, state, severity, since, told, after }: AlertFilter,
): SQL | undefined {
  return and(
    watch === undefined
      ? undefined
      : inArray(
          alerts.watchId,
          db.orm.select({ id: watches.id }).from(watches).where(eq(watches.name, watch)),
        ),
    rule === undefined
      ? undefined
      : inArray(
          alerts.ruleId,
          db.orm.select({ id: rules.id }).from(rules).where(eq(rules.name, rule)),
        ),
    product === undefined
      ? undefined
      : inArray(
          alerts.productId,
          db.orm.select({ id: products.id }).from(products).where(eq(products.upstreamId, product)),
        ),
    state === 'firing' ? isNull(alerts.resolvedAt) : undefined,
    state === 'resolved' ? isNotNull(alerts.resolvedAt) : undefined,
    severity === undefined ? undefined : eq(alerts.severity, severity),
    since === undefined ? undefined : gte(alerts.slotAt, since),
    told === 'told' ? isNull(alerts.quiet) : undefined,
    told === 'quiet' ? isNotNull(alerts.quiet) : undefined,
    after === undefined
      ? undefined
      : or(
          lt(alerts.slotAt, after.slotAt),
          and(eq(alerts.slotAt, after.slotAt), lt(alerts.id, after.id)),
        ),
  );
}

/** One alert by its id. */
export function findAlert(db: Db, id: number): LoggedAlert | undefined {
  const row = db.orm
    .select({ alert: alerts, watch: watches.name })
    .from(alerts)
    .innerJoin(watches, eq(watches.id, alerts.watchId))
    .where(eq(alerts.id, id))
    .get();
  return row === undefined ? undefined : { ...alertIn(db, row.alert), watch: row.watch };
}

/** One recipient of one message that told of an alert. */
export type Telling = Pick<
  typeof deliveries.$inferSelect,
  'channel' | 'recipient' | 'state' | 'deliveredAt' | 'reason'
> & {
  deliveryId: number;
  event: 'fired' | 'reminder' | 'resolved';
  createdAt: Instant;
};

/** Who was told of an alert, in the order of the messages. */
export function listTellings(db: Db, alertId: number): Telling[] {
  const { channel, recipient, state, deliveredAt, reason } = deliveries;
  return db.orm
    .select({
      deliveryId: deliveries.id,
      channel,
      recipient,
      state,
      deliveredAt,
      reason,
      event: notificationAlerts.event,
      createdAt: notifications.createdAt,
    })
    .from(notificationAlerts)
    .innerJoin(notifications, eq(notifications.id, notificationAlerts.notificationId))
    .innerJoin(deliveries, eq(deliveries.notificationId, notifications.id))
    .where(eq(notificationAlerts.alertId, alertId))
    .orderBy(deliveries.id)
    .all();
}
