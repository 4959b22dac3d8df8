import { and, desc, eq, gt, lte, notInArray } from 'drizzle-orm';
import type { Digest } from '../../config/config.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { digestSchedules, digests } from '../schema/digests.ts';

export type DigestRecord = {
  /** Slots at or before this instant were never due. */
  scheduledFromAt: Instant;
  /** Slot of the last one that was written since then; null for one that starts anew. */
  lastSlotAt: Instant | null;
};

/**
 * Records the configured digests. A new one, or one whose schedule was edited, starts anew, and is
 * due from now on. One that is no longer configured is forgotten, so that it starts anew when it
 * comes back. Run inside a transaction.
 */
export function syncDigests(db: Db, configured: readonly Digest[], now: Instant): void {
  for (const { name, schedule, timezone } of configured) {
    const known = db.orm.select().from(digestSchedules).where(eq(digestSchedules.name, name)).get();
    if (known?.schedule === schedule && known.timezone === timezone) continue;
    const values = { schedule, timezone, scheduledFromAt: now };
    db.orm
      .insert(digestSchedules)
      .values({ name, ...values })
      .onConflictDoUpdate({ target: digestSchedules.name, set: values })
      .run();
  }
  db.orm
    .delete(digestSchedules)
    .where(
      notInArray(
        digestSchedules.name,
        configured.map(({ name }) => name),
      ),
    )
    .run();
}

/**
 * What is stored of a digest as of an instant; undefined for one that was never recorded. One of a
 * later slot was written by a clock ahead.
 */
export function findDigestRecord(db: Db, name: string, now: Instant): DigestRecord | undefined {
  const schedule = db.orm
    .select()
    .from(digestSchedules)
    .where(eq(digestSchedules.name, name))
    .get();
  if (schedule === undefined) return undefined;
  const last = db.orm
    .select({ slotAt: digests.slotAt })
    .from(digests)
    .where(
      and(
        eq(digests.name, name),
        gt(digests.slotAt, schedule.scheduledFromAt),
        lte(digests.slotAt, now),
      ),
    )
    .orderBy(desc(digests.slotAt))
    .limit(1)
    .get();
  return { scheduledFromAt: schedule.scheduledFromAt, lastSlotAt: last?.slotAt ?? null };
}

/** A digest that was written. */
export type WrittenDigest = { slotAt: Instant; sinceAt: Instant; createdAt: Instant };

/** The last digest that was written for a slot up to an instant; undefined when there was none. */
export const findLastDigest = (db: Db, name: string, atMost: Instant): WrittenDigest | undefined =>
  db.orm
    .select({ slotAt: digests.slotAt, sinceAt: digests.sinceAt, createdAt: digests.createdAt })
    .from(digests)
    .where(and(eq(digests.name, name), lte(digests.slotAt, atMost)))
    .orderBy(desc(digests.slotAt))
    .limit(1)
    .get();

/** The digest that was written for a slot; undefined when there was none. */
export function findDigest(db: Db, name: string, slotAt: Instant): WrittenDigest | undefined {
  const last = findLastDigest(db, name, slotAt);
  return last?.slotAt === slotAt ? last : undefined;
}

/**
 * How many periods a digest said it covers, as it was sent; undefined for one that was sent to
 * nobody.
 */
export const findToldPeriods = (db: Db, name: string, slotAt: Instant): number | undefined =>
  db
    .statement(
      `SELECT json_extract(message, '$.data.periods') FROM notifications
      WHERE type = 'digest.ready' AND substr(key, instr(key, '/') + 1) = 'digest/' || ? || '/' || ? LIMIT 1`,
    )
    .pluck()
    .get(name, isoTime(slotAt)) as number | undefined;

/**
 * Writes down that a digest was made for a period; false when there is one already: then nothing
 * changes.
 */
export const insertDigest = (db: Db, digest: Omit<typeof digests.$inferInsert, 'id'>): boolean =>
  db.orm
    .insert(digests)
    .values(digest)
    .onConflictDoNothing({ target: [digests.name, digests.slotAt] })
    .run().changes === 1;
