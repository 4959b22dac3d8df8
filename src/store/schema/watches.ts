// What is watched, what it asks for, and the configuration that says so.
//
// The files of this folder are Drizzle's picture of the tables. Drizzle cannot express STRICT,
// WITHOUT ROWID or the views: those are written by hand in migrations/, and
// test/store/schema.test.ts holds that both agree. Times are epoch milliseconds in tables, and
// ISO-8601 UTC text in views (views.ts).
import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';

/** One row per watch name, ever. Its lists are `series`. */
export const watches = sqliteTable(
  'watches',
  {
    id: integer().primaryKey(),
    name: text().notNull().unique(),
    schedule: text().notNull(),
    timezone: text().notNull(),
    /** 0 once the config no longer names it. */
    active: integer({ mode: 'boolean' }).notNull().default(true),
    /** Slots at or before this instant were never due. */
    scheduledFromAt: integer('scheduled_from_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  () => [check('watches_active', sql`active IN (0, 1)`)],
);

/** What exactly a watch asked for. A watch whose query is edited starts a new series. */
export const series = sqliteTable(
  'series',
  {
    id: integer().primaryKey(),
    watchId: integer('watch_id')
      .notNull()
      .references(() => watches.id),
    source: text().notNull(),
    /** What is asked for: of a list that has such parameters. */
    region: text(),
    timeScope: integer('time_scope'),
    category: text(),
    keyword: text(),
    /** All that is asked for by key, as JSON with sorted keys; NULL for top-products. */
    parameters: text(),
    depth: integer().notNull(),
    /** Canonical JSON of the columns above: two series with equal keys are of the same list. */
    queryKey: text('query_key').notNull(),
    createdAt: integer('created_at').notNull(),
    /**
     * End of the newest week that thinning took lists from: what looks back beyond it is not worked
     * out again.
     */
    thinnedUntilAt: integer('thinned_until_at'),
    /** Slot from which standings are still to be made, after an import; NULL when there is none. */
    unfinishedFromAt: integer('unfinished_from_at'),
  },
  (t) => [
    unique('series_query').on(t.watchId, t.queryKey),
    unique('series_of_watch').on(t.id, t.watchId),
    check('series_depth', sql`depth > 0`),
  ],
);

/**
 * The one configuration that watches and rules were last brought in line with: the daemon's, or
 * that of a snapshot by hand.
 */
export const configInForce = sqliteTable(
  'config_in_force',
  {
    id: integer().primaryKey(),
    path: text().notNull(),
    /** Of its watches and rules: two files that mean the same have the same. */
    fingerprint: text().notNull(),
    /** What each watch asks for, by name: `{"us-daily": "[…the query key…]"}`. */
    queries: text({ mode: 'json' }).$type<Record<string, string>>().notNull(),
    appliedAt: integer('applied_at').notNull(),
  },
  () => [check('config_in_force_one', sql`id = 1`)],
);
