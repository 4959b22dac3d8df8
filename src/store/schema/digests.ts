// When each digest is due, and which were made.
import { integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';

/** When each configured digest is due. A name that is no longer configured has no row. */
export const digestSchedules = sqliteTable('digest_schedules', {
  name: text().primaryKey(),
  schedule: text().notNull(),
  timezone: text().notNull(),
  /** Slots at or before this instant were never due. */
  scheduledFromAt: integer('scheduled_from_at').notNull(),
});

/** One row per digest and period: what makes it exactly one. */
export const digests = sqliteTable(
  'digests',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    slotAt: integer('slot_at').notNull(),
    /** Slot of the digest before: the period is (since_at, slot_at]. */
    sinceAt: integer('since_at').notNull(),
    createdAt: integer('created_at').notNull(),
    /** sent, or quiet: nothing to say. */
    outcome: text({ enum: ['sent', 'quiet'] }).notNull(),
  },
  (t) => [unique('digests_period').on(t.name, t.slotAt)],
);
