import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { oneOf } from './one-of.ts';
import { rules } from './rules.ts';
import { watches } from './watches.ts';

export const TROUBLE_KINDS = [
  'failing',
  'out_of_credits',
  'unauthorised',
  'frozen',
  'incomplete',
  'rule_failing',
] as const;

/**
 * What does not work: a source, a list as one watch sees it, or a rule on a watch. Of each at most
 * one is open: see alert/trouble.ts.
 */
export const troubles = sqliteTable(
  'troubles',
  {
    id: integer().primaryKey(),
    /** NULL where it is the whole source. */
    watchId: integer('watch_id').references(() => watches.id),
    /** The rule that cannot be evaluated on the watch. */
    ruleId: integer('rule_id').references(() => rules.id),
    /** Name of the source. */
    source: text(),
    kind: text({ enum: TROUBLE_KINDS }).notNull(),
    /** Slot of the first snapshot that showed it. */
    sinceSlotAt: integer('since_slot_at').notNull(),
    openedAt: integer('opened_at').notNull(),
    closedAt: integer('closed_at'),
    /** What was told. */
    text: text().notNull(),
  },
  (t) => [
    uniqueIndex('troubles_open')
      .on(t.watchId)
      .where(sql`closed_at IS NULL AND rule_id IS NULL AND watch_id IS NOT NULL`),
    uniqueIndex('troubles_open_of_rule')
      .on(t.ruleId)
      .where(sql`closed_at IS NULL AND rule_id IS NOT NULL`),
    uniqueIndex('troubles_open_of_source')
      .on(t.source)
      .where(sql`closed_at IS NULL AND source IS NOT NULL`),
    check('troubles_kind', oneOf('kind', TROUBLE_KINDS)),
    check(
      'troubles_subject',
      sql`(source IS NULL) = (watch_id IS NOT NULL) AND (rule_id IS NULL OR watch_id IS NOT NULL)`,
    ),
  ],
);
