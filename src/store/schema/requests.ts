// The requests sent to the source, and the pages it served.
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { snapshots } from './snapshots.ts';
import { watches } from './watches.ts';

/** The ledger: one row per request sent, also of those that failed. */
export const requests = sqliteTable(
  'requests',
  {
    id: integer().primaryKey(),
    /**
     * NULL for a probe of a watch that no config in force has named yet: trying a config records no
     * watch.
     */
    watchId: integer('watch_id').references(() => watches.id),
    slotAt: integer('slot_at').notNull(),
    /**
     * NULL for a request that belongs to no stored snapshot: a probe, or a pass that was killed.
     */
    snapshotId: integer('snapshot_id').references(() => snapshots.id),
    page: integer().notNull(),
    attempt: integer().notNull(),
    startedAt: integer('started_at').notNull(),
    /** NULL while it is under way, or when the process died meanwhile. */
    durationMs: integer('duration_ms'),
    httpStatus: integer('http_status'),
    bodyCode: integer('body_code'),
    /** `ok`, or the reason it failed. */
    outcome: text(),
    detail: text(),
    credits: integer().notNull(),
    /** `requestId` of the answer. */
    upstreamRequestId: text('upstream_request_id'),
    /** The source it went to, as the config names it. */
    source: text().notNull().default('keyapi'),
  },
  (t) => [
    index('requests_by_time').on(t.startedAt),
    index('requests_of_pass').on(t.watchId, t.slotAt),
    // As for the other `_of_snapshot` indexes: without it, each deleted snapshot would read the
    // whole table to check the foreign key.
    index('requests_of_snapshot')
      .on(t.snapshotId)
      .where(sql`snapshot_id IS NOT NULL`),
  ],
);

/** Pages as served, until `retention.raw_pages`: a row a pass. */
export const rawPages = sqliteTable(
  'raw_pages',
  {
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    /** The first page of the row, and when it was served. */
    page: integer().notNull(),
    takenAt: integer('taken_at').notNull(),
    /** All pages of the row one after the other, brotli; one page, gzipped, where `pages` is NULL. */
    body: blob({ mode: 'buffer' }).notNull(),
    /** `[[page, taken_at, bytes], …]`, in the order of the body. */
    pages: text(),
  },
  (t) => [
    primaryKey({ columns: [t.snapshotId, t.page] }),
    index('raw_pages_by_time').on(t.takenAt),
  ],
);
