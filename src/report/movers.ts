import { groupMovers, type Movers } from '../change/movers.ts';
import type { Db } from '../store/file/open.ts';
import {
  listLeaders,
  listLeft,
  type ChangeRow,
  type Comparison,
} from '../store/reading/leaderboard.ts';

/**
 * Who climbed, fell, came and left, each group with its greatest news first; nobody without a
 * baseline.
 */
export const readMovers = (db: Db, comparison: Comparison): Movers<ChangeRow> =>
  groupMovers(
    comparison.baseline === null
      ? []
      : [...listLeaders(db, comparison), ...listLeft(db, comparison)],
  );

/**
 * One array of change rows, kind after kind, at most `limit` of each; all of them without a limit.
 */
export const moversJson = (movers: Movers<ChangeRow>, limit: number | undefined): ChangeRow[] =>
  Object.values(movers).flatMap((rows) => rows.slice(0, limit));
