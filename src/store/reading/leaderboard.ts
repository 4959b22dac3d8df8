// Read queries behind `top` and `movers`: which snapshots to show, and their change rows.
import { and, desc, eq, gt, lt, lte, sql, count as countRows } from 'drizzle-orm';
import { newestCompleteSql } from '../../change/baseline.ts';
import { leftSql, presentSql } from '../../change/rows-sql.ts';
import type { Compare, ListQuery } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import type { ChangeValues, SnapshotStatus } from '../../model.ts';
import { PAIR } from './change-rows.ts';
import type { Db } from '../file/open.ts';
import { preparedOnce } from '../file/prepared.ts';
import { snapshots } from '../schema/snapshots.ts';
import { watches } from '../schema/watches.ts';
import { getQuery } from '../series/series.ts';
import { findBaseline } from '../snapshots/baseline.ts';
import { findLastComplete } from '../snapshots/judgements.ts';
import { getSnapshot, type SnapshotRow } from '../snapshots/snapshots.ts';

/** A change row with every change column; those that tables show, by their types. */
export type ChangeRow = ChangeValues & {
  product_id: string;
  product: string;
  category_l1: string | null;
  rank: number | null;
  rank_before: number | null;
  rank_gain: number | null;
  status: 'new' | 'returned' | 'stayed' | 'left' | null;
  rank_best: number | null;
  slots_on_list: number | null;
};

/** A complete snapshot with what it is compared with. */
export type Comparison = {
  snapshot: SnapshotRow;
  /** What it asked for. */
  list: ListQuery;
  baseline: SnapshotRow | null;
  /** The complete snapshot before it in its series, however old. */
  before: SnapshotRow | null;
  /** What lies between the baseline and the snapshot, by status. */
  between: readonly { status: SnapshotStatus; count: number }[];
};

const newestOf = preparedOnce((orm) =>
  orm
    .select({ snapshot: snapshots })
    .from(snapshots)
    .innerJoin(watches, eq(watches.id, snapshots.watchId))
    .where(
      and(
        eq(watches.name, sql.placeholder('watch')),
        lte(snapshots.slotAt, sql.placeholder('until')),
      ),
    )
    .orderBy(desc(snapshots.slotAt))
    .limit(1)
    .prepare(),
);

/** The newest snapshot of a watch up to a slot, whatever came of it. */
export function findNewest(
  db: Db,
  watch: string,
  until: Instant | undefined,
): SnapshotRow | undefined {
  return newestOf(db).get({ watch, until: until ?? Number.MAX_SAFE_INTEGER })?.snapshot;
}

/** The newest complete snapshot of a watch up to a slot. */
export function findNewestComplete(
  db: Db,
  watch: string,
  until: Instant | undefined,
): SnapshotRow | undefined {
  const id = db
    .statement(
      `SELECT ${newestCompleteSql('t.watch_id = w.id AND t.slot_at <= ?')} FROM watches w WHERE w.name = ?`,
    )
    .pluck()
    .get(until ?? Number.MAX_SAFE_INTEGER, watch) as number | null | undefined;
  return id === null || id === undefined ? undefined : getSnapshot(db, id);
}

/**
 * The newest complete snapshot of a watch up to a slot, with its baseline; undefined when there is
 * none.
 */
export function findComparison(
  db: Db,
  watch: string,
  compare: Compare,
  until: Instant | undefined,
): Comparison | undefined {
  const snapshot = findNewestComplete(db, watch, until);
  if (snapshot === undefined) return undefined;
  const baselineId = findBaseline(db, snapshot.id, compare);
  const baseline = baselineId === null ? null : getSnapshot(db, baselineId);
  return {
    snapshot,
    list: getQuery(db, snapshot.seriesId),
    baseline,
    before: completeBefore(db, snapshot),
    between: baseline === null ? [] : listBetween(db, baseline, snapshot),
  };
}

function completeBefore(db: Db, { seriesId, slotAt }: SnapshotRow): SnapshotRow | null {
  const before = findLastComplete(db, seriesId, slotAt);
  return before === undefined ? null : getSnapshot(db, before.id);
}

const betweenOf = preparedOnce((orm) =>
  orm
    .select({ status: snapshots.status, count: countRows() })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.seriesId, sql.placeholder('seriesId')),
        gt(snapshots.slotAt, sql.placeholder('from')),
        lt(snapshots.slotAt, sql.placeholder('to')),
      ),
    )
    .groupBy(snapshots.status)
    .orderBy(snapshots.status)
    .prepare(),
);

const listBetween = (db: Db, from: SnapshotRow, to: SnapshotRow): Comparison['between'] =>
  betweenOf(db).all({ seriesId: to.seriesId, from: from.slotAt, to: to.slotAt });

/** The first `limit` ranks of a snapshot, best first; all of them without a limit. */
export function listLeaders(
  db: Db,
  { snapshot, list: { list }, baseline }: Comparison,
  limit?: number,
): ChangeRow[] {
  return db.statement(`${presentSql(list, PAIR)}\nORDER BY o.rank LIMIT @limit`).all({
    snapshot: snapshot.id,
    baseline: baseline?.id ?? null,
    limit: limit ?? -1,
  }) as ChangeRow[];
}

/** The products of the baseline that left, by the rank they had. */
export function listLeft(db: Db, { snapshot, list: { list }, baseline }: Comparison): ChangeRow[] {
  if (baseline === null) return [];
  return db
    .statement(`${leftSql(list, PAIR)}\nORDER BY bo.rank`)
    .all({ snapshot: snapshot.id, baseline: baseline.id }) as ChangeRow[];
}
