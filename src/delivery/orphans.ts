import type { Message } from '../model.ts';

/**
 * A message without resolves of which its recipient never got the firing; null when it tells of nothing else. Counts are
 * corrected for those that are counted and not listed, too.
 */
export function withoutOrphans(
  message: Message,
  orphans: readonly { alertId: number; rule: string }[],
): Message | null {
  if (
    orphans.length === 0 ||
    (message.type !== 'alerts.fired' && message.type !== 'alerts.resolved')
  )
    return message;
  const { data } = message;
  const ids = new Set(orphans.map(({ alertId }) => alertId));
  const alerts = data.alerts.filter(({ id, event }) => event !== 'resolved' || !ids.has(id));
  const summary = data.summary
    .map((count) => ({
      ...count,
      resolved: count.resolved - orphans.filter(({ rule }) => rule === count.rule).length,
    }))
    .filter(({ fired, reminders, resolved }) => fired + reminders + resolved > 0);
  if (summary.length === 0) return null;
  const unlisted = orphans.length - (data.alerts.length - alerts.length);
  return {
    ...message,
    data: { ...data, summary, alerts, truncated: Math.max(0, data.truncated - unlisted) },
  };
}
