// Whether the channels work, and which recipients refuse mail.
import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Whether a channel works, as its attempts show. No row means nothing was tried yet. */
export const channelHealth = sqliteTable(
  'channel_health',
  {
    channel: text().primaryKey(),
    /** Failed attempts in a row that speak against the channel. */
    failures: integer().notNull(),
    /** Time of the first of them; NULL while it works. */
    failingSinceAt: integer('failing_since_at'),
    /** The failure of the last of them, in words. */
    reason: text(),
    /** Nothing is sent before: its circuit breaker is open, or the receiver asked us to wait. */
    heldUntilAt: integer('held_until_at'),
    /** Nothing is sent at all, until `channels test` gets through. */
    disabledAt: integer('disabled_at'),
    /** When another channel was told of the trouble, and which. */
    toldAt: integer('told_at'),
    toldThrough: text('told_through'),
    /** Time of the last of the failures in a row. */
    failedAt: integer('failed_at'),
    /**
     * How many days (of 24 hours) since the first failure had one: time in which nobody tried does
     * not count.
     */
    failingDays: integer('failing_days').notNull().default(0),
  },
  () => [
    check('channel_health_failing', sql`(failures = 0) = (failing_since_at IS NULL)`),
    check('channel_health_told', sql`(told_at IS NULL) = (told_through IS NULL)`),
  ],
);

/** Recipients of mail whom the server refused, since the last mail that got through to them. */
export const recipientRefusals = sqliteTable(
  'recipient_refusals',
  {
    channel: text().notNull(),
    recipient: text().notNull(),
    /** In a row. */
    refusals: integer().notNull(),
    /** The last of them, in words. */
    reason: text().notNull(),
    /** When mail to it stopped, for a week. */
    suppressedAt: integer('suppressed_at'),
    /** The channel that was told so. */
    toldThrough: text('told_through'),
  },
  (t) => [primaryKey({ columns: [t.channel, t.recipient] })],
);

/** Who asked to get no more of something through a channel; gone when they take it up again. */
export const unsubscribed = sqliteTable(
  'unsubscribed',
  {
    channel: text().notNull(),
    recipient: text().notNull(),
    /** `alerts`, or `digest NAME`. */
    topic: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.channel, t.recipient, t.topic] })],
);
