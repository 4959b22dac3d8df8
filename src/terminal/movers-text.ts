import type { Movers } from '../change/movers.ts';
import type { ChangeRow } from '../store/reading/leaderboard.ts';
import { countText } from '../words/short-numbers.ts';
import { differenceCell, moveCell } from './change-cells.ts';
import { formatTable, type Cell, type Column, type Fit } from './table.ts';
import { paint } from './tone.ts';

type Shown = { column: Column; cell: (row: ChangeRow) => Cell };

const product: Shown[] = [
  { column: { head: 'product', min: 16 }, cell: (row) => row.product },
  { column: { head: 'category', min: 12, drop: 2 }, cell: (row) => row.category_l1 },
];
const now: Shown = { column: { head: 'now', align: 'right' }, cell: (row) => row.rank };
const before = (head: string): Shown => ({
  column: { head, align: 'right' },
  cell: (row) => row.rank_before,
});
const posts: Shown[] = [
  { column: { head: 'posts', align: 'right' }, cell: (row) => countText(row.posts) },
  { column: { head: '±%', align: 'right' }, cell: (row) => differenceCell(row.posts_pct) },
];
const record: Shown[] = [
  { column: { head: 'best', align: 'right' }, cell: (row) => row.rank_best },
  { column: { head: 'slots', align: 'right', drop: 1 }, cell: (row) => row.slots_on_list },
];
const moved: Shown[] = [
  { column: { head: 'move', align: 'right' }, cell: moveCell },
  before('before'),
  now,
  ...product,
  ...posts,
];

const GROUPS: readonly { key: keyof Movers<ChangeRow>; title: string; shown: readonly Shown[] }[] =
  [
    { key: 'climbers', title: 'Climbers', shown: moved },
    { key: 'fallers', title: 'Fallers', shown: moved },
    { key: 'entered', title: 'New', shown: [now, ...product, ...posts.slice(0, 1)] },
    {
      key: 'returned',
      title: 'Returned',
      shown: [now, ...product, ...posts.slice(0, 1), ...record],
    },
    { key: 'left', title: 'Left', shown: [before('last'), ...product, ...record] },
  ];

/** Each group under its title, which says how many there are; at most `limit` of each are listed. */
export function moversText(movers: Movers<ChangeRow>, limit: number, fit: Fit): string {
  return GROUPS.map(({ key, title, shown }) => {
    const rows = movers[key];
    const count =
      rows.length === 0
        ? 'none'
        : rows.length > limit
          ? `${limit} of ${rows.length}`
          : String(rows.length);
    const table =
      rows.length === 0
        ? ''
        : formatTable(
            shown.map(({ column }) => column),
            rows.slice(0, limit).map((row) => shown.map(({ cell }) => cell(row))),
            fit,
          );
    return `${paint(`${title}: ${count}`, 'strong', fit.color)}\n${table}`;
  }).join('\n');
}
