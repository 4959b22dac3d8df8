// Messages on their way, and every attempt to send them.
import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { notifications } from './notifications.ts';
import { oneOf } from './one-of.ts';

export const DELIVERY_STATES = [
  'pending',
  'sending',
  'delivered',
  'dead',
  'expired',
  'cancelled',
] as const;

/** A notification on its way to one recipient. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer().primaryKey(),
    notificationId: integer('notification_id')
      .notNull()
      .references(() => notifications.id),
    channel: text().notNull(),
    /**
     * An e-mail address, or the empty string for the one recipient of a webhook: its URL is a
     * secret.
     */
    recipient: text().notNull(),
    /** `webhook-id`, and the local part of Message-ID: the same on every attempt. */
    messageId: text('message_id').notNull().unique(),
    state: text({ enum: DELIVERY_STATES }).notNull(),
    /**
     * The exact bytes to send, frozen before the first attempt. Mails with links that act for their
     * holder are sealed with a key that no query reads.
     */
    payload: blob({ mode: 'buffer' }),
    attempts: integer().notNull().default(0),
    nextAttemptAt: integer('next_attempt_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    leaseOwner: text('lease_owner'),
    leaseUntilAt: integer('lease_until_at'),
    deliveredAt: integer('delivered_at'),
    /** Why it is dead, expired or cancelled. */
    reason: text(),
    /**
     * What the payload is written for: `email`, or the format of a webhook, with ` sealed` where it
     * is. NULL: unknown, so it is written anew.
     */
    payloadKind: text('payload_kind'),
  },
  (t) => [
    unique('deliveries_recipient').on(t.notificationId, t.recipient),
    // These three hold only what waits, of all that was ever sent, so that a look costs the same
    // after years. A statement that is to use one must repeat its condition exactly.
    index('deliveries_due')
      .on(t.channel, t.nextAttemptAt)
      .where(sql`state IN ('pending', 'sending')`),
    // In the order of the ids: the oldest of a channel first.
    index('deliveries_waiting')
      .on(t.channel)
      .where(sql`state IN ('pending', 'sending')`),
    index('deliveries_expiring')
      .on(t.expiresAt)
      .where(sql`state IN ('pending', 'sending')`),
    // For bytes that are kept for a while after the end.
    index('deliveries_payload')
      .on(t.notificationId)
      .where(sql`payload IS NOT NULL AND state IN ('delivered', 'expired', 'cancelled')`),
    check('deliveries_state', oneOf('state', DELIVERY_STATES)),
    check(
      'deliveries_lease',
      sql`(state = 'sending') = (lease_owner IS NOT NULL) AND (lease_owner IS NULL) = (lease_until_at IS NULL)`,
    ),
  ],
);

/** Rows are only added, except that the attempt under way gets its end. */
export const attempts = sqliteTable(
  'attempts',
  {
    id: integer().primaryKey(),
    deliveryId: integer('delivery_id')
      .notNull()
      .references(() => deliveries.id),
    number: integer().notNull(),
    startedAt: integer('started_at').notNull(),
    /** NULL while under way, or when the process died meanwhile. */
    endedAt: integer('ended_at'),
    /** held: the channel must be mended, not this message; it counts towards no schedule. */
    outcome: text({ enum: ['delivered', 'retry', 'rejected', 'held'] }),
    /** HTTP status or SMTP reply code. */
    statusCode: integer('status_code'),
    reason: text(),
    /** Redacted, at most 2 KB. */
    excerpt: text(),
  },
  (t) => [unique('attempts_number').on(t.deliveryId, t.number)],
);
