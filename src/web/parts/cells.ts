// How the values of a change row look in a table: the words of the terminal, in HTML.
import { html } from 'ghtml';
import { findMetric, metricColumn, type ListKind, type Metric } from '../../list/list-kind.ts';
import type { ChangeRow } from '../../store/reading/leaderboard.ts';
import { moveCell } from '../../terminal/change-cells.ts';
import {
  amountText,
  countText,
  differenceText,
  moneyText,
  percentText,
} from '../../words/short-numbers.ts';

const TONES: Record<string, string> = { good: 'up', bad: 'down', faint: 'soft' };

/** A cell of the terminal's tables: a text and its tone. */
export function toneCell(cell: ReturnType<typeof moveCell>): string {
  if (cell === null) return '<span class="soft">–</span>';
  if (typeof cell !== 'object') return html`${cell}`;
  const { text, tone } = cell;
  return html`<span class="${TONES[tone ?? ''] ?? ''}">${text}</span>`;
}

/** `▲28`, `▼3`, `=`, `NEW`, `BACK`, `LEFT`. */
export const moved = (row: ChangeRow): string => toneCell(moveCell(row));

/** `11.5k`, `$48.2k`, `1.93 %`; a dash where it is not known. */
export function valueText({ kind, currency }: Metric, value: number | null): string {
  if (value === null) return '–';
  const write = kind === 'percent' ? percentText : kindText(kind, currency);
  return write(value) ?? '–';
}

const kindText = (kind: Metric['kind'], currency: Metric['currency']) => {
  if (kind !== 'money') return countText;
  return currency === 'USD' ? moneyText : amountText;
};

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/**
 * A metric and how it changed: `2.91k +5.8 %`. The change is coloured where more of it is good or
 * bad.
 */
export function metricCell(metric: Metric, row: ChangeRow): string {
  const { value, by } = metricTexts(metric, row);
  return by === null ? html`${value}` : html`${value}<span class="by">${by}</span>`;
}

/** Its value, and how it changed; null of a rate, of which that is not said. */
export function metricTexts(metric: Metric, row: ChangeRow): { value: string; by: string | null } {
  const value = valueText(metric, numberOf(row[metric.column]));
  if (metric.kind === 'percent') return { value, by: null };
  return { value, by: differenceText(numberOf(row[`${metric.column}_pct`])) ?? '' };
}

/** What the heading of a metric's column says: `Ad spend`, or its label with a capital. */
export const metricTitle = ({ headline, label }: Metric): string =>
  headline?.title ?? label.charAt(0).toUpperCase() + label.slice(1);

/** The metrics that tables of a list show, in its order. */
export function shownMetrics(list: ListKind): Metric[] {
  const metrics = list.shown.flatMap(({ column }) => metricColumn(list, column)?.metric ?? []);
  return [...new Set(metrics)];
}

/** The metric of a name; undefined for one the list has not. */
export const metricNamed = (list: ListKind, name: string | undefined): Metric | undefined =>
  name === undefined ? undefined : findMetric(list, name);
