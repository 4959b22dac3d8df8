import { and, eq, isNull } from 'drizzle-orm';
import type { Instant } from '../lib/clock.ts';
import type { SnapshotStatus } from '../model.ts';
import type { Db } from './open.ts';
import { troubles } from './schema.ts';

export type OpenTrouble = Pick<
  typeof troubles.$inferSelect,
  'id' | 'kind' | 'sinceSlotAt' | 'text'
>;
export type RecentSnapshot = { slotAt: Instant; status: SnapshotStatus; reason: string | null };

/** More in a row than this are no news. */
const RECENT = 50;

/** The last snapshots of a watch up to a slot, newest first, without imported ones. */
export function listRecentSnapshots(db: Db, watchId: number, until: Instant): RecentSnapshot[] {
  return db
    .statement(
      `SELECT slot_at AS slotAt, status, reason FROM snapshots WHERE watch_id = ? AND slot_at <= ? AND origin <> 'import' ORDER BY slot_at DESC LIMIT ${RECENT}`,
    )
    .all(watchId, until) as RecentSnapshot[];
}

export function findOpenTrouble(db: Db, watchId: number): OpenTrouble | null {
  return (
    db.orm
      .select({
        id: troubles.id,
        kind: troubles.kind,
        sinceSlotAt: troubles.sinceSlotAt,
        text: troubles.text,
      })
      .from(troubles)
      .where(and(eq(troubles.watchId, watchId), isNull(troubles.closedAt)))
      .get() ?? null
  );
}

/** Channels that were told of a trouble: they, and no others, wait to hear that it is over. */
export const listToldChannels = (db: Db, troubleId: number): string[] =>
  db
    .statement(
      "SELECT DISTINCT n.channel FROM troubles t JOIN notifications n ON n.watch_id = t.watch_id AND n.created_at >= t.opened_at WHERE t.id = ? AND n.type = 'source.trouble'",
    )
    .pluck()
    .all(troubleId) as string[];

export function openTrouble(
  db: Db,
  watchId: number,
  trouble: Omit<OpenTrouble, 'id'>,
  now: Instant,
): void {
  db.orm
    .insert(troubles)
    .values({ watchId, ...trouble, openedAt: now })
    .run();
}

export function closeTrouble(db: Db, id: number, now: Instant): void {
  db.orm.update(troubles).set({ closedAt: now }).where(eq(troubles.id, id)).run();
}
