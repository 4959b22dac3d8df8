import { columnsOf } from '../../change/tokens.ts';
import { metricColumn, type ListKind } from '../../list/list-kind.ts';
import { listOfMessage } from '../../message/about-list.ts';
import type { AlertFact, AlertsMessage } from '../../message/alerts.ts';
import { cleanText, isolated, truncate } from '../../lib/text.ts';
import type { Writer } from '../../words/writer.ts';
import { metricText, changeText, numberOf } from '../../words/number-text.ts';

/** RFC 5322 recommends lines of at most 78 characters, and readers see little more. */
export const SUBJECT_LENGTH = 78;
const SHORTEST_NAME = 12;

/** Sums over the rules of a message. */
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
 * `us-daily: Perfume up 28 to #12, and 3 more`: which list, what the first alert (or the first
 * critical one) is about, and how many others there are. If it is too long, the product's name is
 * shortened first.
 */
export function alertsSubject({ data }: AlertsMessage, writer: Writer): string {
  const watch = cleanText(data.watch);
  const { fired, reminders, resolved } = totals(data.summary);
  const count = fired + reminders + resolved;
  const first = data.alerts.find(isUrgent) ?? data.alerts[0];
  // What is critical is never hidden behind a storm.
  if (first === undefined || (data.storm && !isUrgent(first)))
    return subjectLine(
      `${watch}: ${writer.count(count, 'alert')} at once, which looks like an event of the source`,
    );
  const urgent = isUrgent(first) ? '[critical] ' : '';
  const before = `${urgent}${watch}: ${first.event === 'resolved' ? `${cleanText(first.rule)} over for ` : ''}`;
  const after = `${happened(first, listOfMessage(data), writer)}${count > 1 ? `, and ${writer.number(count - 1)} more` : ''}`;
  const room = SUBJECT_LENGTH - [...before].length - [...after].length;
  const name = cleanText(first.product.name) || cleanText(first.rule);
  return subjectLine(`${before}${truncate(isolated(name), Math.max(SHORTEST_NAME, room))}${after}`);
}

const isUrgent = (alert: AlertFact): boolean =>
  alert.severity === 'critical' && alert.event !== 'resolved';

/** One line of at most 78 characters, of clean text. */
export const subjectLine = (text: string): string => truncate(text, SUBJECT_LENGTH);

/** What happened to the product, after its name. */
function happened(alert: AlertFact, list: ListKind, writer: Writer): string {
  const { change, event, rule } = alert;
  const rank = numberOf(change, 'rank');
  const before = numberOf(change, 'rank_before');
  const at = rank === null ? 'off the list' : `at ${writer.rank(rank)}`;
  if (event === 'resolved') return `, now ${at}`;
  if (event === 'reminder') return ` still ${at} (${cleanText(rule)})`;
  if (rank === null)
    return before === null ? ` ${at}` : ` left the list, was ${writer.rank(before)}`;
  if (change.status === 'new') return ` new ${at}`;
  if (change.status === 'returned') return ` back ${at}`;
  const metric = metricHappened(alert, list, writer);
  if (metric !== null) return metric;
  if (before === null || before === rank) return ` ${at}`;
  const by = writer.number(Math.abs(before - rank));
  return ` ${before > rank ? 'up' : 'down'} ${by} to ${writer.rank(rank)}`;
}

/**
 * ` posts +26.4 % to 11,500`, when the first thing the rule asks for is a metric and not the rank.
 */
function metricHappened(
  { when, change }: AlertFact,
  list: ListKind,
  writer: Writer,
): string | null {
  const first = columnsOf(when, list).find((name) => name in change);
  const metric = first === undefined ? undefined : metricColumn(list, first)?.metric;
  const value = metric === undefined ? null : numberOf(change, metric.column);
  if (metric === undefined || value === null) return null;
  const by = changeText(metric, change, writer);
  return ` ${metric.label} ${by === null ? '' : `${by} to `}${metricText(metric, value, writer)}`;
}
