import { columnsOf } from '../change/tokens.ts';
import {
  findMetric,
  firstHeadline,
  metricColumn,
  type ListKind,
  type Metric,
} from '../list/list-kind.ts';
import type { ChangeValues } from '../model.ts';
import type { Fact } from './entry.ts';
import type { Writer } from './writer.ts';

/** A value of a change row as a number, or null. */
export const numberOf = (change: ChangeValues, column: string): number | null => {
  const value = change[column];
  return typeof value === 'number' ? value : null;
};

/**
 * How a metric changed: `+26.4 %`, or in points where the metric itself is in percent; null when
 * unknown.
 */
export function changeText(metric: Metric, change: ChangeValues, writer: Writer): string | null {
  const by = numberOf(
    change,
    metric.kind === 'percent' ? `${metric.column}_delta` : `${metric.column}_pct`,
  );
  if (by === null) return null;
  return metric.kind === 'percent' ? `${writer.difference(by)} points` : writer.percentChange(by);
}

/** The metric's value with its unit: `11,500`, `1.93 %`, `$48,200`, `8.50`. */
export function metricText({ kind, currency }: Metric, value: number, writer: Writer): string {
  if (kind === 'percent') return writer.percent(value);
  if (kind !== 'money') return writer.number(value);
  return currency === 'USD' ? writer.money(value) : writer.amount(value);
}

/** `9,100 → 11,500 (+26.4 %)`; null when nothing is known of the metric. */
export function metricFact(metric: Metric, change: ChangeValues, writer: Writer): Fact | null {
  const now = numberOf(change, metric.column);
  const before = numberOf(change, `${metric.column}_before`);
  const write = (value: number) => metricText(metric, value, writer);
  if (now === null)
    return before === null ? null : { label: metric.label, text: `${write(before)} before` };
  if (before === null) return { label: metric.label, text: write(now) };
  const by = changeText(metric, change, writer);
  return {
    label: metric.label,
    text: `${write(before)} → ${write(now)}${by === null ? '' : ` (${by})`}`,
  };
}

/** Columns that are no metrics, but are told when a rule asks for them. */
const OTHER_FACTS: Record<
  string,
  { label: string; write: (value: number, writer: Writer) => string }
> = {
  rank_best: { label: 'best rank', write: (value, writer) => writer.rank(value) },
  slots_on_list: { label: 'snapshots on the list', write: (value, writer) => writer.number(value) },
  streak: {
    label: 'streak',
    write: (value, writer) =>
      `${writer.number(Math.abs(value))} × ${value < 0 ? 'worse' : 'better'} in a row`,
  },
};

/** Of the z-scores too: `posts_z` is the `posts z-score`. */
function otherFact(name: string, list: ListKind) {
  const [, scored] = /^(.+)_z$/.exec(name) ?? [];
  if (scored === undefined) return OTHER_FACTS[name];
  return {
    label: `${findMetric(list, scored)?.label ?? scored} z-score`,
    write: (value: number, writer: Writer) => writer.number(value),
  };
}

/**
 * What to show of a change besides its rank: the columns the rule asks for, in its order, then the
 * list's first headline. A metric asked for as `posts_pct` is shown as before, after and
 * difference.
 */
export function focusFacts(
  when: string,
  change: ChangeValues,
  list: ListKind,
  writer: Writer,
): Fact[] {
  const facts = new Map<string, Fact>();
  const first = firstHeadline(list);
  for (const name of [...columnsOf(when, list), ...(first === null ? [] : [first.column])]) {
    const metric = metricColumn(list, name)?.metric;
    const other = otherFact(name, list);
    const value = numberOf(change, name);
    if (metric) {
      const fact = metricFact(metric, change, writer);
      if (fact) facts.set(metric.column, fact);
    } else if (other && value !== null)
      facts.set(name, { label: other.label, text: other.write(value, writer) });
  }
  return [...facts.values()];
}
