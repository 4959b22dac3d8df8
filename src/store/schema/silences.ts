import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const silences = sqliteTable(
  'silences',
  {
    id: integer().primaryKey(),
    /** Each NULL matches everything; at least one is set. */
    rule: text(),
    watch: text(),
    /** Upstream product id. */
    product: text(),
    /** NULL: until removed. */
    untilAt: integer('until_at'),
    reason: text().notNull(),
    createdAt: integer('created_at').notNull(),
    removedAt: integer('removed_at'),
  },
  () => [
    check('silences_scope', sql`rule IS NOT NULL OR watch IS NOT NULL OR product IS NOT NULL`),
  ],
);
