// What was seen of each product, and its record in a series.
import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, real, sqliteTable } from 'drizzle-orm/sqlite-core';
import { scoredColumns, type Metric } from '../../list/list-kind.ts';
import { TOP_PRODUCTS } from '../../list/top-products.ts';
import { products } from './products.ts';
import { snapshots } from './snapshots.ts';
import { series } from './watches.ts';

const FIRST: ReadonlySet<string> = new Set(TOP_PRODUCTS.hashedInOrder);
const isFirst = ({ column }: Metric): boolean => FIRST.has(column);
const LATER = TOP_PRODUCTS.metrics.filter((metric) => !isFirst(metric));
const SCORED = scoredColumns(TOP_PRODUCTS);

/**
 * Columns by their names. The program reads them only by hand-written SQL, so their types do not
 * matter here.
 */
type Columns = Record<never, never>;
const metricColumns = (metrics: readonly Metric[]): Columns =>
  Object.fromEntries(
    metrics.map(({ column, kind }) => [column, kind === 'count' ? integer(column) : real(column)]),
  );
const scoreColumns = (metrics: readonly Pick<Metric, 'column'>[]): Columns =>
  Object.fromEntries(
    metrics
      .filter(({ column }) => SCORED.includes(column))
      .map(({ column }) => [`${column}_z`, integer(`${column}_z_e4`)]),
  );

/**
 * One product in one snapshot. No second index: see `tidemark help views`. The metrics are those
 * that the list declares; those it gained later stand last, where `ALTER TABLE` puts them. The
 * columns from `rank_best` to the z-scores are derived when it is stored, from the series up to and
 * including the snapshot (standings.ts), and can be rebuilt; they are NULL in snapshots that are
 * neither complete nor partial. The z-scores are ten-thousandths, in 2 bytes where REAL takes 8.
 */
export const observations = sqliteTable(
  TOP_PRODUCTS.table,
  {
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    rank: integer().notNull(),
    ...metricColumns(TOP_PRODUCTS.metrics.filter(isFirst)),
    rankBest: integer('rank_best'),
    slotsOnList: integer('slots_on_list'),
    streak: integer(),
    ...scoreColumns([{ column: 'rank' }, ...TOP_PRODUCTS.metrics.filter(isFirst)]),
    ...metricColumns(LATER),
    ...scoreColumns(LATER),
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
