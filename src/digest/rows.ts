import { isoTime } from '../lib/clock.ts';
import { firstHeadline } from '../list/list-kind.ts';
import type { DigestList, DigestRow } from '../message/digest.ts';
import { findLastSeen, findRank, metricIn } from '../store/digests/digest-facts.ts';
import type { Db } from '../store/file/open.ts';
import { figureOf } from './figures.ts';
import type { ListedChange } from './list.ts';

/** The first `top` of some change rows. */
export const digestList = (db: Db, rows: readonly ListedChange[], top: number): DigestList => ({
  total: rows.length,
  rows: rows.slice(0, top).map((row) => digestRow(db, row)),
});

/** The first headline metric of a row, by its column. */
function leadFigure(row: ListedChange) {
  const lead = firstHeadline(row.list.listKind);
  if (lead === null) return {};
  const { column } = lead;
  const [now, before, pct] = [column, `${column}_before`, `${column}_pct`].map((name) =>
    metricIn(row, name),
  );
  return { [column]: figureOf(lead, now ?? null, before ?? null, pct ?? null) };
}

/**
 * A change row with the ranks that led up to it. These are looked up only for rows that are shown.
 */
export function digestRow(db: Db, row: ListedChange): DigestRow {
  const { list } = row;
  return {
    watch: list.watch,
    product: {
      id: row.product_id,
      name: row.product,
      category_l1: row.category_l1,
      category_l2: row.category_l2,
    },
    status: row.status,
    rank: row.rank,
    rank_before: row.rank_before,
    rank_gain: row.rank_gain,
    ...leadFigure(row),
    rank_best: row.rank_best,
    rank_best_before: row.rank_best_before,
    slots_on_list: row.slots_on_list,
    streak: row.streak,
    last_seen: lastSeen(db, row),
    ranks: list.slots.map(({ snapshotId }) =>
      snapshotId === null ? null : findRank(db, list.listKind, snapshotId, row.product_key),
    ),
  };
}

/**
 * Where a product was last seen. One that returned was last seen before the baseline, which it is
 * not in; one that left, in the baseline or after it.
 */
function lastSeen(
  db: Db,
  { list, product_key: productKey, status }: ListedChange,
): DigestRow['last_seen'] {
  if (list.baseline === null || (status !== 'returned' && status !== 'left')) return null;
  const seen = findLastSeen(
    db,
    list.listKind,
    list.snapshot.seriesId,
    productKey,
    status === 'left' ? list.snapshot.slotAt : list.baseline.slotAt,
  );
  return seen === undefined ? null : { slot_at: isoTime(seen.slotAt), rank: seen.rank };
}
