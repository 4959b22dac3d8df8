import type { ChangeRow } from '../store/reading/leaderboard.ts';
import { countText, moneyText, percentText } from '../words/short-numbers.ts';
import { differenceCell, moveCell } from './change-cells.ts';
import { formatTable, type Column, type Fit } from './table.ts';

const COLUMNS: readonly Column[] = [
  { head: '#', align: 'right' },
  { head: 'move', align: 'right' },
  { head: 'product', min: 16 },
  { head: 'category', min: 12, drop: 2 },
  { head: 'posts', align: 'right' },
  { head: '±%', align: 'right' },
  { head: 'CTR', align: 'right', drop: 3 },
  { head: 'cost', align: 'right', drop: 4 },
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
      countText(row.posts),
      differenceCell(row.posts_pct),
      percentText(row.ctr),
      moneyText(row.cost),
      row.rank_best,
      row.slots_on_list,
    ]),
    fit,
  );
