import { recipientsOf, type Channel } from '../config/channels/kinds.ts';
import { DAY_MS, type Instant } from '../lib/clock.ts';
import type { AlertFact } from '../message/alerts.ts';
import type { Message } from '../message/message.ts';
import { getHealth } from '../store/outbox/channel-health.ts';
import type { Db } from '../store/file/open.ts';
import { insertNotification } from '../store/outbox/outbox.ts';
import { messageId } from './message-id.ts';
import { listSuppressed } from './suppressed.ts';

/**
 * How long a message is worth sending. A trend alert of last week is worse than none; trouble that
 * is over need not be told.
 */
const EXPIRES_AFTER_MS: Record<Message['type'], number> = {
  'alerts.fired': 3 * DAY_MS,
  'alerts.resolved': 3 * DAY_MS,
  'source.trouble': DAY_MS,
  'rule.trouble': DAY_MS,
  'backup.trouble': DAY_MS,
  'lake.trouble': DAY_MS,
  'channel.trouble': DAY_MS,
  'channel.test': DAY_MS,
  // Callers know when the next digest is due, and give that time. A week is the most.
  'digest.ready': 7 * DAY_MS,
};

export type Outgoing = {
  /**
   * What the message is about, without its text: the same event never makes a second notification
   * for a channel.
   */
  key: string;
  channel: Channel;
  message: Message;
  watchId?: number | null;
  snapshotId?: number | null;
  alerts?: readonly { alertId: number; event: AlertFact['event'] }[];
  now: Instant;
  /** Only these recipients of the channel. */
  only?: readonly string[];
  /** Default: by the type of the message. */
  expiresAt?: Instant;
};

/**
 * Puts one message into the outbox, with a pending delivery for each recipient of the channel.
 * Synchronous, and part of the caller's transaction: the message exists exactly when what it tells
 * of does. Returns the notification's id, or null when the key is known already: then nothing
 * changes.
 *
 * For a disabled channel, or a recipient to whom mail rests as it was refused again and again, the
 * delivery is dead from the start: visible, and sent by `tidemark deliveries retry`.
 */
export function enqueue(
  db: Db,
  {
    key,
    channel,
    message,
    watchId = null,
    snapshotId = null,
    alerts = [],
    now,
    only,
    expiresAt,
  }: Outgoing,
): number | null {
  const all = recipientsOf(channel);
  const recipients = only === undefined ? all : all.filter((one) => only.includes(one));
  const suppressed = listSuppressed(db, channel, now);
  const isDisabled = getHealth(db, channel.name).disabledAt !== null;
  const deadReason = (recipient: string): string | null => {
    if (isDisabled) return `channel_disabled: tidemark channels test ${channel.name}`;
    const refusal = suppressed.get(recipient);
    return refusal === undefined
      ? null
      : `suppressed: the mail server refused this recipient ${refusal.refusals} times in a row`;
  };
  const ownKey = `${channel.name}/${key}`;
  return insertNotification(db, {
    key: ownKey,
    channel: channel.name,
    message,
    watchId,
    snapshotId,
    createdAt: now,
    alerts,
    deliveries: recipients.map((recipient) => ({
      recipient,
      messageId: messageId(ownKey, recipient),
      expiresAt: expiresAt ?? now + EXPIRES_AFTER_MS[message.type],
      deadReason: deadReason(recipient),
    })),
  });
}
