// The outbox for people: to look at it, and to send again.
import { and, asc, count, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm';
import type { Instant } from '../../lib/clock.ts';
import type { Message } from '../../message/message.ts';
import { listLeftOut } from './left-out.ts';
import { messageIn, type StoredMessage } from './packed-messages.ts';
import type { Db } from '../file/open.ts';
import { attempts, deliveries } from '../schema/deliveries.ts';
import { notifications } from '../schema/notifications.ts';

export type DeliveryState = (typeof deliveries.$inferSelect)['state'];

export type DeliveryRow = Omit<
  typeof deliveries.$inferSelect,
  'payload' | 'payloadKind' | 'leaseOwner' | 'leaseUntilAt'
> & {
  type: string;
  createdAt: Instant;
  /** What it says; null once it is forgotten, which only a delivered one is. */
  message: Message | null;
};

export type AttemptRow = typeof attempts.$inferSelect;

const COLUMNS = {
  id: deliveries.id,
  notificationId: deliveries.notificationId,
  channel: deliveries.channel,
  recipient: deliveries.recipient,
  messageId: deliveries.messageId,
  state: deliveries.state,
  attempts: deliveries.attempts,
  nextAttemptAt: deliveries.nextAttemptAt,
  expiresAt: deliveries.expiresAt,
  deliveredAt: deliveries.deliveredAt,
  reason: deliveries.reason,
  type: notifications.type,
  createdAt: notifications.createdAt,
  message: notifications.message,
  packed: notifications.packed,
};

/** A row with its message as facts. */
const read = ({ message, packed, ...row }: StoredMessage & Omit<DeliveryRow, 'message'>) => ({
  ...row,
  message: messageIn({ message, packed }),
});

const select = (db: Db, where: SQL | undefined) =>
  db.orm
    .select(COLUMNS)
    .from(deliveries)
    .innerJoin(notifications, eq(notifications.id, deliveries.notificationId))
    .where(where);

/** Which deliveries are meant; `before` is the id of one that is newer than all of them. */
export type DeliveryFilter = {
  state?: DeliveryState | undefined;
  channel?: string | undefined;
  before?: number | undefined;
};

/** The newest deliveries first. */
export const listDeliveries = (db: Db, filter: DeliveryFilter, limit: number): DeliveryRow[] =>
  select(
    db,
    and(
      ...(filter.state === undefined ? [] : [eq(deliveries.state, filter.state)]),
      ...(filter.channel === undefined ? [] : [eq(deliveries.channel, filter.channel)]),
      ...(filter.before === undefined ? [] : [lt(deliveries.id, filter.before)]),
    ),
  )
    .orderBy(desc(deliveries.id))
    .limit(limit)
    .all()
    .map(read);

/** One delivery with its notification; undefined when there is none. */
export const findDelivery = (db: Db, id: number): DeliveryRow | undefined =>
  select(db, eq(deliveries.id, id)).all().map(read)[0];

/** Its attempts, the first one first. */
export const listAttempts = (db: Db, deliveryId: number): AttemptRow[] =>
  db.orm
    .select()
    .from(attempts)
    .where(eq(attempts.deliveryId, deliveryId))
    .orderBy(asc(attempts.number))
    .all();

/** How many deliveries there are in each state; states without any are missing. */
export const countByState = (db: Db): Partial<Record<DeliveryState, number>> =>
  Object.fromEntries(
    db.orm
      .select({ state: deliveries.state, count: count() })
      .from(deliveries)
      .groupBy(deliveries.state)
      .all()
      .map((row) => [row.state, row.count]),
  );

/** How many messages that were made since an instant were given up. */
export const countDeadSince = (db: Db, since: Instant): number =>
  db.orm
    .select({ count: count() })
    .from(deliveries)
    .innerJoin(notifications, eq(notifications.id, deliveries.notificationId))
    .where(and(eq(deliveries.state, 'dead'), gte(notifications.createdAt, since)))
    .get()?.count ?? 0;

/**
 * Was its recipient told already that everything in it is over? Then this message would say that it
 * goes on.
 */
export const isOver = (db: Db, id: number): boolean =>
  db
    .statement(
      `
    SELECT count(*) > 0 AND sum(mine.event <> 'resolved' AND EXISTS (
      SELECT 1 FROM notification_alerts later JOIN deliveries d ON d.notification_id = later.notification_id
        AND d.channel = self.channel AND d.recipient = self.recipient
      WHERE later.alert_id = mine.alert_id AND later.event = 'resolved' AND d.state = 'delivered')) = count(*)
    FROM deliveries self JOIN notification_alerts mine ON mine.notification_id = self.notification_id WHERE self.id = ?
  `,
    )
    .pluck()
    .get(id) === 1;

/**
 * Puts a settled or waiting delivery back: due at once, under its old id and with its old bytes.
 * Its schedule does not start again. What is being sent now, or was delivered, stays as it is. With
 * a firing goes every end of it that its recipient did not get, as nobody is to be told of a
 * beginning without the end; and what the recipient knows to be over is left out of it. Returns the
 * ids that were put back.
 */
export function putBack(db: Db, id: number, now: Instant, expiresAt: Instant): number[] {
  return db.transaction(() => {
    const chosen = [id, ...listLostEnds(db, id)];
    const put = db.statement(
      `UPDATE deliveries SET state = 'pending', next_attempt_at = @now,
        expires_at = max(expires_at, @expiresAt), reason = NULL,
        payload = CASE WHEN @anew THEN NULL ELSE payload END
      WHERE id = @id AND state NOT IN ('sending', 'delivered')`,
    );
    return chosen.filter((one) => {
      const anew = one !== id || listLeftOut(db, one).length > 0 ? 1 : 0;
      return put.run({ id: one, now, expiresAt, anew }).changes === 1;
    });
  });
}

/**
 * Deliveries to the same recipient that were to tell the end of what a delivery tells, and were
 * given up.
 */
const listLostEnds = (db: Db, id: number): number[] =>
  db
    .statement(
      `SELECT DISTINCT d.id FROM deliveries self
        JOIN notification_alerts mine ON mine.notification_id = self.notification_id
        JOIN notification_alerts later ON later.alert_id = mine.alert_id
        JOIN deliveries d ON d.notification_id = later.notification_id
          AND d.channel = self.channel AND d.recipient = self.recipient
      WHERE self.id = ? AND mine.event <> 'resolved' AND later.event = 'resolved'
        AND d.state IN ('dead', 'expired', 'cancelled') ORDER BY d.id`,
    )
    .pluck()
    .all(id) as number[];

/** The deliveries of a notification to some recipients. */
export const listDeliveriesTo = (
  db: Db,
  notificationId: number,
  recipients: readonly string[],
): DeliveryRow[] =>
  select(
    db,
    and(eq(deliveries.notificationId, notificationId), inArray(deliveries.recipient, recipients)),
  )
    .all()
    .map(read);
