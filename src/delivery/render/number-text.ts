import { findMetric, headlinesOf, scoredColumns, type Metric } from '../../list/list-kind.ts';
import { TOP_PRODUCTS } from '../../list/top-products.ts';
import type { ChangeValues } from '../../model.ts';
import type { Fact } from './letter.ts';

const PLAIN = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });
const SHORT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

const signed = (value: number, format: Intl.NumberFormat): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${format.format(Math.abs(value))}`;

/** A value of a change row as a number, or null. */
export const numberOf = (change: ChangeValues, column: string): number | null => {
  const value = change[column];
  return typeof value === 'number' ? value : null;
};

/** How a metric changed: `+26.4 %`, or in points where the metric itself is in percent; null when unknown. */
export function changeText(metric: Metric, change: ChangeValues): string | null {
  const by = numberOf(
    change,
    metric.kind === 'percent' ? `${metric.column}_delta` : `${metric.column}_pct`,
  );
  if (by === null) return null;
  return metric.kind === 'percent' ? `${signed(by, PLAIN)} points` : `${signed(by, SHORT)} %`;
}

/** The metric's value with its unit: `11,500`, `1.93 %`, `$48,200`. */
export function metricText({ kind, currency }: Metric, value: number): string {
  const text = PLAIN.format(value);
  if (kind === 'percent') return `${text} %`;
  return kind === 'money' && currency === 'USD' ? `$${text}` : text;
}

/** `9,100 → 11,500 (+26.4 %)`; null when nothing is known of the metric. */
export function metricFact(metric: Metric, change: ChangeValues): Fact | null {
  const now = numberOf(change, metric.column);
  const before = numberOf(change, `${metric.column}_before`);
  const write = (value: number) => metricText(metric, value);
  if (now === null)
    return before === null ? null : { label: metric.label, text: `${write(before)} before` };
  if (before === null) return { label: metric.label, text: write(now) };
  const by = changeText(metric, change);
  return {
    label: metric.label,
    text: `${write(before)} → ${write(now)}${by === null ? '' : ` (${by})`}`,
  };
}

/** Columns that are no metric, and worth a word when a rule asks for them. */
const OTHER_FACTS: Record<string, { label: string; write: (value: number) => string }> = {
  rank_best: { label: 'best rank', write: (value) => `#${value}` },
  slots_on_list: { label: 'snapshots on the list', write: (value) => PLAIN.format(value) },
  streak: {
    label: 'streak',
    write: (value) => `${Math.abs(value)} × ${value < 0 ? 'worse' : 'better'} in a row`,
  },
  ...Object.fromEntries(
    scoredColumns(TOP_PRODUCTS).map((column) => [
      `${column}_z`,
      {
        label: `${findMetric(TOP_PRODUCTS, column)?.label ?? column} z-score`,
        write: (value: number) => PLAIN.format(value),
      },
    ]),
  ),
};

/**
 * What to show of a change besides its rank: the columns the rule asks for, in its order, then the
 * list's first headline. A metric
 * asked for as `posts_pct` is shown as before, after and difference.
 */
export function focusFacts(when: string, change: ChangeValues): Fact[] {
  const facts = new Map<string, Fact>();
  const [first] = headlinesOf(TOP_PRODUCTS);
  for (const name of [...namedColumns(when), ...(first === undefined ? [] : [first.column])]) {
    const metric = metricOf(name);
    const other = OTHER_FACTS[name];
    const value = numberOf(change, name);
    if (metric) {
      const fact = metricFact(metric, change);
      if (fact) facts.set(metric.column, fact);
    } else if (other && value !== null)
      facts.set(name, { label: other.label, text: other.write(value) });
  }
  return [...facts.values()];
}

/** The metric that a column such as `posts_pct` speaks of. */
export const metricOf = (column: string): Metric | undefined => {
  const base = column.replace(/_(before|delta|pct)$/, '');
  return findMetric(TOP_PRODUCTS, base);
};

/** The identifiers of a SQL expression in order, without those inside string literals and comments. */
export const namedColumns = (expression: string): string[] =>
  expression
    .replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .toLowerCase()
    .match(/[a-z_][a-z0-9_]*/g) ?? [];
