import type { Db } from '../file/open.ts';
import { channelHealth } from '../schema/channels.ts';

/** Whether a channel works: see `channel_health` in schema/channels.ts. */
export type Health = typeof channelHealth.$inferSelect;

/** The health of a channel of which nothing bad is known. */
export const healthy = (channel: string): Health => ({
  channel,
  failures: 0,
  failingSinceAt: null,
  failedAt: null,
  failingDays: 0,
  reason: null,
  heldUntilAt: null,
  disabledAt: null,
  toldAt: null,
  toldThrough: null,
});

/** What is known of a channel; of one that nothing was sent to, nothing bad. */
export const getHealth = (db: Db, channel: string): Health =>
  (db
    .statement(
      `SELECT channel, failures, failing_since_at AS failingSinceAt, failed_at AS failedAt,
        failing_days AS failingDays, reason, held_until_at AS heldUntilAt,
        disabled_at AS disabledAt, told_at AS toldAt, told_through AS toldThrough
      FROM channel_health WHERE channel = ?`,
    )
    .get(channel) as Health | undefined) ?? healthy(channel);

/** Stores it; what was there is replaced. */
export function saveHealth(db: Db, health: Health): void {
  db.orm
    .insert(channelHealth)
    .values(health)
    .onConflictDoUpdate({ target: channelHealth.channel, set: health })
    .run();
}
