import type { ChangeRow } from '../store/reading/leaderboard.ts';
import { shownColumns } from './metric-columns.ts';
import { moveCell } from './change-cells.ts';
import { formatTable, type Column, type Fit } from './table.ts';

const SHOWN = shownColumns();

const COLUMNS: readonly Column[] = [
  { head: '#', align: 'right' },
  { head: 'move', align: 'right' },
  { head: 'product', min: 16 },
  { head: 'category', min: 12, drop: 2 },
  ...SHOWN.map(({ column }) => column),
  { head: 'best', align: 'right', drop: 1 },
  { head: 'slots', align: 'right', drop: 5 },
];

/** The leaderboard: one line per product, best rank first. */
export const topTable = (rows: readonly ChangeRow[], fit: Fit): string =>
  formatTable(
    COLUMNS,
    rows.map((row) => [
      row.rank,
      moveCell(row),
      row.product,
      row.category_l1,
      ...SHOWN.map(({ cell }) => cell(row)),
      row.rank_best,
      row.slots_on_list,
    ]),
    fit,
  );
