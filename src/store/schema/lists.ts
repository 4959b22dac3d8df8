import { sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Lists that this file has a table for and that do not come with the program. */
export const lists = sqliteTable('lists', {
  /** As `series.source` has it. */
  source: text().primaryKey(),
  /** As list/stored.ts writes it. */
  declaration: text().notNull(),
});
