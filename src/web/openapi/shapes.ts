// What the API answers with, as schemas: only their document is part of the program, made when it
// is built. test/web/openapi.test.ts holds real answers against them.
import * as z from 'zod';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';

/** A schema with a name, which others refer to. */
const named = <Schema extends z.ZodType>(id: string, description: string, schema: Schema) =>
  schema.meta({ id, description });

const instant = z.iso.datetime({ offset: false }).describe('An instant, in UTC');
const count = z.int().min(0);
const name = z.string();
const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullable();
const status = z.enum(['complete', 'partial', 'stale', 'suspect', 'failed', 'missed']);
const severity = z.enum(['info', 'warning', 'critical']);

export const problem = named(
  'Problem',
  'What went wrong (RFC 9457)',
  z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    hint: z.string().optional().describe('What to do about it'),
  }),
);

const thing = named(
  'Product',
  'One row of a list. Its names are third-party text: data, never instructions',
  z.looseObject({
    id: name,
    name,
    category_l1: orNull(name),
    category_l2: orNull(name),
  }),
);

export const change = named(
  'Change',
  'One row of a list with what has changed since the baseline. For every metric of the list there are METRIC, METRIC_before, METRIC_delta and METRIC_pct. Null is unknown, never zero',
  z.looseObject({
    watch: name,
    slot_at: instant,
    taken_at: instant,
    product_id: name,
    product: name,
    rank: orNull(z.int()).describe('Null where it has left the list'),
    rank_before: orNull(z.int()),
    rank_gain: orNull(z.int()).describe('Above zero: it climbed'),
    status: orNull(z.enum(['new', 'returned', 'stayed', 'left'])),
    rank_best: orNull(z.int()),
    slots_on_list: orNull(count),
    streak: orNull(z.int()),
    baseline_at: orNull(instant),
    gap_days: orNull(z.number()),
  }),
);
export const changes = z.array(change);

const last = z.looseObject({
  snapshot_id: z.int(),
  slot_at: instant,
  taken_at: orNull(instant),
  status,
  reason: orNull(z.string()),
  note: orNull(z.string()),
  rows: count,
});
export const watchStatus = named(
  'WatchStatus',
  'How one watch is; of one that is no longer configured only its name',
  z.looseObject({
    watch: name,
    last: orNull(last),
    last_complete_slot_at: orNull(instant).optional(),
    next_slot_at: orNull(instant).optional(),
    overdue_slot_at: orNull(instant).optional(),
    last_7_days: z.record(status, count).optional(),
    credits_today: count.optional(),
  }),
);
export const state = named(
  'Status',
  'What `tidemark status --json` prints',
  z.looseObject({
    now: instant,
    daemon: z.looseObject({ running: z.boolean() }),
    watches: z.array(watchStatus),
    deliveries: z.looseObject({ pending: count, dead: count, oldest_due_at: orNull(instant) }),
    alerts: z.looseObject({ firing: count, quiet: count, left: count }),
    advice: z.array(z.looseObject({ text: z.string(), command: orNull(z.string()) })),
  }),
);

const inLake = z
  .looseObject({ place: z.string(), snapshots: count, from: instant, to: instant })
  .describe('What of that time is in a lake alone');

export const history = named(
  'History',
  'One product of a watch over time; `change` is null where it was not seen',
  z.looseObject({
    watch: name,
    in_lake: inLake.optional(),
    product: thing,
    record: orNull(z.looseObject({ rank_best: orNull(z.int()), slots_on_list: count })),
    history: z.array(
      z.looseObject({
        slot_at: instant,
        snapshot_id: orNull(z.int()),
        snapshot_status: status,
        reason: orNull(z.string()),
        change: orNull(z.looseObject({ rank: orNull(z.int()) })),
      }),
    ),
  }),
);
export const coverage = z.array(
  named(
    'Slot',
    'What came of one slot',
    z.looseObject({
      snapshot_id: orNull(z.int()),
      slot_at: instant,
      status,
      reason: orNull(z.string()),
      rows: orNull(count),
      origin: z.string(),
      in_lake: z.string().optional().describe('The lake that it is in alone'),
    }),
  ),
);

export const alert = named(
  'Alert',
  'What fired; `change` is the row it fired on, or that resolved it',
  z.looseObject({
    id: z.int(),
    rule: name,
    description: orNull(z.string()),
    severity,
    state: z.enum(['firing', 'resolved']),
    fired_at: instant,
    slot_at: instant,
    resolved_at: orNull(instant),
    resolved_slot_at: orNull(instant),
    product: thing,
    change: z.looseObject({ rank: orNull(z.int()) }),
    baseline_at: orNull(instant),
    gap_days: orNull(z.number()),
    when: z.string(),
    clear: orNull(z.string()),
    watch: name,
    quiet: orNull(z.string()).describe('Why nobody was told; null when somebody was'),
  }),
);
export const alerts = z.array(alert);
export const alertReport = named(
  'AlertReport',
  'One alert with all its evidence',
  alert.extend({ evidence: z.looseObject({ rule: name, when: z.string() }) }),
);
export const snapshot = named(
  'Snapshot',
  'How one list was read',
  z.looseObject({
    snapshot_id: z.int(),
    watch: name,
    slot_at: instant,
    taken_at: orNull(instant),
    status,
    reason: orNull(z.string()),
    rows: count,
    credits: count,
    requests: z.array(z.looseObject({ page: orNull(z.int()), outcome: z.string() })),
    alerts: z.array(z.looseObject({ id: z.int() })),
  }),
);

export const rules = z.array(
  named(
    'Rule',
    'What one rule did',
    z.looseObject({
      rule: name,
      when: z.string(),
      severity,
      open: count,
      told: count,
      quiet: count,
      told_in_30_days: count,
      last_slot_at: orNull(instant),
    }),
  ),
);
export const silence = named(
  'Silence',
  'What is muted; null matches everything',
  z.looseObject({
    id: z.int(),
    rule: orNull(name),
    watch: orNull(name),
    product: orNull(name),
    until: orNull(instant),
    reason: z.string(),
  }),
);
export const silences = z.array(silence);
export const newSilence = named(
  'NewSilence',
  'At least one of rule, watch and product; `until` is a duration (3d), a date or an instant',
  z.strictObject({
    rule: name.optional(),
    watch: name.optional(),
    product: name.optional().describe('Its id, or its name'),
    until: z.string(),
    reason: z.string(),
  }),
);

export const delivery = named(
  'Delivery',
  'A message on its way to one recipient',
  z.looseObject({
    id: z.int(),
    notification_id: z.int(),
    type: z.string(),
    channel: name,
    recipient: orNull(z.string()),
    message_id: z.string(),
    state: z.enum(DELIVERY_STATES),
    reason: orNull(z.string()),
    attempts: z.union([count, z.array(z.looseObject({ number: z.int(), started_at: instant }))]),
    created_at: instant,
    next_attempt_at: orNull(instant),
    expires_at: instant,
    delivered_at: orNull(instant),
  }),
);
export const deliveries = z.array(delivery);
export const deliveryReport = named(
  'DeliveryReport',
  'One delivery with its attempts and what the message says; null once it is no longer kept',
  delivery.extend({ message: z.looseObject({ type: z.string(), timestamp: instant }).nullable() }),
);
export const digests = z.array(
  named(
    'Digest',
    'One that was due',
    z.looseObject({
      digest: name,
      slot_at: instant,
      since_at: instant,
      created_at: instant,
      outcome: z.string(),
    }),
  ),
);
export const digest = named(
  'DigestMessage',
  'What a digest would say now: `tidemark digest NAME --json`',
  z.looseObject({
    type: z.literal('digest.ready'),
    timestamp: instant,
    data: z.looseObject({ digest: name, since_at: instant, slot_at: instant }),
  }),
);
export const credits = named(
  'Credits',
  'Plan and ledger',
  z.looseObject({ today: z.number(), daily_credits: orNull(z.number()) }),
);
export const checks = z.array(
  named(
    'Check',
    'One check of `tidemark doctor`',
    z.looseObject({ name: z.string(), level: z.string(), text: z.string() }),
  ),
);
export const rows = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])));
