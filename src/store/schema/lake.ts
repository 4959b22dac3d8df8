// What of the history is known to be in a lake, and what is there alone.
import { sql } from 'drizzle-orm';
import {
  blob,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { oneOf } from './one-of.ts';
import { products } from './products.ts';
import { SNAPSHOT_ORIGINS, SNAPSHOT_STATUSES, snapshots } from './snapshots.ts';
import { series, watches } from './watches.ts';

/**
 * A month's file of a lake that was read whole, and of which each value was compared. Files never
 * change: one of another name, or with other bytes, was not.
 */
export const lakeMonths = sqliteTable(
  'lake_months',
  {
    id: integer().primaryKey(),
    /** The lake: a folder, or s3://bucket/prefix. */
    place: text().notNull(),
    /** The table in it: `history`, `product_ranking_history`. */
    folder: text().notNull(),
    /** What the table's log calls itself: another one when the table was made anew. */
    tableId: text('table_id').notNull(),
    watchId: integer('watch_id')
      .notNull()
      .references(() => watches.id),
    /** `2026-11`, in UTC. */
    month: text().notNull(),
    /** The version of the log that named it. */
    version: integer().notNull(),
    path: text().notNull(),
    bytes: integer().notNull(),
    /** SHA-256 of its bytes. */
    sha256: blob({ mode: 'buffer' }).notNull(),
    confirmedAt: integer('confirmed_at').notNull(),
  },
  (t) => [unique('lake_months_file').on(t.place, t.folder, t.watchId, t.month)],
);

/** A snapshot that is in such a file, value for value. */
export const lakeConfirmed = sqliteTable(
  'lake_confirmed',
  {
    snapshotId: integer('snapshot_id')
      .primaryKey()
      .references(() => snapshots.id, { onDelete: 'cascade' }),
    monthId: integer('month_id')
      .notNull()
      .references(() => lakeMonths.id, { onDelete: 'cascade' }),
    /** SHA-256 of its rows in `history` (row-hash.ts): with other rows now, it is not confirmed. */
    rowsHash: blob('rows_hash', { mode: 'buffer' }).notNull(),
  },
  (t) => [index('lake_confirmed_month').on(t.monthId)],
);

/**
 * A snapshot that is in the lake alone: `retention.observations` with `then: lake` took its rows.
 * Columns are those of `snapshots`; `id` is the one it had there.
 */
export const lakeSnapshots = sqliteTable(
  'lake_snapshots',
  {
    id: integer().primaryKey(),
    watchId: integer('watch_id').notNull(),
    seriesId: integer('series_id').notNull(),
    slotAt: integer('slot_at').notNull(),
    dataDate: text('data_date'),
    takenAt: integer('taken_at').notNull(),
    status: text({ enum: SNAPSHOT_STATUSES }).notNull(),
    reason: text(),
    moved: integer({ mode: 'boolean' }).notNull(),
    origin: text({ enum: SNAPSHOT_ORIGINS }).notNull(),
    rows: integer().notNull(),
    intervalMs: integer('interval_ms').notNull(),
    contentHash: blob('content_hash', { mode: 'buffer' }),
    /** The file that had it when it left. */
    monthId: integer('month_id')
      .notNull()
      .references(() => lakeMonths.id),
    /** As in `lake_confirmed`. */
    rowsHash: blob('rows_hash', { mode: 'buffer' }).notNull(),
    /**
     * What z-scores still look back on, as in `recent_values`: of products that were on too few
     * lists since. NULL where there are none, or the list was not complete.
     */
    packed: blob({ mode: 'buffer' }),
  },
  (t) => [
    foreignKey({ columns: [t.seriesId, t.watchId], foreignColumns: [series.id, series.watchId] }),
    uniqueIndex('lake_snapshots_slot').on(t.watchId, t.slotAt),
    index('lake_snapshots_in_series').on(t.seriesId, t.slotAt),
    check('lake_snapshots_status', oneOf('status', SNAPSHOT_STATUSES)),
    check('lake_snapshots_origin', oneOf('origin', SNAPSHOT_ORIGINS)),
    check('lake_snapshots_rows', sql`"rows" > 0`),
  ],
);

/** The last slot of those that left at which a product had its best rank until then. */
export const lakeBests = sqliteTable(
  'lake_bests',
  {
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    rank: integer().notNull(),
    slotAt: integer('slot_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.seriesId, t.productId] })],
);

/** The last sighting of a product among those that left. */
export const lakeLasts = sqliteTable(
  'lake_lasts',
  {
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    rank: integer().notNull(),
    slotAt: integer('slot_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.seriesId, t.productId] })],
);
