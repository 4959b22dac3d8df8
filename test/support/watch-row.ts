import type { World } from './world.ts';

/** The rows behind the first watch of a world. */
export const findWatchRow = (world: World): { watchId: number; seriesId: number } =>
  world.db.raw
    .prepare<[], { watchId: number; seriesId: number }>(
      'SELECT watch_id AS watchId, id AS seriesId FROM series ORDER BY id LIMIT 1',
    )
    .get() ?? { watchId: 0, seriesId: 0 };
