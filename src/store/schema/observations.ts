// What was seen of each product, and its record in a series.
import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, real, sqliteTable } from 'drizzle-orm/sqlite-core';
import { products } from './products.ts';
import { snapshots } from './snapshots.ts';
import { series } from './watches.ts';

/**
 * One product in one snapshot. No second index: see `tidemark help views`.
 * The columns after `cost` are derived when it is stored, from the series up to and including the snapshot
 * (standings.ts), and can be rebuilt; they are NULL in snapshots that are neither complete nor partial. The z-scores are ten-thousandths, in 2 bytes where REAL takes 8.
 */
export const observations = sqliteTable(
  'observations',
  {
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    rank: integer().notNull(),
    posts: integer(),
    postsGrowth: real('posts_growth'),
    impressions: integer(),
    likes: integer(),
    comments: integer(),
    shares: integer(),
    ctr: real(),
    cvr: real(),
    viewRate6s: real('view_rate_6s'),
    cpa: real(),
    cost: real(),
    rankBest: integer('rank_best'),
    slotsOnList: integer('slots_on_list'),
    streak: integer(),
    rankZ: integer('rank_z_e4'),
    postsZ: integer('posts_z_e4'),
    impressionsZ: integer('impressions_z_e4'),
  },
  (t) => [
    primaryKey({ columns: [t.snapshotId, t.productId] }),
    check('observations_rank', sql`"rank" > 0`),
  ],
);

/** Each product's record in a series: kept at write time, rebuildable from the observations. */
export const productRecords = sqliteTable(
  'product_records',
  {
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    /** Slots. */
    firstSeenAt: integer('first_seen_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    rankBest: integer('rank_best').notNull(),
    slotsOnList: integer('slots_on_list').notNull(),
  },
  (t) => [primaryKey({ columns: [t.seriesId, t.productId] })],
);
