// Where each rule stands with each product, and the episodes that came of it.
import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { oneOf } from './one-of.ts';
import { products } from './products.ts';
import { rules } from './rules.ts';
import { snapshots } from './snapshots.ts';
import { series, watches } from './watches.ts';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;

/** One episode of one rule for one product in one watch. */
export const alerts = sqliteTable(
  'alerts',
  {
    id: integer().primaryKey(),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => rules.id),
    ruleRevision: integer('rule_revision').notNull(),
    severity: text({ enum: SEVERITIES }).notNull(),
    watchId: integer('watch_id')
      .notNull()
      .references(() => watches.id),
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    baselineId: integer('baseline_id').references(() => snapshots.id),
    /** The slot where it fired, and when that was decided. */
    slotAt: integer('slot_at').notNull(),
    firedAt: integer('fired_at').notNull(),
    /** Why nobody was told; NULL once its firing was told. */
    quiet: text({ enum: ['adopted', 'cooldown', 'silenced'] }),
    /** Slots of the telling and of the last reminder. */
    toldSlotAt: integer('told_slot_at'),
    remindedSlotAt: integer('reminded_slot_at'),
    resolvedSlotAt: integer('resolved_slot_at'),
    resolvedAt: integer('resolved_at'),
    resolvedSnapshotId: integer('resolved_snapshot_id').references(() => snapshots.id),
    /** cleared, rule_changed, rule_removed, watch_changed or watch_removed. */
    resolvedReason: text('resolved_reason', {
      enum: ['cleared', 'rule_changed', 'rule_removed', 'watch_changed', 'watch_removed'],
    }),
    /** The change row it fired on, both snapshots, the expressions: all that was used, as JSON. */
    evidence: text().notNull(),
    resolvedEvidence: text('resolved_evidence'),
  },
  (t) => [
    uniqueIndex('alerts_episode').on(t.ruleId, t.seriesId, t.productId, t.slotAt),
    index('alerts_by_slot').on(t.slotAt),
    index('alerts_by_firing').on(t.firedAt),
    index('alerts_by_resolve').on(t.resolvedAt),
    index('alerts_of_snapshot').on(t.snapshotId),
    index('alerts_of_baseline')
      .on(t.baselineId)
      .where(sql`baseline_id IS NOT NULL`),
    index('alerts_of_resolve')
      .on(t.resolvedSnapshotId)
      .where(sql`resolved_snapshot_id IS NOT NULL`),
    check('alerts_severity', oneOf('severity', SEVERITIES)),
    check('alerts_resolved', sql`(resolved_at IS NULL) = (resolved_reason IS NULL)`),
    check('alerts_told', sql`(quiet IS NULL) = (told_slot_at IS NOT NULL)`),
  ],
);

/** What the evidence of many alerts shares: what a rule said; names of columns of change rows. */
export const evidenceTexts = sqliteTable('evidence_texts', {
  id: integer().primaryKey(),
  text: text().notNull().unique(),
});

/**
 * The state machine of one rule for one product of one series. No row means idle, with nothing to
 * remember.
 */
export const ruleStates = sqliteTable(
  'rule_states',
  {
    ruleId: integer('rule_id')
      .notNull()
      .references(() => rules.id),
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    state: text({ enum: ['idle', 'pending', 'open'] }).notNull(),
    /** Slots in a row that were true. */
    forCount: integer('for_count').notNull(),
    /** Slots in a row that were clear. */
    clearCount: integer('clear_count').notNull(),
    /** The open alert. */
    alertId: integer('alert_id').references(() => alerts.id),
    /** Slot of the last firing that was told: cooldown counts from here. */
    toldSlotAt: integer('told_slot_at'),
    /**
     * From this slot on every answer is the same and leads to nothing, for as long as the product
     * stays away; NULL: every slot has to be looked at.
     */
    settledAt: integer('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.ruleId, t.seriesId, t.productId] }),
    check(
      'rule_states_state',
      sql`state IN ('idle', 'pending', 'open') AND (state = 'open') = (alert_id IS NOT NULL)`,
    ),
  ],
);
