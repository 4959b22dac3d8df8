import type { Movers } from '../change/movers.ts';
import type { ListKind } from '../list/list-kind.ts';
import type { ChangeRow } from '../store/reading/leaderboard.ts';
import { leadColumns, type ShownColumn } from './metric-columns.ts';
import { moveCell } from './change-cells.ts';
import { formatTable, type Fit } from './table.ts';
import { paint } from './tone.ts';

const now: ShownColumn = { column: { head: 'now', align: 'right' }, cell: (row) => row.rank };
const before = (head: string): ShownColumn => ({
  column: { head, align: 'right' },
  cell: (row) => row.rank_before,
});
const record: ShownColumn[] = [
  { column: { head: 'best', align: 'right' }, cell: (row) => row.rank_best },
  { column: { head: 'slots', align: 'right', drop: 1 }, cell: (row) => row.slots_on_list },
];
type Group = {
  key: keyof Movers<ChangeRow>;
  title: string;
  shown: readonly ShownColumn[];
};

function groupsOf(list: ListKind): readonly Group[] {
  const lead = leadColumns(list);
  const product: ShownColumn[] = [
    { column: { head: list.row.one, min: 16 }, cell: (row) => row.product },
    { column: { head: 'category', min: 12, drop: 2 }, cell: (row) => row.category_l1 },
  ];
  const moved: ShownColumn[] = [
    { column: { head: 'move', align: 'right' }, cell: moveCell },
    before('before'),
    now,
    ...product,
    ...lead,
  ];
  const present = [now, ...product, ...lead.slice(0, 1)];
  return [
    { key: 'climbers', title: 'Climbers', shown: moved },
    { key: 'fallers', title: 'Fallers', shown: moved },
    { key: 'entered', title: 'New', shown: present },
    { key: 'returned', title: 'Returned', shown: [...present, ...record] },
    { key: 'left', title: 'Left', shown: [before('last'), ...product, ...record] },
  ];
}

/**
 * Each group under its title, which says how many there are; at most `limit` of each are listed.
 */
export function moversText(
  movers: Movers<ChangeRow>,
  list: ListKind,
  limit: number,
  fit: Fit,
): string {
  return groupsOf(list)
    .map(({ key, title, shown }) => {
      const rows = movers[key];
      const table =
        rows.length === 0
          ? ''
          : formatTable(
              shown.map(({ column }) => column),
              rows.slice(0, limit).map((row) => shown.map(({ cell }) => cell(row))),
              fit,
            );
      return `${paint(`${title}: ${countOf(rows.length, limit)}`, 'strong', fit.color)}\n${table}`;
    })
    .join('\n');
}

function countOf(count: number, limit: number): string {
  if (count === 0) return 'none';
  return count > limit ? `${limit} of ${count}` : String(count);
}
