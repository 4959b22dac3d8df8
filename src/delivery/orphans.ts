import type { AlertsMessage } from '../message/alerts.ts';
import type { Message } from '../message/message.ts';
import type { LeftOut } from '../store/outbox/left-out.ts';

/**
 * A message without what its recipient is not to hear: ends without a beginning, and beginnings
 * after their end. Null when it tells of nothing else. Counts are corrected for those that are
 * counted and not listed, too.
 */
export function withoutOrphans(message: Message, leftOut: readonly LeftOut[]): Message | null {
  if (
    leftOut.length === 0 ||
    (message.type !== 'alerts.fired' && message.type !== 'alerts.resolved')
  )
    return message;
  const { data } = message;
  const isLeftOut = new Set(leftOut.map(({ alertId, event }) => `${event}/${alertId}`));
  const alerts = data.alerts.filter(({ id, event }) => !isLeftOut.has(`${event}/${id}`));
  const count = (event: LeftOut['event'], rule: string) =>
    leftOut.filter((one) => one.event === event && one.rule === rule).length;
  const summary = data.summary
    .map((counts) => ({
      ...counts,
      fired: counts.fired - count('fired', counts.rule),
      reminders: counts.reminders - count('reminder', counts.rule),
      resolved: counts.resolved - count('resolved', counts.rule),
    }))
    .filter(({ fired, reminders, resolved }) => fired + reminders + resolved > 0);
  if (summary.length === 0) return null;
  const unlisted = leftOut.length - (data.alerts.length - alerts.length);
  return {
    ...message,
    type: typeOf(message, summary),
    data: { ...data, summary, alerts, truncated: Math.max(0, data.truncated - unlisted) },
  };
}

/** If only ends are left, it becomes a message about ends. */
const typeOf = (
  { type }: AlertsMessage,
  summary: AlertsMessage['data']['summary'],
): AlertsMessage['type'] =>
  summary.every(({ fired, reminders }) => fired + reminders === 0) ? 'alerts.resolved' : type;
