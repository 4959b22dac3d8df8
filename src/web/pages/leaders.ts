// The rows of a leaderboard as they are asked for: filtered, sorted and paged by its address.
import { groupMovers, type Movers } from '../../change/movers.ts';
import { metricColumn } from '../../list/list-kind.ts';
import { AppError } from '../../lib/errors.ts';
import type { Db } from '../../store/file/open.ts';
import {
  listLeaders,
  listLeft,
  type ChangeRow,
  type Comparison,
} from '../../store/reading/leaderboard.ts';
import { askedCount, askedText, askedWord, type Asked } from '../asked.ts';

/** Which rows: everyone on the list, or one kind of movers. */
export const SHOWS = ['all', 'climbers', 'fallers', 'entered', 'returned', 'left'] as const;
export type Show = (typeof SHOWS)[number];

export type Leaders = {
  rows: readonly ChangeRow[];
  /** How many there are of each kind, before anything else is filtered. */
  counts: Record<Show, number>;
  /** How many pass the filter, over all pages. */
  found: number;
  page: number;
  pages: number;
  show: Show;
  sort: Sort | null;
};

/** A change column, and which end comes first. */
export type Sort = { column: string; descending: boolean };

const SORTED = new Set(['rank', 'rank_gain', 'product', 'rank_best', 'slots_on_list', 'streak']);
export const ROWS_A_PAGE = 100;
const MOST_ROWS = 1_000;

/** Reads `show`, `sort`, `q`, `category`, `page` and `rows`. @throws AppError `usage` */
export function readLeaders(db: Db, comparison: Comparison, asked: Asked): Leaders {
  const show = askedWord(asked, 'show', SHOWS) ?? 'all';
  const sort = readSort(comparison, asked);
  const present = listLeaders(db, comparison);
  const left = listLeft(db, comparison);
  const movers = groupMovers(comparison.baseline === null ? [] : [...present, ...left]);
  const chosen = filtered(show === 'all' ? present : movers[show], asked);
  const rows = sort === null ? chosen : sorted(chosen, sort);
  const size = askedCount(asked, 'rows', ROWS_A_PAGE, [1, MOST_ROWS]);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.min(pages, askedCount(asked, 'page', 1, [1, 1_000_000]));
  return {
    rows: rows.slice((page - 1) * size, page * size),
    counts: countsOf(present, movers),
    found: rows.length,
    page,
    pages,
    show,
    sort,
  };
}

const countsOf = (present: readonly ChangeRow[], movers: Movers<ChangeRow>) => ({
  all: present.length,
  climbers: movers.climbers.length,
  fallers: movers.fallers.length,
  entered: movers.entered.length,
  returned: movers.returned.length,
  left: movers.left.length,
});

function filtered(rows: readonly ChangeRow[], asked: Asked): readonly ChangeRow[] {
  const text = askedText(asked, 'q')?.toLowerCase();
  const category = askedText(asked, 'category');
  return rows.filter(
    (row) =>
      (text === undefined || row.product.toLowerCase().includes(text) || row.product_id === text) &&
      (category === undefined || row.category_l1 === category),
  );
}

/** `sort=-rank_gain`: the greatest first; `sort=rank`: the least first. */
function readSort({ list }: Comparison, asked: Asked): Sort | null {
  const text = askedText(asked, 'sort');
  if (text === undefined) return null;
  const column = text.replace(/^-/, '');
  if (!SORTED.has(column) && metricColumn(list.list, column) === null)
    throw new AppError('usage', `sort=${JSON.stringify(text)} is not a column of this list`);
  return { column, descending: text.startsWith('-') };
}

/** Sorts the rows. Unknown values come last, whichever end is first. */
function sorted(rows: readonly ChangeRow[], { column, descending }: Sort): ChangeRow[] {
  const direction = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [a[column] ?? null, b[column] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (left === right) return 0;
    return (left < right ? -1 : 1) * direction;
  });
}
