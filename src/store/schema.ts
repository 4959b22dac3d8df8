// Drizzle's picture of the tables. Drizzle cannot express STRICT, WITHOUT ROWID or the views: those are
// written by hand in migrations/, and test/store/schema.test.ts holds that both agree.
//
// Times are epoch milliseconds in tables, and ISO-8601 UTC text in views (views.ts).
import { sql } from 'drizzle-orm';
import {
  blob,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export const SNAPSHOT_STATUSES = [
  'complete',
  'partial',
  'stale',
  'suspect',
  'failed',
  'missed',
] as const;
export const SNAPSHOT_ORIGINS = ['schedule', 'catchup', 'manual', 'import'] as const;
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export const TROUBLE_KINDS = [
  'failing',
  'out_of_credits',
  'unauthorised',
  'frozen',
  'incomplete',
  'rule_failing',
] as const;
export const DELIVERY_STATES = [
  'pending',
  'sending',
  'delivered',
  'dead',
  'expired',
  'cancelled',
] as const;
export const PAYLOAD_KINDS = ['email', 'standard', 'slack', 'discord', 'teams'] as const;

const oneOf = (column: string, values: readonly string[]) =>
  sql.raw(`${column} IN (${values.map((value) => `'${value}'`).join(', ')})`);

/** One row per watch name, ever. Its lists are `series`. */
export const watches = sqliteTable(
  'watches',
  {
    id: integer().primaryKey(),
    name: text().notNull().unique(),
    schedule: text().notNull(),
    timezone: text().notNull(),
    /** 0 once the config no longer names it. */
    active: integer({ mode: 'boolean' }).notNull().default(true),
    /** Slots at or before this instant were never due. */
    scheduledFromAt: integer('scheduled_from_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  () => [check('watches_active', sql`active IN (0, 1)`)],
);

/** What exactly a watch asked for. A watch whose query is edited starts a new series. */
export const series = sqliteTable(
  'series',
  {
    id: integer().primaryKey(),
    watchId: integer('watch_id')
      .notNull()
      .references(() => watches.id),
    source: text().notNull(),
    region: text().notNull(),
    timeScope: integer('time_scope').notNull(),
    category: text(),
    keyword: text(),
    depth: integer().notNull(),
    /** Canonical JSON of the six columns above. */
    queryKey: text('query_key').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    unique('series_query').on(t.watchId, t.queryKey),
    unique('series_of_watch').on(t.id, t.watchId),
    check('series_depth', sql`depth > 0`),
  ],
);

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

/** What a list looked like once. One per watch and slot, whatever came of it. */
export const snapshots = sqliteTable(
  'snapshots',
  {
    id: integer().primaryKey(),
    watchId: integer('watch_id')
      .notNull()
      .references(() => watches.id),
    seriesId: integer('series_id').notNull(),
    slotAt: integer('slot_at').notNull(),
    /** When its first request was sent; NULL when it was missed. */
    takenAt: integer('taken_at'),
    status: text({ enum: SNAPSHOT_STATUSES }).notNull(),
    /** Why it is not complete, in words. */
    reason: text(),
    /** The list moved while it was paged: a product served twice, or a total that changed. */
    moved: integer({ mode: 'boolean' }).notNull().default(false),
    origin: text({ enum: SNAPSHOT_ORIGINS }).notNull(),
    rows: integer().notNull().default(0),
    /** Rows served without a usable product id. */
    setAside: integer('set_aside').notNull().default(0),
    /** Length of the list as the source last reported it. */
    total: integer(),
    /** Pages that were served. */
    pages: integer().notNull().default(0),
    /** Longest distance between neighbouring slots in the 14 days up to the slot. */
    intervalMs: integer('interval_ms').notNull(),
    /** SHA-256 of all rows in order; equal to the one before means the source did not refresh. */
    contentHash: blob('content_hash', { mode: 'buffer' }),
  },
  (t) => [
    foreignKey({ columns: [t.seriesId, t.watchId], foreignColumns: [series.id, series.watchId] }),
    uniqueIndex('snapshots_slot').on(t.watchId, t.slotAt),
    index('snapshots_in_series').on(t.seriesId, t.slotAt),
    check('snapshots_status', oneOf('status', SNAPSHOT_STATUSES)),
    check('snapshots_origin', oneOf('origin', SNAPSHOT_ORIGINS)),
    check('snapshots_moved', sql`moved IN (0, 1)`),
    check('snapshots_rows', sql`"rows" >= 0 AND ("rows" = 0) = (status IN ('failed', 'missed'))`),
    check('snapshots_taken', sql`(taken_at IS NULL) = (status = 'missed')`),
    check('snapshots_reason', sql`(reason IS NULL) = (status = 'complete')`),
  ],
);

/** What a snapshot was found to be when it was judged, besides its status: see snapshot/judge.ts. None of one that was not judged. */
export const judgements = sqliteTable('judgements', {
  snapshotId: integer('snapshot_id')
    .primaryKey()
    .references(() => snapshots.id),
  /** What is worth knowing of it, also when it is complete. */
  note: text(),
  /** What it falls short of with no page missing: the same three times in a row is the list's normal. */
  shortfall: text(),
  /** Standard deviation of the log ratios of its large products' posts to those of the list before; NULL when too few. */
  spread: real(),
  /** Products that was measured on; NULL when it was not. */
  spreadPairs: integer('spread_pairs'),
  /** From the slot of the list before to its own; NULL when there was none. */
  spreadGapMs: integer('spread_gap_ms'),
});

/**
 * One product in one snapshot. No second index: see `tidemark help views`.
 * The columns after `cost` are derived when it is stored, from the series up to and including the snapshot
 * (standings.ts), and can be rebuilt; they are NULL in snapshots that are neither complete nor partial. The z-scores are ten-thousandths, in 2 bytes where REAL takes 8.
 */
export const observations = sqliteTable(
  'observations',
  {
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    rank: integer().notNull(),
    posts: integer(),
    postsGrowth: real('posts_growth'),
    impressions: integer(),
    likes: integer(),
    comments: integer(),
    shares: integer(),
    ctr: real(),
    cvr: real(),
    viewRate6s: real('view_rate_6s'),
    cpa: real(),
    cost: real(),
    rankBest: integer('rank_best'),
    slotsOnList: integer('slots_on_list'),
    streak: integer(),
    rankZ: integer('rank_z_e4'),
    postsZ: integer('posts_z_e4'),
    impressionsZ: integer('impressions_z_e4'),
  },
  (t) => [
    primaryKey({ columns: [t.snapshotId, t.productId] }),
    check('observations_rank', sql`"rank" > 0`),
  ],
);

/** Each product's record in a series: kept at write time, rebuildable from the observations. */
export const productRecords = sqliteTable(
  'product_records',
  {
    seriesId: integer('series_id')
      .notNull()
      .references(() => series.id),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id),
    /** Slots. */
    firstSeenAt: integer('first_seen_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    rankBest: integer('rank_best').notNull(),
    slotsOnList: integer('slots_on_list').notNull(),
  },
  (t) => [primaryKey({ columns: [t.seriesId, t.productId] })],
);

/** The ledger: one row per request sent, also of those that failed. */
export const requests = sqliteTable(
  'requests',
  {
    id: integer().primaryKey(),
    /** NULL for a probe of a watch that no config in force has named yet: trying a config records no watch. */
    watchId: integer('watch_id').references(() => watches.id),
    slotAt: integer('slot_at').notNull(),
    /** NULL for a request that belongs to no stored snapshot: a probe, or a pass that was killed. */
    snapshotId: integer('snapshot_id').references(() => snapshots.id),
    page: integer().notNull(),
    attempt: integer().notNull(),
    startedAt: integer('started_at').notNull(),
    /** NULL while it is under way, or when the process died meanwhile. */
    durationMs: integer('duration_ms'),
    httpStatus: integer('http_status'),
    bodyCode: integer('body_code'),
    /** `ok`, or the reason it failed. */
    outcome: text(),
    detail: text(),
    credits: integer().notNull(),
    /** `requestId` of the answer. */
    upstreamRequestId: text('upstream_request_id'),
  },
  (t) => [
    index('requests_by_time').on(t.startedAt),
    index('requests_of_pass').on(t.watchId, t.slotAt),
    // As the others `_of_snapshot`: without it each deleted snapshot reads the whole table, to hold the foreign key.
    index('requests_of_snapshot')
      .on(t.snapshotId)
      .where(sql`snapshot_id IS NOT NULL`),
  ],
);

/** Pages as served, gzipped, until `retention.raw_pages`. */
export const rawPages = sqliteTable(
  'raw_pages',
  {
    snapshotId: integer('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    page: integer().notNull(),
    takenAt: integer('taken_at').notNull(),
    body: blob({ mode: 'buffer' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.snapshotId, t.page] }),
    index('raw_pages_by_time').on(t.takenAt),
  ],
);

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

/** The one configuration that watches and rules were last brought in line with: the daemon's, or that of a snapshot by hand. */
export const configInForce = sqliteTable(
  'config_in_force',
  {
    id: integer().primaryKey(),
    path: text().notNull(),
    /** Of its watches and rules: two files that mean the same have the same. */
    fingerprint: text().notNull(),
    /** What each watch asks for, by name: `{"us-daily": "[…the query key…]"}`. */
    queries: text({ mode: 'json' }).$type<Record<string, string>>().notNull(),
    appliedAt: integer('applied_at').notNull(),
  },
  () => [check('config_in_force_one', sql`id = 1`)],
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

/** The state machine of one rule for one product of one series. No row means idle, with nothing to remember. */
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
  },
  (t) => [
    primaryKey({ columns: [t.ruleId, t.seriesId, t.productId] }),
    check(
      'rule_states_state',
      sql`state IN ('idle', 'pending', 'open') AND (state = 'open') = (alert_id IS NOT NULL)`,
    ),
  ],
);

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
    /** The change row it fired on, both snapshots, the expressions: all that was used. */
    evidence: text({ mode: 'json' }).notNull(),
    resolvedEvidence: text('resolved_evidence', { mode: 'json' }),
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

/** One message about one or more alerts (or a digest, or trouble), for one channel. Its content never changes. */
export const notifications = sqliteTable(
  'notifications',
  {
    id: integer().primaryKey(),
    /** What it is about, without its text: the same event never makes a second one. */
    key: text().notNull().unique(),
    /** alerts.fired, alerts.resolved, digest.ready, source.trouble, channel.test … */
    type: text().notNull(),
    channel: text().notNull(),
    watchId: integer('watch_id').references(() => watches.id),
    snapshotId: integer('snapshot_id').references(() => snapshots.id),
    createdAt: integer('created_at').notNull(),
    /** The facts every renderer starts from: `{type, timestamp, data}`. */
    message: text({ mode: 'json' }).notNull(),
  },
  (t) => [
    index('notifications_of_snapshot')
      .on(t.snapshotId)
      .where(sql`snapshot_id IS NOT NULL`),
  ],
);

/** Which alerts a notification tells of, and what of them. */
export const notificationAlerts = sqliteTable(
  'notification_alerts',
  {
    notificationId: integer('notification_id')
      .notNull()
      .references(() => notifications.id),
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id),
    event: text({ enum: ['fired', 'reminder', 'resolved'] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.notificationId, t.alertId] }),
    index('notification_alerts_of_alert').on(t.alertId),
    check('notification_alerts_event', sql`event IN ('fired', 'reminder', 'resolved')`),
  ],
);

/** A notification on its way to one recipient. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer().primaryKey(),
    notificationId: integer('notification_id')
      .notNull()
      .references(() => notifications.id),
    channel: text().notNull(),
    /** An e-mail address, or the empty string for the one recipient of a webhook: its URL is a secret. */
    recipient: text().notNull(),
    /** `webhook-id`, and the local part of Message-ID: the same on every attempt. */
    messageId: text('message_id').notNull().unique(),
    state: text({ enum: DELIVERY_STATES }).notNull(),
    /** The exact bytes to send, frozen before the first attempt. */
    payload: blob({ mode: 'buffer' }),
    attempts: integer().notNull().default(0),
    nextAttemptAt: integer('next_attempt_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    leaseOwner: text('lease_owner'),
    leaseUntilAt: integer('lease_until_at'),
    deliveredAt: integer('delivered_at'),
    /** Why it is dead, expired or cancelled. */
    reason: text(),
    /** What the payload is written for: `email`, or the format of a webhook. NULL: unknown, so it is written anew. */
    payloadKind: text('payload_kind', { enum: PAYLOAD_KINDS }),
  },
  (t) => [
    unique('deliveries_recipient').on(t.notificationId, t.recipient),
    // Of all that was ever sent only what waits is in these three, so that a look costs the same for years. A statement
    // that is to use one repeats its condition to the letter.
    index('deliveries_due')
      .on(t.channel, t.nextAttemptAt)
      .where(sql`state IN ('pending', 'sending')`),
    // In the order of the ids: the oldest of a channel first.
    index('deliveries_waiting')
      .on(t.channel)
      .where(sql`state IN ('pending', 'sending')`),
    index('deliveries_expiring')
      .on(t.expiresAt)
      .where(sql`state IN ('pending', 'sending')`),
    // Bytes that are kept for a while after the end.
    index('deliveries_payload')
      .on(t.notificationId)
      .where(sql`payload IS NOT NULL AND state IN ('delivered', 'expired', 'cancelled')`),
    check('deliveries_state', oneOf('state', DELIVERY_STATES)),
    check(
      'deliveries_lease',
      sql`(state = 'sending') = (lease_owner IS NOT NULL) AND (lease_owner IS NULL) = (lease_until_at IS NULL)`,
    ),
  ],
);

/** Append-only, but for the end of the attempt that is under way. */
export const attempts = sqliteTable(
  'attempts',
  {
    id: integer().primaryKey(),
    deliveryId: integer('delivery_id')
      .notNull()
      .references(() => deliveries.id),
    number: integer().notNull(),
    startedAt: integer('started_at').notNull(),
    /** NULL while under way, or when the process died meanwhile. */
    endedAt: integer('ended_at'),
    /** held: the channel, not this message, must be mended; it counts towards no schedule. */
    outcome: text({ enum: ['delivered', 'retry', 'rejected', 'held'] }),
    /** HTTP status or SMTP reply code. */
    statusCode: integer('status_code'),
    reason: text(),
    /** Redacted, at most 2 KB. */
    excerpt: text(),
  },
  (t) => [unique('attempts_number').on(t.deliveryId, t.number)],
);

/** Whether a channel works, as its attempts show. No row means nothing was tried yet. */
export const channelHealth = sqliteTable(
  'channel_health',
  {
    channel: text().primaryKey(),
    /** Failed attempts in a row that speak against the channel. */
    failures: integer().notNull(),
    /** Time of the first of them; NULL while it works. */
    failingSinceAt: integer('failing_since_at'),
    /** The failure of the last of them, in words. */
    reason: text(),
    /** Nothing is sent before: its circuit breaker is open, or the receiver asked us to wait. */
    heldUntilAt: integer('held_until_at'),
    /** Nothing is sent at all, until `channels test` gets through. */
    disabledAt: integer('disabled_at'),
    /** When another channel was told of the trouble, and which. */
    toldAt: integer('told_at'),
    toldThrough: text('told_through'),
    /** Time of the last of the failures in a row. */
    failedAt: integer('failed_at'),
    /** In how many of the days (24 hours) since the first there was one: time in which nobody tried does not count. */
    failingDays: integer('failing_days').notNull().default(0),
  },
  () => [
    check('channel_health_failing', sql`(failures = 0) = (failing_since_at IS NULL)`),
    check('channel_health_told', sql`(told_at IS NULL) = (told_through IS NULL)`),
  ],
);

/** Recipients of mail whom the server refused, since the last mail that got through to them. */
export const recipientRefusals = sqliteTable(
  'recipient_refusals',
  {
    channel: text().notNull(),
    recipient: text().notNull(),
    /** In a row. */
    refusals: integer().notNull(),
    /** The last of them, in words. */
    reason: text().notNull(),
    /** When mail to it stopped, for a week. */
    suppressedAt: integer('suppressed_at'),
    /** The channel that was told so. */
    toldThrough: text('told_through'),
  },
  (t) => [primaryKey({ columns: [t.channel, t.recipient] })],
);

/** When each configured digest is due. A name that is no longer configured has no row. */
export const digestSchedules = sqliteTable('digest_schedules', {
  name: text().primaryKey(),
  schedule: text().notNull(),
  timezone: text().notNull(),
  /** Slots at or before this instant were never due. */
  scheduledFromAt: integer('scheduled_from_at').notNull(),
});

/** One row per digest and period: what makes it exactly one. */
export const digests = sqliteTable(
  'digests',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    slotAt: integer('slot_at').notNull(),
    /** Slot of the digest before: the period is (since_at, slot_at]. */
    sinceAt: integer('since_at').notNull(),
    createdAt: integer('created_at').notNull(),
    /** sent, or quiet: nothing to say. */
    outcome: text({ enum: ['sent', 'quiet'] }).notNull(),
  },
  (t) => [unique('digests_period').on(t.name, t.slotAt)],
);

/** What does not work: a source, a list as one watch sees it, or a rule on a watch. Of each at most one is open: see alert/trouble.ts. */
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
