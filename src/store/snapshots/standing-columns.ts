// The columns of an observation that hold its standing.
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import type { Standing } from '../../snapshot/standing.ts';

/** `rank_z_e4`, `posts_z_e4` …: in the order of `scoredColumns`. */
export const scoreColumns = (list: ListKind): readonly string[] =>
  scoredColumns(list).map((column) => `${column}_z_e4`);

/** The columns of a standing: three that every list has, then its z-scores. */
export const standingColumns = (list: ListKind): readonly string[] => [
  'rank_best',
  'slots_on_list',
  'streak',
  ...scoreColumns(list),
];

/** A standing as its columns have it. */
export const standingValues = (standing: Standing): (number | null)[] => [
  standing.rankBest,
  standing.slotsOnList,
  standing.streak,
  ...standing.scores,
];
