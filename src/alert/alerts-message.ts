// The message of one channel on one pass: which alerts it lists, and how many more it only
// counts.
import type { Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { aboutList } from '../message/about-list.ts';
import type { AlertFact, AlertsMessage } from '../message/alerts.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import { alertFact } from './alert-fact.ts';
import type { AlertEvent } from './evaluate-record.ts';

/** More firings and reminders of one rule are counted, not listed. */
const MAX_LISTED_PER_RULE = 20;

/**
 * How many alerts that ended are named in a message, besides what is listed: 30 fit into a standard
 * webhook however long their names are.
 */
export const MAX_ENDS = 30;

/**
 * When more than this share of a list fires at once in one message, it looks like an event of the
 * source.
 */
const STORM_SHARE = 1 / 3;
/**
 * A third of a short list is a handful of products. That is no event, and all of them can be told.
 */
const STORM_FROM = 10;

/** The snapshot that a pass stored, and its watch. */
export type ToldList = { snapshot: SnapshotRow; watch: Watch };
/** What happened to an alert, and which event it is told as. */
export type ToldEvent = AlertEvent & { event: AlertFact['event'] };

/**
 * The message that tells of these, in the order given. It lists at most 20 firings and reminders of
 * a rule, and at most 30 ends; `truncated` is how many it does not list.
 */
export function messageFor(
  { snapshot, watch }: ToldList,
  told: readonly ToldEvent[],
  now: Instant,
): AlertsMessage {
  const listed = listedOf(told);
  return {
    type: told.every(({ event }) => event === 'resolved') ? 'alerts.resolved' : 'alerts.fired',
    timestamp: isoTime(now),
    data: {
      watch: watch.name,
      ...aboutList(watch),
      data_date: snapshot.dataDate,
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
 * Does so much of a list of `rows` rows fire at once that it is a storm? Products are counted, also
 * those that are told late, after a silence.
 */
function isStorm(told: readonly ToldEvent[], rows: number): boolean {
  const fired = new Set(
    told.filter(({ event }) => event === 'fired').map(({ alert }) => alert.productId),
  ).size;
  return fired >= STORM_FROM && fired > STORM_SHARE * rows;
}

/** What is listed. Alerts that ended have room of their own: they are named however much is new. */
function listedOf(sorted: readonly ToldEvent[]): ToldEvent[] {
  const counts = new Map<string, number>();
  return sorted.filter(({ rule, event }) => {
    const kind = event === 'resolved' ? '' : rule.rule.name;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= (kind === '' ? MAX_ENDS : MAX_LISTED_PER_RULE);
  });
}

const COUNTED = { fired: 'fired', reminder: 'reminders', resolved: 'resolved' } as const;

function summaryOf(told: readonly ToldEvent[]): AlertsMessage['data']['summary'] {
  const counts = new Map<string, AlertsMessage['data']['summary'][number]>();
  for (const { rule, event } of told) {
    const { name } = rule.rule;
    const known = counts.get(name) ?? { rule: name, fired: 0, reminders: 0, resolved: 0 };
    counts.set(name, known);
    known[COUNTED[event]] += 1;
  }
  return [...counts.keys()].sort().flatMap((name) => counts.get(name) ?? []);
}

const factOf = ({ alert, change, event, rule: { rule } }: ToldEvent): AlertFact =>
  alertFact(alert, rule, change, event);
