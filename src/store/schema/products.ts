import { integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';

/**
 * What is known of a product: the thing that a row of a list is about. Ids are those of its source,
 * so that the same id of two sources is two products. `updated_at` is the slot of the last list
 * that gave it its name.
 */
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
    /** Which source and list its id is of: as `series.source`. */
    source: text().notNull().default('keyapi.top_products_insights'),
    /** The address of its page, where rows bring it. */
    link: text(),
  },
  (t) => [unique('products_of_source').on(t.upstreamId, t.source)],
);
