// Between stages 4 and 5: what of a pass is told to whom. One message per channel and pass,
// never one per product.
import { isForPrograms, type Channel } from '../config/channels/kinds.ts';
import type { Instant } from '../lib/clock.ts';
import type { AlertFact, AlertsMessage } from '../message/alerts.ts';
import type { Db } from '../store/file/open.ts';
import { wasFiringTold } from '../store/outbox/left-out.ts';
import { MAX_ENDS, messageFor, type ToldEvent, type ToldList } from './alerts-message.ts';
import type { AlertEvent } from './evaluate-record.ts';

/** A message for one channel, with the alerts it tells of. */
export type Announcement = {
  channel: Channel;
  /**
   * 0 for the message of the pass; further ones name the alerts that ended and did not fit into it.
   */
  part: number;
  message: AlertsMessage;
  alerts: { alertId: number; event: AlertFact['event'] }[];
};

/**
 * What to tell on a pass. Quiet firings are not told. Reminders and resolves go only where the
 * firing was told, so that each channel hears of fired and resolved in pairs.
 *
 * A program that keeps a list of what fires would keep an alert for ever if its end were only
 * counted. So for standard webhooks further messages name the ends that the first has no room for.
 */
export function announce(
  db: Db,
  channels: readonly Channel[],
  list: ToldList,
  events: readonly AlertEvent[],
  now: Instant,
): Announcement[] {
  const told = events.flatMap((event): ToldEvent[] => {
    const kind = eventOf(event);
    return kind === null ? [] : [{ ...event, event: kind }];
  });
  return channels.flatMap((channel): Announcement[] => {
    const forChannel = told
      .filter(
        ({ rule, alert, event }) =>
          // An end goes to every channel that heard of the firing, even if the rule no longer
          // notifies it.
          (event === 'resolved' || rule.rule.notify.includes(channel.name)) &&
          (event === 'fired' || wasFiringTold(db, alert.id, channel.name)),
      )
      .map((event) => ({ event, weight: weightOf(event) }))
      .sort((a, b) => compareWeights(a.weight, b.weight))
      .map(({ event }) => event);
    return messagesOf(channel, forChannel).map((part, index) => ({
      channel,
      part: index,
      message: messageFor(list, part, now),
      alerts: part.map(({ alert, event }) => ({ alertId: alert.id, event })),
    }));
  });
}

/**
 * The messages of one channel: one for people; for programs also further ones with the ends that it
 * cannot name.
 */
function messagesOf(channel: Channel, told: readonly ToldEvent[]): (readonly ToldEvent[])[] {
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

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

const ORDER = { fired: 0, reminder: 1, resolved: 2 } as const;

/**
 * The order of what is told. First what is critical and still fires; then news before reminders
 * before what is over; then by severity, by the size of the move, and by rank. The id at the end
 * makes the order the same every time.
 */
function weightOf({ event, rule: { rule }, change, alert }: ToldEvent): readonly number[] {
  const isUrgent = rule.severity === 'critical' && event !== 'resolved';
  return [
    isUrgent ? 0 : 1,
    ORDER[event],
    WEIGHT[rule.severity],
    -Math.abs(Number(change['rank_gain'] ?? 0)),
    Number(change['rank'] ?? Infinity),
    alert.id,
  ];
}

/** Compares by the first number in which they differ. */
function compareWeights(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? 0 : Number((a[at] as number) > (b[at] as number)) * 2 - 1;
}
