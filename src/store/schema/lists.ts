// Lists beside top-products, once a watch has used them.
import { sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * What a list declared when a watch last used it, so that who reads the file needs no config to
 * know its metrics. Its observations stand in a table of its own.
 */
export const lists = sqliteTable('lists', {
  /** As `series.source`. */
  source: text().primaryKey(),
  name: text().notNull(),
  /** The table of its observations. */
  observations: text().notNull(),
  declaration: text({ mode: 'json' }).notNull(),
});
