// Tells whether any snapshot that counts for the standings of a series was stored, changed or taken.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Db } from '../file/open.ts';

/** Sums over the complete and partial snapshots of a series; with any of them, one changes. */
export type SnapshotCounts = {
  count: number;
  ids: number;
  /** Of their slots, in whole seconds: sums of milliseconds would soon be no exact numbers. */
  seconds: number;
  rows: number;
  /** Retention has thinned the series up to here. */
  thinnedUntilAt: number | null;
};

/** Counts what a series holds now. */
export function countSnapshots(db: Db, seriesId: number): SnapshotCounts {
  return db
    .statement(
      `SELECT count(*) AS count, coalesce(sum(id), 0) AS ids,
        coalesce(sum(slot_at / 1000), 0) AS seconds, coalesce(sum("rows"), 0) AS "rows",
        (SELECT thinned_until_at FROM series WHERE id = @seriesId) AS thinnedUntilAt
      FROM snapshots WHERE series_id = @seriesId AND ${evaluatedSql('status')}`,
    )
    .get({ seriesId }) as SnapshotCounts;
}

/** The counts with one snapshot more. */
export const countIn = (
  { count, ids, seconds, rows, thinnedUntilAt }: SnapshotCounts,
  one: { id: number; slotAt: number; count: number },
): SnapshotCounts => ({
  count: count + 1,
  ids: ids + one.id,
  seconds: seconds + Math.trunc(one.slotAt / 1000),
  rows: rows + one.count,
  thinnedUntilAt,
});

/** Whether a series holds what it held. */
export const isEqual = (a: SnapshotCounts, b: SnapshotCounts): boolean =>
  a.count === b.count &&
  a.ids === b.ids &&
  a.seconds === b.seconds &&
  a.rows === b.rows &&
  a.thinnedUntilAt === b.thinnedUntilAt;
