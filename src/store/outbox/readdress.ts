// Messages that wait for a channel which had addresses and now has none, or the other way round, as
// when mail becomes a webhook: they are for other recipients now.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

/** Begins the reason of a delivery whose message goes to the channel's new recipients. */
export const READDRESSED = 'readdressed';

/** What the config says now of a channel. */
export type Addressees = {
  channel: string;
  /** Completes "the channel …". */
  words: string;
  /** False: its one recipient is the empty text. */
  hasAddresses: boolean;
  recipients: readonly string[];
  messageId(key: string, recipient: string): string;
};

/**
 * Gives everything that waits for recipients of the other kind to the channel's recipients of
 * today: new deliveries of the same notifications, due at once, with the old time to live. All at
 * once, so that the order of what tells of one alert stays. `claimedId` is waiting too, though this
 * process holds it. Runs in the caller's transaction.
 */
export function readdress(db: Db, to: Addressees, claimedId: number, now: Instant): void {
  const waiting = db
    .statement(
      `SELECT d.id, d.notification_id AS notificationId, d.expires_at AS expiresAt, n.key
      FROM deliveries d INDEXED BY deliveries_waiting
        JOIN notifications n ON n.id = d.notification_id
      WHERE d.channel = @channel AND d.state IN ('pending', 'sending')
        AND (d.recipient = '') = @hasAddresses
        AND (d.state = 'pending' OR d.lease_until_at <= @now OR d.id = @claimedId)
      ORDER BY d.id`,
    )
    .all({ channel: to.channel, hasAddresses: to.hasAddresses ? 1 : 0, now, claimedId }) as {
    id: number;
    notificationId: number;
    expiresAt: Instant;
    key: string;
  }[];
  const end = db.statement(
    `UPDATE deliveries SET state = 'cancelled', reason = ?, lease_owner = NULL,
      lease_until_at = NULL WHERE id = ?`,
  );
  const reason = `${READDRESSED}: the channel ${to.words} now`;
  // A delivery that was readdressed earlier waits again if its recipient is one again.
  const deliver = db.statement(
    `INSERT INTO deliveries
      (notification_id, channel, recipient, message_id, expires_at, next_attempt_at, state)
    VALUES (@notificationId, @channel, @recipient, @messageId, @expiresAt, @now, 'pending')
    ON CONFLICT (notification_id, recipient) DO UPDATE
      SET state = 'pending', next_attempt_at = @now, expires_at = @expiresAt, reason = NULL
      WHERE state = 'cancelled' AND reason LIKE '${READDRESSED}%'`,
  );
  for (const { id, notificationId, expiresAt, key } of waiting) {
    end.run(reason, id);
    for (const recipient of to.recipients)
      deliver.run({
        notificationId,
        channel: to.channel,
        recipient,
        messageId: to.messageId(key, recipient),
        expiresAt,
        now,
      });
  }
}
