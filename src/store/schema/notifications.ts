// Messages, and the alerts they tell of.
import { sql } from 'drizzle-orm';
import {
  blob,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
} from 'drizzle-orm/sqlite-core';
import { alerts } from './alerts.ts';
import { snapshots } from './snapshots.ts';
import { watches } from './watches.ts';

/**
 * One message about one or more alerts (or a digest, or trouble), for one channel. Its content
 * never changes.
 */
export const notifications = sqliteTable(
  'notifications',
  {
    id: integer().primaryKey(),
    /** What it is about, without its text: the same event never makes a second notification. */
    key: text().notNull().unique(),
    /** alerts.fired, alerts.resolved, digest.ready, source.trouble, channel.test … */
    type: text().notNull(),
    channel: text().notNull(),
    watchId: integer('watch_id').references(() => watches.id),
    snapshotId: integer('snapshot_id').references(() => snapshots.id),
    createdAt: integer('created_at').notNull(),
    /** The facts every renderer starts from: `{type, timestamp, data}`; `null` when packed. */
    message: text().notNull(),
    /** The same, brotli, once it is a day old. NULL in both: forgotten. */
    packed: blob({ mode: 'buffer' }),
  },
  (t) => [
    index('notifications_of_snapshot')
      .on(t.snapshotId)
      .where(sql`snapshot_id IS NOT NULL`),
  ],
);

/** Which alerts a notification tells of, and what of them. */
export const notificationAlerts = sqliteTable(
  'notification_alerts',
  {
    notificationId: integer('notification_id')
      .notNull()
      .references(() => notifications.id),
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id),
    event: text({ enum: ['fired', 'reminder', 'resolved'] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.notificationId, t.alertId] }),
    index('notification_alerts_of_alert').on(t.alertId),
    check('notification_alerts_event', sql`event IN ('fired', 'reminder', 'resolved')`),
  ],
);
