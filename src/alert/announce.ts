// Stage 4 to 5: what of a pass is told to whom. One message per channel and pass, never one per
// product.
import { isForPrograms, type Channel } from '../config/channels/kinds.ts';
import type { Rule, Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { aboutList } from '../message/about-list.ts';
import type { AlertFact, AlertsMessage } from '../message/alerts.ts';
import type { ChangeValues } from '../model.ts';
import type { AlertHead } from '../store/alerts/alerts.ts';
import type { Db } from '../store/file/open.ts';
import { wasFiringTold } from '../store/outbox/left-out.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import type { AlertEvent } from './evaluate.ts';
import { KEY_COLUMNS } from '../change/columns.ts';

/** A message for one channel, with the alerts it tells of. */
export type Announcement = {
  channel: Channel;
  /** 0 for the message of the pass; further ones name ends that it has no room for. */
  part: number;
  message: AlertsMessage;
  alerts: { alertId: number; event: AlertFact['event'] }[];
};

/** More firings and reminders of one rule are counted, not listed. */
export const MAX_LISTED_PER_RULE = 20;

/**
 * So many ends are named in a message, besides what is listed: 30 fit into a standard webhook
 * whatever their names.
 */
export const MAX_ENDS = 30;

/**
 * When more than this share of a list fires at once in one message, it looks like an event of the
 * source.
 */
export const STORM_SHARE = 1 / 3;
/** A third of a short list is a handful: no event, and all of them can be told. */
export const STORM_FROM = 10;

type List = { snapshot: SnapshotRow; watch: Watch };
type Told = AlertEvent & { event: AlertFact['event'] };

/**
 * What to tell on a pass. Quiet firings are not told. Reminders and resolves go only where the
 * firing was told, so that on every channel fired and resolved come in pairs. A program that keeps
 * a list of what fires would keep for ever what ends without a name: so for standard webhooks
 * further messages name the ends beyond the first.
 */
export function announce(
  db: Db,
  channels: readonly Channel[],
  list: List,
  events: readonly AlertEvent[],
  now: Instant,
): Announcement[] {
  const told = events.flatMap((event): Told[] => {
    const kind = eventOf(event);
    return kind === null ? [] : [{ ...event, event: kind }];
  });
  return channels.flatMap((channel): Announcement[] => {
    const forChannel = told
      .filter(
        ({ rule, alert, event }) =>
          // An end goes wherever the firing went, also when the rule tells others by now.
          (event === 'resolved' || rule.rule.notify.includes(channel.name)) &&
          (event === 'fired' || wasFiringTold(db, alert.id, channel.name)),
      )
      .sort(byWeight);
    return messagesOf(channel, forChannel).map((part, index) => ({
      channel,
      part: index,
      message: messageFor(list, part, now),
      alerts: part.map(({ alert, event }) => ({ alertId: alert.id, event })),
    }));
  });
}

/**
 * What the messages of a channel tell of: one of everything, and for programs further ones of the
 * ends it cannot name.
 */
function messagesOf(channel: Channel, told: readonly Told[]): (readonly Told[])[] {
  if (told.length === 0) return [];
  if (!isForPrograms(channel)) return [told];
  const ends = told.filter(({ event }) => event === 'resolved');
  const news = told.filter(({ event }) => event !== 'resolved');
  const rest = Array.from({ length: Math.ceil(ends.length / MAX_ENDS) - 1 }, (_, index) =>
    ends.slice((index + 1) * MAX_ENDS, (index + 2) * MAX_ENDS),
  );
  return [[...news, ...ends.slice(0, MAX_ENDS)], ...rest];
}

function eventOf({ decision }: AlertEvent): AlertFact['event'] | null {
  switch (decision.kind) {
    case 'fired':
    case 'told':
      return 'fired';
    case 'reminded':
      return 'reminder';
    case 'resolved':
      return decision.isTold ? 'resolved' : null;
    case 'quiet':
      return null;
  }
}

function messageFor({ snapshot, watch }: List, told: readonly Told[], now: Instant): AlertsMessage {
  const listed = listedOf(told);
  return {
    type: told.every(({ event }) => event === 'resolved') ? 'alerts.resolved' : 'alerts.fired',
    timestamp: isoTime(now),
    data: {
      watch: watch.name,
      ...aboutList(watch),
      slot_at: isoTime(snapshot.slotAt),
      snapshot: {
        id: snapshot.id,
        taken_at: isoTime(snapshot.takenAt ?? snapshot.slotAt),
        status: snapshot.status,
      },
      summary: summaryOf(told),
      alerts: listed.map(factOf),
      truncated: told.length - listed.length,
      storm: isStorm(told, snapshot.rows),
    },
  };
}

/**
 * Does so much of a list of `rows` fire at once? Counted in products, also those that are told
 * late, after a silence.
 */
function isStorm(told: readonly Told[], rows: number): boolean {
  const fired = new Set(
    told.filter(({ event }) => event === 'fired').map(({ alert }) => alert.productId),
  ).size;
  return fired >= STORM_FROM && fired > STORM_SHARE * rows;
}

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

const ORDER = { fired: 0, reminder: 1, resolved: 2 } as const;

/**
 * What is critical and not over before all; news before reminders before what is over; then the
 * gravest first, then the largest moves, then the best ranks; the id makes it certain.
 */
function byWeight(a: Told, b: Told): number {
  const move = ({ change }: Told) => Math.abs(Number(change['rank_gain'] ?? 0));
  const rank = ({ change }: Told) => Number(change['rank'] ?? Infinity);
  const urgency = ({ event, rule }: Told) =>
    rule.rule.severity === 'critical' && event !== 'resolved' ? 0 : 1;
  return (
    urgency(a) - urgency(b) ||
    ORDER[a.event] - ORDER[b.event] ||
    WEIGHT[a.rule.rule.severity] - WEIGHT[b.rule.rule.severity] ||
    move(b) - move(a) ||
    compareNumbers(rank(a), rank(b)) ||
    a.alert.id - b.alert.id
  );
}

/** Infinity minus itself is not a number. */
const compareNumbers = (a: number, b: number): number => Number(a > b) - Number(a < b);

/** Ends have room of their own: however much is news, they are named. */
function listedOf(sorted: readonly Told[]): Told[] {
  const counts = new Map<string, number>();
  return sorted.filter(({ rule, event }) => {
    const kind = event === 'resolved' ? '' : rule.rule.name;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= (kind === '' ? MAX_ENDS : MAX_LISTED_PER_RULE);
  });
}

function summaryOf(told: readonly Told[]): AlertsMessage['data']['summary'] {
  return [...new Set(told.map(({ rule }) => rule.rule.name))].sort().map((name) => {
    const count = (event: AlertFact['event']) =>
      told.filter((one) => one.rule.rule.name === name && one.event === event).length;
    return {
      rule: name,
      fired: count('fired'),
      reminders: count('reminder'),
      resolved: count('resolved'),
    };
  });
}

const factOf = ({ alert, change, event, rule: { rule } }: Told): AlertFact =>
  alertFact(alert, rule, change, event);

/**
 * An alert as messages and `alerts --json` tell it: with the words of its rule, and one of its
 * change rows.
 */
export function alertFact(
  alert: AlertHead,
  rule: Pick<Rule, 'name' | 'description' | 'when' | 'clear'>,
  change: ChangeValues,
  event: AlertFact['event'],
): AlertFact {
  const { product_id, product, category_l1, category_l2, baseline_at, gap_days } = change;
  const text = (value: typeof product) => (typeof value === 'string' ? value : null);
  return {
    id: alert.id,
    rule: rule.name,
    description: rule.description,
    severity: alert.severity,
    state: event === 'resolved' ? 'resolved' : 'firing',
    event,
    fired_at: isoTime(alert.firedAt),
    slot_at: isoTime(alert.slotAt),
    resolved_at: alert.resolvedAt === null ? null : isoTime(alert.resolvedAt),
    resolved_slot_at: alert.resolvedSlotAt === null ? null : isoTime(alert.resolvedSlotAt),
    product: {
      id: String(product_id),
      name: String(product),
      category_l1: text(category_l1),
      category_l2: text(category_l2),
    },
    change: Object.fromEntries(Object.entries(change).filter(([name]) => !KEY_COLUMNS.has(name))),
    baseline_at: text(baseline_at),
    gap_days: typeof gap_days === 'number' ? gap_days : null,
    when: rule.when,
    clear: rule.clear,
  };
}
