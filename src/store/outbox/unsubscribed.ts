// Who asked to get no more of something: see `unsubscribed` in schema/channels.ts.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import type { unsubscribed } from '../schema/channels.ts';

/** `alerts`, or `digest NAME`. */
export type Topic = 'alerts' | `digest ${string}`;

export type Unsubscribed = Omit<typeof unsubscribed.$inferSelect, 'topic'> & { topic: Topic };
/** Whom it is about, and of what. */
export type Subscription = Pick<Unsubscribed, 'channel' | 'recipient' | 'topic'>;

/** Everybody who did, of one channel or of all. */
export const listUnsubscribed = (db: Db, channel: string | null = null): Unsubscribed[] =>
  db
    .statement(
      `SELECT channel, recipient, topic, created_at AS createdAt FROM unsubscribed
      WHERE channel = coalesce(?, channel) ORDER BY channel, recipient, topic`,
    )
    .all(channel) as Unsubscribed[];

/** Does a recipient get no more of this? */
export const isUnsubscribed = (db: Db, { channel, recipient, topic }: Subscription): boolean =>
  db
    .statement('SELECT 1 FROM unsubscribed WHERE channel = ? AND recipient = ? AND topic = ?')
    .get(channel, recipient, topic) !== undefined;

/** False when that was so already. */
export const insertUnsubscribed = (
  db: Db,
  { channel, recipient, topic }: Subscription,
  now: Instant,
): boolean =>
  db
    .statement(
      `INSERT INTO unsubscribed (channel, recipient, topic, created_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING`,
    )
    .run(channel, recipient, topic, now).changes > 0;

/** False when nothing was to take back. */
export const deleteUnsubscribed = (db: Db, { channel, recipient, topic }: Subscription): boolean =>
  db
    .statement('DELETE FROM unsubscribed WHERE channel = ? AND recipient = ? AND topic = ?')
    .run(channel, recipient, topic).changes > 0;
