// The rules, and how far each has been evaluated.
import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { series } from './watches.ts';

/** Rules as last configured. The revision grows with every edit of what the rule means. */
export const rules = sqliteTable(
  'rules',
  {
    id: integer().primaryKey(),
    name: text().notNull().unique(),
    revision: integer().notNull(),
    semanticHash: text('semantic_hash').notNull(),
    definition: text({ mode: 'json' }).notNull(),
    active: integer({ mode: 'boolean' }).notNull().default(true),
    updatedAt: integer('updated_at').notNull(),
  },
  () => [check('rules_active', sql`active IN (0, 1)`)],
);

/** How far a rule has been evaluated in a series. */
export const ruleWatermarks = sqliteTable(
  'rule_watermarks',
  {
    ruleId: integer('rule_id')
      .notNull()
      .references(() => rules.id),
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    /** Slot of the last evaluated snapshot. */
    lastSlotAt: integer('last_slot_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ruleId, t.seriesId] })],
);
