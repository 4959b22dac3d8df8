import type { Db } from '../file/open.ts';

/** The newest of what people wait for, by id; 0 where there is none. */
export type Marks = { snapshot: number; alert: number };

/** The newest snapshot and the newest alert that was told. */
export const readMarks = (db: Db): Marks =>
  db
    .statement(
      `SELECT coalesce((SELECT max(id) FROM snapshots), 0) AS snapshot,
      coalesce((SELECT id FROM alerts WHERE quiet IS NULL ORDER BY id DESC LIMIT 1), 0) AS alert`,
    )
    .get() as Marks;
