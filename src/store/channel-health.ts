import { eq } from 'drizzle-orm';
import type { Db } from './open.ts';
import { channelHealth } from './schema.ts';

/** Whether a channel works: see `channel_health` in schema.ts. */
export type Health = typeof channelHealth.$inferSelect;

export const healthy = (channel: string): Health => ({
  channel,
  failures: 0,
  failingSinceAt: null,
  reason: null,
  heldUntilAt: null,
  disabledAt: null,
  toldAt: null,
  toldThrough: null,
});

export const getHealth = (db: Db, channel: string): Health =>
  db.orm.select().from(channelHealth).where(eq(channelHealth.channel, channel)).get() ??
  healthy(channel);

export function saveHealth(db: Db, health: Health): void {
  db.orm
    .insert(channelHealth)
    .values(health)
    .onConflictDoUpdate({ target: channelHealth.channel, set: health })
    .run();
}
