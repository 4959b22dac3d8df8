// Decides which waiting delivery is next and whose it is: the leases of the outbox. Every statement
// here runs many times a second and reads only what waits, never what was sent: see the indexes of
// `deliveries` in schema/deliveries.ts.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

/** A delivery that this process holds a lease on. */
export type ClaimedDelivery = {
  id: number;
  notificationId: number;
  recipient: string;
  messageId: string;
  payload: Buffer | null;
  /** What the payload is written for; null: unknown. */
  payloadKind: string | null;
  /** When it was due; later than now for a delivery that tries a channel before its own time. */
  nextAttemptAt: Instant;
  owner: string;
};

export type Claim = {
  owner: string;
  now: Instant;
  /** End of the lease. */
  untilAt: Instant;
  /** Take the oldest that waits, even if its next attempt is not due. */
  early: boolean;
  /** Serve only these recipients; null: all. */
  recipients: readonly string[] | null;
};

const WAITING = "state IN ('pending', 'sending')";

/**
 * Leases the oldest due delivery of a channel, or null. Due is what is pending, and what another
 * process leased and did not finish in time. A delivery waits for every earlier one to the same
 * recipient that tells of one of its alerts, so that nobody hears of a resolve BEFORE the firing.
 * Those are looked up by its alerts, in the order written here: SQLite would rather read all that
 * wait, as there are few most of the time. Runs in the caller's transaction.
 */
export function claimNext(db: Db, channel: string, claim: Claim): ClaimedDelivery | null {
  const row = db
    .statement(
      `
    UPDATE deliveries SET state = 'sending', lease_owner = @owner, lease_until_at = @untilAt
    WHERE id = (
      SELECT d.id FROM deliveries d INDEXED BY deliveries_waiting
      WHERE d.channel = @channel AND d.${WAITING}
        AND d.next_attempt_at <= @dueBy AND d.expires_at > @now
        AND (d.state = 'pending' OR d.lease_until_at <= @now)
        AND (@recipients IS NULL
          OR d.recipient IN (SELECT value FROM json_each(@recipients)))
        AND NOT EXISTS (
          SELECT 1 FROM notification_alerts mine
            CROSS JOIN notification_alerts earlier ON earlier.alert_id = mine.alert_id
              AND earlier.notification_id < mine.notification_id
            CROSS JOIN deliveries e INDEXED BY deliveries_recipient
              ON e.notification_id = earlier.notification_id
              AND e.channel = d.channel AND e.recipient = d.recipient
          WHERE mine.notification_id = d.notification_id AND e.state IN ('pending', 'sending'))
      ORDER BY d.id LIMIT 1)
    RETURNING id, notification_id AS notificationId, recipient, message_id AS messageId, payload,
      payload_kind AS payloadKind, next_attempt_at AS nextAttemptAt, lease_owner AS owner
  `,
    )
    .get({
      channel,
      owner: claim.owner,
      now: claim.now,
      untilAt: claim.untilAt,
      dueBy: claim.early ? Number.MAX_SAFE_INTEGER : claim.now,
      recipients: claim.recipients === null ? null : JSON.stringify(claim.recipients),
    });
  return (row as ClaimedDelivery | undefined) ?? null;
}

/**
 * Does a channel have something to send: due now, or with `early` at all? Deliveries that wait for
 * an earlier message count too.
 */
export const hasDue = (db: Db, channel: string, now: Instant, early: boolean): boolean =>
  db
    .statement(
      `SELECT 1 FROM deliveries INDEXED BY deliveries_due
      WHERE channel = ? AND ${WAITING} AND next_attempt_at <= ? AND expires_at > ?
        AND (state = 'pending' OR lease_until_at <= ?) LIMIT 1`,
    )
    .get(channel, early ? Number.MAX_SAFE_INTEGER : now, now, now) !== undefined;

/**
 * Channels with undelivered messages. It steps from channel to channel, without reading all the
 * messages of each.
 */
export const listWaitingChannels = (db: Db): string[] =>
  db
    .statement(
      `WITH RECURSIVE waiting(channel) AS (
        SELECT (SELECT min(channel) FROM deliveries INDEXED BY deliveries_waiting WHERE ${WAITING})
        UNION ALL
        SELECT (SELECT min(channel) FROM deliveries INDEXED BY deliveries_waiting
          WHERE ${WAITING} AND channel > waiting.channel)
        FROM waiting WHERE waiting.channel IS NOT NULL)
      SELECT channel FROM waiting WHERE channel IS NOT NULL`,
    )
    .pluck()
    .all() as string[];
