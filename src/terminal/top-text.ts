import type { ListKind } from '../list/list-kind.ts';
import type { ChangeRow } from '../store/reading/leaderboard.ts';
import { shownColumns, type ShownColumn } from './metric-columns.ts';
import { moveCell } from './change-cells.ts';
import { formatTable, type Column, type Fit } from './table.ts';

const columnsOf = (shown: readonly ShownColumn[], { row }: ListKind): Column[] => [
  { head: '#', align: 'right' },
  { head: 'move', align: 'right' },
  { head: row.one, min: 16 },
  { head: 'category', min: 12, drop: 2 },
  ...shown.map(({ column }) => column),
  { head: 'best', align: 'right', drop: 1 },
  { head: 'slots', align: 'right', drop: 5 },
];

/** The leaderboard: one line per product, best rank first. */
export function topTable(rows: readonly ChangeRow[], list: ListKind, fit: Fit): string {
  const shown = shownColumns(list);
  return formatTable(
    columnsOf(shown, list),
    rows.map((row) => [
      row.rank,
      moveCell(row),
      row.product,
      row.category_l1,
      ...shown.map(({ cell }) => cell(row)),
      row.rank_best,
      row.slots_on_list,
    ]),
    fit,
  );
}
