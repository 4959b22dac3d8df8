// Names of categories, from the tree of a source.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** One category of a source, as its tree had it when it was last fetched. */
export const categories = sqliteTable(
  'categories',
  {
    source: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** 1 to 3. */
    level: integer().notNull(),
    /** The category above it; NULL at the top. */
    parentId: text('parent_id'),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.id] }), index('categories_by_name').on(t.name)],
);
