import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** What is known of a product. `updated_at` is the slot of the last list that gave it its name. */
export const products = sqliteTable('products', {
  id: integer().primaryKey(),
  /** `third_ecom_category.id`: the `product_id` of the views. */
  upstreamId: text('upstream_id').notNull().unique(),
  name: text().notNull(),
  categoryL1: text('category_l1'),
  categoryL2: text('category_l2'),
  updatedAt: integer('updated_at').notNull(),
});
