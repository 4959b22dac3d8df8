// The columns that an imported file may have, and what to say about others. Pure functions.
import { nearest } from '../../lib/nearest.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { valueUnder } from '../../lib/read-value.ts';
import { headColumns } from '../../store/export/unit-rows.ts';
import { exportColumns } from '../../store/export/views.ts';
import type { IsAnswer } from './read-json.ts';

/** The columns of files with rows of some lists. */
export type FileColumns = {
  /** Columns that say which snapshot a row is of. */
  head: readonly string[];
  /** Columns whose values may have a fraction. */
  fractions: readonly string[];
  /** What to say about a column that nobody reads; null when that is expected. */
  unread: (name: string) => string | null;
  /** Is a JSON value a saved answer, as the list is served? Undefined: one of KeyAPI. */
  isAnswer?: IsAnswer;
};

/**
 * Where answers of the one list of a file have their rows, as it is declared; undefined for one
 * that is read by code, and for several.
 */
function answersOf(lists: readonly ListKind[]): IsAnswer | undefined {
  const request = lists.length === 1 ? lists[0]?.request : null;
  return request ? (json) => Array.isArray(valueUnder(json, request.rows)) : undefined;
}

/** The columns of files with rows of any of these lists. */
export function fileColumns(lists: readonly ListKind[]): FileColumns {
  const head = [...new Set(lists.flatMap(headColumns))];
  const metrics = lists.flatMap((list) => list.metrics);
  const read = [
    ...head,
    ...['product_id', 'product', 'category_l1', 'category_l2', 'rank'],
    ...metrics.map(({ column }) => column),
  ];
  // Columns that are read, or worked out anew from what is read: an export of `changes` has these
  // too.
  const known = new Set([
    '',
    ...read,
    ...lists.flatMap((list) => exportColumns('changes', list).map(({ name }) => name)),
    ...['snapshot_id', 'baseline_id', 'origin'],
  ]);
  const isAnswer = answersOf(lists);
  return {
    ...(isAnswer === undefined ? {} : { isAnswer }),
    head,
    fractions: metrics.filter(({ kind }) => kind !== 'count').map(({ column }) => column),
    unread: (name) => {
      if (known.has(name)) return null;
      const meant = nearest(name, read);
      return `column ${JSON.stringify(name.slice(0, 60))} is not known and left aside${
        meant === undefined ? '' : `; did you mean ${meant}?`
      }`;
    },
  };
}

/**
 * A column that holds the products of one rank: `1`, `#1`, `rank 1`, `rank_1`. Null for any other.
 */
export function rankOfColumn(name: string): number | null {
  const [, digits] = /^(?:#|rank[ _]?)?([1-9]\d{0,4})$/i.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}
