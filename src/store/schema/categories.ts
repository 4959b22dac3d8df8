import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The tree of the shop's categories, as a source gave it. */
export const categories = sqliteTable('categories', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Of the category above; null for a first-level one. */
  parentId: text('parent_id'),
  /** 1 to 3. */
  level: integer().notNull(),
  fetchedAt: integer('fetched_at').notNull(),
});
