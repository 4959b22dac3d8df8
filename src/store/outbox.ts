// The outbox: one row per message and recipient, from pending to its end. Every step is one synchronous
// statement or transaction, and every step after the claim is fenced by the lease, so that a process that
// lost its lease changes nothing.
import { and, count, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Instant } from '../lib/clock.ts';
import type { AlertFact, Message } from '../model.ts';
import type { Db } from './open.ts';
import { attempts, deliveries, notificationAlerts, notifications } from './schema.ts';

export type NewNotification = {
  key: string;
  channel: string;
  message: Message;
  watchId: number | null;
  snapshotId: number | null;
  createdAt: Instant;
  alerts: readonly { alertId: number; event: AlertFact['event'] }[];
  deliveries: readonly {
    recipient: string;
    messageId: string;
    expiresAt: Instant;
    /** Why it is dead from the start. */ deadReason: string | null;
  }[];
};

/** Inserts a notification with its deliveries; null when there already is one with this key. Runs in the caller's transaction. */
export function insertNotification(db: Db, notification: NewNotification): number | null {
  const { key, channel, message, watchId, snapshotId, createdAt } = notification;
  const row = db.orm
    .insert(notifications)
    .values({ key, type: message.type, channel, watchId, snapshotId, createdAt, message })
    .onConflictDoNothing({ target: notifications.key })
    .returning({ id: notifications.id })
    .get();
  // Types say there is always a row; on a conflict there is none.
  const notificationId = (row as typeof row | undefined)?.id;
  if (notificationId === undefined) return null;
  for (const { alertId, event } of notification.alerts)
    db.orm.insert(notificationAlerts).values({ notificationId, alertId, event }).run();
  for (const { recipient, messageId, expiresAt, deadReason } of notification.deliveries) {
    db.orm
      .insert(deliveries)
      .values({
        notificationId,
        channel,
        recipient,
        messageId,
        expiresAt,
        nextAttemptAt: createdAt,
        state: deadReason === null ? 'pending' : 'dead',
        reason: deadReason,
      })
      .run();
  }
  return notificationId;
}

/** A delivery that this process holds a lease on. */
export type ClaimedDelivery = {
  id: number;
  notificationId: number;
  recipient: string;
  messageId: string;
  payload: Buffer | null;
  owner: string;
};

/**
 * Leases the oldest due delivery of a channel, or null. Due is what is pending, and what another process leased
 * and did not finish in time. A delivery waits for every earlier one to the same recipient that tells of one of
 * its alerts, so that nobody hears of a resolve BEFORE the firing.
 */
export function claimNext(
  db: Db,
  channel: string,
  lease: { owner: string; now: Instant; untilAt: Instant },
): ClaimedDelivery | null {
  // In a transaction: outside of one, this binding keeps silent about a commit that fails after a row was returned.
  const row = db.transaction(() =>
    db
      .statement(
        `
    UPDATE deliveries SET state = 'sending', lease_owner = @owner, lease_until_at = @untilAt
    WHERE id = (
      SELECT d.id FROM deliveries d
      WHERE d.channel = @channel AND d.next_attempt_at <= @now AND d.expires_at > @now
        AND (d.state = 'pending' OR (d.state = 'sending' AND d.lease_until_at <= @now))
        AND NOT EXISTS (
          SELECT 1 FROM notification_alerts mine
            JOIN notification_alerts earlier ON earlier.alert_id = mine.alert_id AND earlier.notification_id < mine.notification_id
            JOIN deliveries e ON e.notification_id = earlier.notification_id AND e.channel = d.channel AND e.recipient = d.recipient
          WHERE mine.notification_id = d.notification_id AND e.state IN ('pending', 'sending'))
      ORDER BY d.id LIMIT 1)
    RETURNING id, notification_id AS notificationId, recipient, message_id AS messageId, payload, lease_owner AS owner
  `,
      )
      .get({ channel, ...lease }),
  );
  return (row as ClaimedDelivery | undefined) ?? null;
}

export type NotificationRow = {
  key: string;
  message: Message;
  snapshotId: number | null;
  createdAt: Instant;
};

export function getNotification(db: Db, id: number): NotificationRow {
  const row = db.orm
    .select({
      key: notifications.key,
      message: notifications.message,
      snapshotId: notifications.snapshotId,
      createdAt: notifications.createdAt,
    })
    .from(notifications)
    .where(eq(notifications.id, id))
    .get();
  if (row === undefined) throw new Error(`notification ${id} does not exist`);
  return { ...row, message: row.message as Message };
}

/** The condition that a delivery is still ours. */
const held = ({ id, owner }: Pick<ClaimedDelivery, 'id' | 'owner'>) =>
  and(eq(deliveries.id, id), eq(deliveries.state, 'sending'), eq(deliveries.leaseOwner, owner));

/** Fixes the bytes that every attempt sends. False when the lease was lost. */
export const freezePayload = (db: Db, delivery: ClaimedDelivery, payload: Buffer): boolean =>
  db.orm.update(deliveries).set({ payload }).where(held(delivery)).run().changes === 1;

/** Records that an attempt starts, BEFORE any byte is sent; null when the lease was lost. The lease starts anew. */
export function beginAttempt(
  db: Db,
  delivery: ClaimedDelivery,
  startedAt: Instant,
  untilAt: Instant,
): number | null {
  return db.transaction(() => {
    const begun = db.orm
      .update(deliveries)
      .set({ attempts: sql`${deliveries.attempts} + 1`, leaseUntilAt: untilAt })
      .where(held(delivery))
      .returning({ number: deliveries.attempts })
      .get() as { number: number } | undefined;
    if (begun === undefined) return null;
    return db.orm
      .insert(attempts)
      .values({ deliveryId: delivery.id, number: begun.number, startedAt })
      .returning({ id: attempts.id })
      .get().id;
  });
}

export type AttemptEnd = Pick<
  typeof attempts.$inferInsert,
  'endedAt' | 'outcome' | 'statusCode' | 'reason' | 'excerpt'
>;

/** Records how an attempt ended. It is a fact, also when the lease was lost meanwhile. */
export const endAttempt = (db: Db, attemptId: number, end: AttemptEnd): void =>
  void db.orm.update(attempts).set(end).where(eq(attempts.id, attemptId)).run();

/** How many attempts of a delivery failed in a way that counts towards its schedule. */
export const countFailures = (db: Db, deliveryId: number): number =>
  db.orm
    .select({ count: count() })
    .from(attempts)
    .where(
      and(eq(attempts.deliveryId, deliveryId), inArray(attempts.outcome, ['retry', 'rejected'])),
    )
    .get()?.count ?? 0;

export type DeliveryEnd =
  | { state: 'delivered'; deliveredAt: Instant }
  | { state: 'pending'; nextAttemptAt: Instant; payload?: Buffer }
  | { state: 'dead' | 'cancelled'; reason: string };

/** Ends the lease, with what comes next. False when it was lost: then nothing changes. */
export const release = (db: Db, delivery: ClaimedDelivery, end: DeliveryEnd): boolean =>
  db.orm
    .update(deliveries)
    .set({ reason: null, ...end, leaseOwner: null, leaseUntilAt: null })
    .where(held(delivery))
    .run().changes === 1;

/**
 * The resolves a delivery tells of whose firings never reached the same recipient. A firing that is still on its way is no
 * question here: it is claimed first.
 */
export const listOrphanResolves = (
  db: Db,
  delivery: ClaimedDelivery,
): { alertId: number; rule: string }[] =>
  db
    .statement(
      `
    SELECT mine.alert_id AS alertId, r.name AS rule FROM notification_alerts mine
      JOIN alerts a ON a.id = mine.alert_id JOIN rules r ON r.id = a.rule_id JOIN deliveries self ON self.id = ?
    WHERE mine.notification_id = self.notification_id AND mine.event = 'resolved' AND NOT EXISTS (
      SELECT 1 FROM notification_alerts told JOIN deliveries d ON d.notification_id = told.notification_id AND d.channel = self.channel AND d.recipient = self.recipient
      WHERE told.alert_id = mine.alert_id AND told.event <> 'resolved' AND d.state = 'delivered')
  `,
    )
    .all(delivery.id) as { alertId: number; rule: string }[];

const undelivered = (now: Instant) =>
  sql`(${deliveries.state} = 'pending' OR (${deliveries.state} = 'sending' AND ${deliveries.leaseUntilAt} <= ${now}))`;

/** Ends what was not delivered in its time. */
export const expireOverdue = (db: Db, now: Instant): number =>
  db.orm
    .update(deliveries)
    .set({
      state: 'expired',
      reason: 'not delivered in its time: old news is not sent',
      leaseOwner: null,
      leaseUntilAt: null,
    })
    .where(and(lte(deliveries.expiresAt, now), undelivered(now)))
    .run().changes;

/** Ends every waiting delivery of a channel. */
export const killWaiting = (db: Db, channel: string, now: Instant, reason: string): number =>
  db.orm
    .update(deliveries)
    .set({ state: 'dead', reason, leaseOwner: null, leaseUntilAt: null })
    .where(and(eq(deliveries.channel, channel), undelivered(now)))
    .run().changes;

/** Makes every waiting delivery of a channel due: its receiver works again. */
export const pullForward = (db: Db, channel: string, now: Instant): void =>
  void db.orm
    .update(deliveries)
    .set({ nextAttemptAt: now })
    .where(
      and(
        eq(deliveries.channel, channel),
        eq(deliveries.state, 'pending'),
        sql`${deliveries.nextAttemptAt} > ${now}`,
      ),
    )
    .run();

/** Channels with undelivered messages, each with the instant its first one is due. */
export function listWaitingChannels(db: Db): { channel: string; dueAt: Instant }[] {
  return db.orm
    .select({
      channel: deliveries.channel,
      dueAt: sql<number>`min(CASE state WHEN 'pending' THEN next_attempt_at ELSE max(next_attempt_at, lease_until_at) END)`,
    })
    .from(deliveries)
    .where(inArray(deliveries.state, ['pending', 'sending']))
    .groupBy(deliveries.channel)
    .all();
}

/** Were the last attempts at this recipient, whatever they told, all refused for the recipient's sake? */
export function wasRefused(db: Db, channel: string, recipient: string, times: number): boolean {
  const last = db.orm
    .select({ reason: attempts.reason })
    .from(attempts)
    .innerJoin(deliveries, eq(deliveries.id, attempts.deliveryId))
    .where(and(eq(deliveries.channel, channel), eq(deliveries.recipient, recipient)))
    .orderBy(desc(attempts.id))
    .limit(times)
    .all();
  return (
    last.length === times &&
    last.every(({ reason }) => reason?.startsWith('recipient_refused') ?? false)
  );
}

/** Forgets the bytes of what was settled before an instant; the facts stay in `notifications.message`. */
export const prunePayloads = (db: Db, before: Instant): number =>
  db.raw
    .prepare(
      `
    UPDATE deliveries SET payload = NULL WHERE payload IS NOT NULL AND state IN ('delivered', 'expired', 'cancelled')
      AND notification_id IN (SELECT id FROM notifications WHERE created_at < ?)
  `,
    )
    .run(before).changes;
