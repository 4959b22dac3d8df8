import { integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';

/** What is known of a product. `updated_at` is the slot of the last list that gave it its name. */
export const products = sqliteTable(
  'products',
  {
    id: integer().primaryKey(),
    /** The `product_id` of the views. */
    upstreamId: text('upstream_id').notNull(),
    name: text().notNull(),
    categoryL1: text('category_l1'),
    categoryL2: text('category_l2'),
    updatedAt: integer('updated_at').notNull(),
    /** As `series.source` has it: ids of two lists may be alike. */
    source: text().notNull().default('keyapi.top_products_insights'),
  },
  (t) => [unique('products_of_source').on(t.source, t.upstreamId)],
);
