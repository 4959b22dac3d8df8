import type { AlertFact, AlertsMessage } from '../../model.ts';
import { cleanText, plural, truncate } from '../../lib/text.ts';
import { metricOf, metricText, changeText, namedColumns, numberOf } from './number-text.ts';

/** RFC 5322 recommends lines of at most 78 characters, and readers see little more. */
export const SUBJECT_LENGTH = 78;
const SHORTEST_NAME = 12;

export function totals(summary: AlertsMessage['data']['summary']): {
  rules: number;
  fired: number;
  reminders: number;
  resolved: number;
} {
  const sum = (key: 'fired' | 'reminders' | 'resolved') =>
    summary.reduce((total, row) => total + row[key], 0);
  return {
    rules: summary.length,
    fired: sum('fired'),
    reminders: sum('reminders'),
    resolved: sum('resolved'),
  };
}

/**
 * `us-daily: Perfume up 28 to #12, and 3 more`: which list, what the first alert (or the first critical one) is about, and how many others.
 * The product's name gives way first.
 */
export function alertsSubject({ data }: AlertsMessage): string {
  const { fired, reminders, resolved } = totals(data.summary);
  const count = fired + reminders + resolved;
  const first = data.alerts.find(isUrgent) ?? data.alerts[0];
  // What is critical is never hidden behind a storm.
  if (first === undefined || (data.storm && !isUrgent(first)))
    return subjectLine(
      `${data.watch}: ${plural(count, 'alert')} at once, which looks like an event of the source`,
    );
  const urgent = isUrgent(first) ? '[critical] ' : '';
  const before = `${urgent}${data.watch}: ${first.event === 'resolved' ? `${first.rule} over for ` : ''}`;
  const after = `${happened(first)}${count > 1 ? `, and ${count - 1} more` : ''}`;
  const room = SUBJECT_LENGTH - [...before].length - [...after].length;
  return subjectLine(
    `${before}${truncate(cleanText(first.product.name) || first.rule, Math.max(SHORTEST_NAME, room))}${after}`,
  );
}

const isUrgent = (alert: AlertFact): boolean =>
  alert.severity === 'critical' && alert.event !== 'resolved';

/** One clean line of at most 78 characters. */
export const subjectLine = (text: string): string => truncate(cleanText(text), SUBJECT_LENGTH);

/** What happened to the product, after its name. */
function happened(alert: AlertFact): string {
  const { change, event, rule } = alert;
  const rank = numberOf(change, 'rank');
  const before = numberOf(change, 'rank_before');
  const at = rank === null ? 'off the list' : `at #${rank}`;
  if (event === 'resolved') return `, now ${at}`;
  if (event === 'reminder') return ` still ${at} (${rule})`;
  if (rank === null) return before === null ? ` ${at}` : ` left the list, was #${before}`;
  if (change.status === 'new') return ` new ${at}`;
  if (change.status === 'returned') return ` back ${at}`;
  return (
    metricHappened(alert) ??
    (before === null || before === rank
      ? ` ${at}`
      : before > rank
        ? ` up ${before - rank} to #${rank}`
        : ` down ${rank - before} to #${rank}`)
  );
}

/** ` posts +26.4 % to 11,500`, when the first thing the rule asks for is a metric and not the rank. */
function metricHappened({ when, change }: AlertFact): string | null {
  const first = namedColumns(when).find((name) => name in change);
  const metric = first === undefined ? undefined : metricOf(first);
  const value = metric === undefined ? null : numberOf(change, metric.column);
  if (metric === undefined || value === null) return null;
  const by = changeText(metric, change);
  return ` ${metric.label} ${by === null ? '' : `${by} to `}${metricText(metric, value)}`;
}
