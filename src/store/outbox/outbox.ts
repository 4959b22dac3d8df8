// The outbox: one row per message and recipient, from pending to its end. Every step is one
// synchronous statement or transaction, and every step after the claim is fenced by the lease, so
// that a process that lost its lease changes nothing.
import type { Clock, Instant } from '../../lib/clock.ts';
import { takeInTurns } from '../file/in-turns.ts';
import type { AlertFact } from '../../message/alerts.ts';
import type { Message } from '../../message/message.ts';
import type { ClaimedDelivery } from './claims.ts';
import { messageIn, type StoredMessage } from './packed-messages.ts';
import type { Db } from '../file/open.ts';
import type { attempts } from '../schema/deliveries.ts';

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

/**
 * Inserts a notification with its deliveries; null when there already is one with this key. Runs in
 * the caller's transaction.
 */
export function insertNotification(db: Db, notification: NewNotification): number | null {
  const { key, channel, message, watchId, snapshotId, createdAt } = notification;
  const notificationId = db
    .statement(
      `INSERT INTO notifications (key, type, channel, watch_id, snapshot_id, created_at, message)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id`,
    )
    .pluck()
    .get(key, message.type, channel, watchId, snapshotId, createdAt, JSON.stringify(message)) as
    number | undefined;
  if (notificationId === undefined) return null;
  const tellsOf = db.statement(
    'INSERT INTO notification_alerts (notification_id, alert_id, event) VALUES (?, ?, ?)',
  );
  for (const { alertId, event } of notification.alerts) tellsOf.run(notificationId, alertId, event);
  const deliver = db.statement(
    `INSERT INTO deliveries
      (notification_id, channel, recipient, message_id, expires_at, next_attempt_at, state, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { recipient, messageId, expiresAt, deadReason } of notification.deliveries)
    deliver.run(
      notificationId,
      channel,
      recipient,
      messageId,
      expiresAt,
      createdAt,
      deadReason === null ? 'pending' : 'dead',
      deadReason,
    );
  return notificationId;
}

export type NotificationRow = {
  key: string;
  message: Message;
  snapshotId: number | null;
  createdAt: Instant;
};

/**
 * A message as its facts. @throws Error when there is none of that id: ids come from the database
 * itself.
 */
export function getNotification(db: Db, id: number): NotificationRow {
  const row = db
    .statement(
      `SELECT key, message, packed, snapshot_id AS snapshotId, created_at AS createdAt
      FROM notifications WHERE id = ?`,
    )
    .get(id) as (Omit<NotificationRow, 'message'> & StoredMessage) | undefined;
  if (row === undefined) throw new Error(`notification ${id} does not exist`);
  const { key, snapshotId, createdAt } = row;
  return { key, snapshotId, createdAt, message: messageIn(row) as Message };
}

/** The bytes of a message, and what they are written for. */
export type Payload = { bytes: Buffer; kind: string };

/**
 * Records that an attempt starts, BEFORE any byte is sent, and with it fixes the bytes that every
 * attempt sends; null when the lease was lost. The lease starts anew. Runs in the caller's
 * transaction.
 */
export function beginAttempt(
  db: Db,
  { id, owner }: Pick<ClaimedDelivery, 'id' | 'owner'>,
  payload: Payload,
  startedAt: Instant,
  untilAt: Instant,
): number | null {
  const number = db
    .statement(
      `UPDATE deliveries SET attempts = attempts + 1, payload = ?, payload_kind = ?,
        lease_until_at = ?
      WHERE id = ? AND state = 'sending' AND lease_owner = ? RETURNING attempts`,
    )
    .pluck()
    .get(payload.bytes, payload.kind, untilAt, id, owner) as number | undefined;
  if (number === undefined) return null;
  const { lastInsertRowid } = db
    .statement('INSERT INTO attempts (delivery_id, number, started_at) VALUES (?, ?, ?)')
    .run(id, number, startedAt);
  return Number(lastInsertRowid);
}

export type AttemptEnd = {
  endedAt: Instant;
  outcome: NonNullable<(typeof attempts.$inferSelect)['outcome']>;
  statusCode: number | null;
  reason: string | null;
  excerpt: string | null;
};

/** Records how an attempt ended. It is a fact, also when the lease was lost meanwhile. */
export function endAttempt(db: Db, attemptId: number, end: AttemptEnd): void {
  db.statement(
    `UPDATE attempts SET outcome = @outcome, ended_at = @endedAt, status_code = @statusCode,
      reason = @reason, excerpt = @excerpt WHERE id = @attemptId`,
  ).run({ ...end, attemptId });
}

/**
 * The reasons of the attempts of a delivery that failed in a way that counts towards its schedule.
 */
export const listFailures = (db: Db, deliveryId: number): string[] =>
  db
    .statement(
      `SELECT reason FROM attempts
      WHERE delivery_id = ? AND outcome IN ('retry', 'rejected') AND reason IS NOT NULL`,
    )
    .pluck()
    .all(deliveryId) as string[];

export type DeliveryEnd =
  | { state: 'delivered'; deliveredAt: Instant }
  | { state: 'pending'; nextAttemptAt: Instant; payload?: Buffer }
  | { state: 'dead' | 'cancelled'; reason: string };

/** Ends the lease, with what comes next. False when it was lost: then nothing changes. */
export const release = (db: Db, { id, owner }: ClaimedDelivery, end: DeliveryEnd): boolean =>
  db
    .statement(
      `UPDATE deliveries SET state = @state, reason = @reason, delivered_at = @deliveredAt,
        next_attempt_at = coalesce(@nextAttemptAt, next_attempt_at),
        payload = coalesce(@payload, payload), lease_owner = NULL, lease_until_at = NULL
      WHERE id = @id AND state = 'sending' AND lease_owner = @owner`,
    )
    .run({ reason: null, deliveredAt: null, nextAttemptAt: null, payload: null, ...end, id, owner })
    .changes === 1;

/** Deliveries that wait, and that no process is sending. */
const UNDELIVERED = `state IN ('pending', 'sending')
  AND (state = 'pending' OR lease_until_at <= @now)`;

/** Ends deliveries that were not delivered in time. */
export const expireOverdue = (db: Db, now: Instant): number =>
  db
    .statement(
      `UPDATE deliveries INDEXED BY deliveries_expiring SET state = 'expired',
        reason = 'not delivered in its time: old news is not sent',
        lease_owner = NULL, lease_until_at = NULL
      WHERE expires_at <= @now AND ${UNDELIVERED}`,
    )
    .run({ now }).changes;

/** Ends every waiting delivery of a channel. */
export const killWaiting = (db: Db, channel: string, now: Instant, reason: string): number =>
  db
    .statement(
      `UPDATE deliveries INDEXED BY deliveries_waiting SET state = 'dead', reason = @reason,
        lease_owner = NULL, lease_until_at = NULL
      WHERE channel = @channel AND ${UNDELIVERED}`,
    )
    .run({ channel, now, reason }).changes;

/** Makes every waiting delivery of a channel due: its receiver works again. */
export function pullForward(db: Db, channel: string, now: Instant): void {
  db.statement(
    `UPDATE deliveries INDEXED BY deliveries_waiting SET next_attempt_at = @now
    WHERE channel = @channel AND state IN ('pending', 'sending') AND state = 'pending'
      AND next_attempt_at > @now`,
  ).run({ channel, now });
}

/** How many are pruned in one step. */
const PRUNED_AT_ONCE = 200;

/**
 * Forgets the bytes of what was settled and made before an instant; the facts stay in
 * `notifications.message`. Bytes that seem to be made in the future, by a clock that was ahead, go
 * too: they would bar the way for ever. Runs often, so it stops at the first that is kept. In turns
 * with other writers; returns how many there were.
 */
export function prunePayloads(
  db: Db,
  clock: Clock,
  before: Instant,
  now: Instant = Infinity,
): Promise<number> {
  const prune = () => {
    const oldest = db
      .statement(
        `SELECT d.id, n.created_at AS createdAt FROM deliveries d INDEXED BY deliveries_payload
          JOIN notifications n ON n.id = d.notification_id
        WHERE d.payload IS NOT NULL AND d.state IN ('delivered', 'expired', 'cancelled')
        ORDER BY d.notification_id LIMIT ${PRUNED_AT_ONCE}`,
      )
      .all() as { id: number; createdAt: Instant }[];
    const old = oldest.filter(({ createdAt }) => createdAt < before || createdAt > now);
    const forget = db.statement(
      'UPDATE deliveries SET payload = NULL, payload_kind = NULL WHERE id = ?',
    );
    db.transaction(() => old.forEach(({ id }) => forget.run(id)));
    return old.length;
  };
  return takeInTurns(clock, prune, { atOnce: PRUNED_AT_ONCE });
}
