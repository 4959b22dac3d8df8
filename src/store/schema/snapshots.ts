// What a list looked like once, and how it was judged.
import { sql } from 'drizzle-orm';
import {
  blob,
  check,
  foreignKey,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { oneOf } from './one-of.ts';
import { series, watches } from './watches.ts';

export const SNAPSHOT_STATUSES = [
  'complete',
  'partial',
  'stale',
  'suspect',
  'failed',
  'missed',
] as const;

export const SNAPSHOT_ORIGINS = ['schedule', 'catchup', 'manual', 'import'] as const;

/** What a list looked like once. One per watch and slot, whatever came of it. */
export const snapshots = sqliteTable(
  'snapshots',
  {
    id: integer().primaryKey(),
    watchId: integer('watch_id')
      .notNull()
      .references(() => watches.id),
    seriesId: integer('series_id').notNull(),
    slotAt: integer('slot_at').notNull(),
    /** Of a dated list: the day that names its period, `YYYY-MM-DD`; NULL for one of now. */
    dataDate: text('data_date'),
    /** When its first request was sent; NULL when it was missed. */
    takenAt: integer('taken_at'),
    status: text({ enum: SNAPSHOT_STATUSES }).notNull(),
    /** Why it is not complete, in words. */
    reason: text(),
    /** The list moved while it was paged: a product served twice, or a total that changed. */
    moved: integer({ mode: 'boolean' }).notNull().default(false),
    origin: text({ enum: SNAPSHOT_ORIGINS }).notNull(),
    rows: integer().notNull().default(0),
    /** Rows served without a usable product id. */
    setAside: integer('set_aside').notNull().default(0),
    /** Length of the list as the source last reported it. */
    total: integer(),
    /** Pages that were served. */
    pages: integer().notNull().default(0),
    /** Longest distance between neighbouring slots in the 14 days up to the slot. */
    intervalMs: integer('interval_ms').notNull(),
    /** SHA-256 of all rows in order; equal to the one before means the source did not refresh. */
    contentHash: blob('content_hash', { mode: 'buffer' }),
  },
  (t) => [
    foreignKey({ columns: [t.seriesId, t.watchId], foreignColumns: [series.id, series.watchId] }),
    uniqueIndex('snapshots_slot').on(t.watchId, t.slotAt),
    index('snapshots_in_series').on(t.seriesId, t.slotAt),
    index('snapshots_of_date')
      .on(t.seriesId, t.dataDate)
      .where(sql`data_date IS NOT NULL`),
    check('snapshots_status', oneOf('status', SNAPSHOT_STATUSES)),
    check('snapshots_origin', oneOf('origin', SNAPSHOT_ORIGINS)),
    check('snapshots_moved', sql`moved IN (0, 1)`),
    // A stale one without rows was not asked for: the list of its date is stored already.
    check(
      'snapshots_rows',
      sql`"rows" >= 0 AND ("rows" = 0) = (status IN ('failed', 'missed') OR (status = 'stale' AND "rows" = 0))`,
    ),
    check('snapshots_data_date', sql`data_date IS NULL OR data_date GLOB '????-??-??'`),
    check('snapshots_taken', sql`(taken_at IS NULL) = (status = 'missed')`),
    check('snapshots_reason', sql`(reason IS NULL) = (status = 'complete')`),
  ],
);

/**
 * The newest slot of each watch whose list was asked for and not published: open while it has no
 * snapshot, and kept after that, so that a slot that was given up is not taken again.
 */
export const openSlots = sqliteTable('open_slots', {
  watchId: integer('watch_id')
    .primaryKey()
    .references(() => watches.id),
  seriesId: integer('series_id')
    .notNull()
    .references(() => series.id),
  slotAt: integer('slot_at').notNull(),
  /** NULL where the list is not a dated one. */
  dataDate: text('data_date'),
  /** When it was asked for last, and how often in all. */
  askedAt: integer('asked_at').notNull(),
  asks: integer().notNull(),
});

/**
 * What a snapshot was found to be when it was judged, besides its status: see snapshot/judge.ts.
 * None of one that was not judged.
 */
export const judgements = sqliteTable('judgements', {
  snapshotId: integer('snapshot_id')
    .primaryKey()
    .references(() => snapshots.id),
  /** What is worth knowing of it, also when it is complete. */
  note: text(),
  /**
   * What it falls short of although no page is missing. The same shortfall three times in a row is
   * how the list is.
   */
  shortfall: text(),
  /**
   * Standard deviation of the log ratios of its large products' posts to those of the list before;
   * NULL when too few.
   */
  spread: real(),
  /** On how many products that was measured; NULL when it was not. */
  spreadPairs: integer('spread_pairs'),
  /** The time from the slot of the list before to its own; NULL when there was none. */
  spreadGapMs: integer('spread_gap_ms'),
});
