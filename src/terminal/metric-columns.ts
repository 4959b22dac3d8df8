// The columns of metrics that tables show beside rank, name and category, as the list declares
// them.
import {
  firstHeadline,
  metricColumn,
  type ListKind,
  type MetricColumn,
} from '../list/list-kind.ts';
import type { ChangeRow } from '../store/reading/leaderboard.ts';
import { amountText, countText, moneyText, percentText } from '../words/short-numbers.ts';
import { differenceCell } from './change-cells.ts';
import type { Cell, Column } from './table.ts';

/** A column of a table, and what it shows of a change row. */
export type ShownColumn = { column: Column; cell: (row: ChangeRow) => Cell };

/** Every column the list shows, in its order. */
export const shownColumns = (list: ListKind): ShownColumn[] =>
  list.shown.map(({ column, head, drop }) => ({
    column: { head, align: 'right', ...(drop === null ? {} : { drop }) },
    cell: cellOf(list, column),
  }));

/** Those of the first headline only, where there is little room. */
export function leadColumns(list: ListKind): ShownColumn[] {
  const lead = firstHeadline(list);
  const columns = shownColumns(list);
  return columns.filter(
    (_, index) => metricColumn(list, list.shown[index]?.column ?? '')?.metric === lead,
  );
}

function cellOf(list: ListKind, name: string): (row: ChangeRow) => Cell {
  const found = metricColumn(list, name);
  const write = found === null ? countText : writerOf(found);
  return (row) => {
    const value = row[name];
    return write(typeof value === 'number' ? value : null);
  };
}

function writerOf({ metric, figure }: MetricColumn): (value: number | null) => Cell {
  if (figure === '_pct') return differenceCell;
  if (metric.kind === 'percent') return percentText;
  if (metric.kind !== 'money') return countText;
  return metric.currency === 'USD' ? moneyText : amountText;
}
