// Read queries for digests. Whatever is about a change uses the definitions of change/columns.ts,
// as the views do.
import { baselineSql, evaluatedSql, newestCompleteSql } from '../../change/baseline.ts';
import { leftSql, presentSql } from '../../change/rows-sql.ts';
import type { Compare } from '../../config/config.ts';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { firstHeadline, headlinesOf, type ListKind } from '../../list/list-kind.ts';
import type { SnapshotOrigin, SnapshotStatus } from '../../model.ts';
import { PAIR } from '../reading/change-rows.ts';
import type { Db } from '../file/open.ts';
import { findBaseline } from '../snapshots/baseline.ts';
import { getSnapshot } from '../snapshots/snapshots.ts';

/** One snapshot of a watch, without its rows. */
export type PeriodSnapshot = {
  id: number;
  seriesId: number;
  slotAt: Instant;
  dataDate: string | null;
  status: SnapshotStatus;
  reason: string | null;
  origin: SnapshotOrigin;
  rows: number;
  /** NULL too of one that is in a lake alone. */
  total: number | null;
  depth: number;
  /** 1: its rows are in a lake alone. */
  inLake: 0 | 1;
};

/** The snapshots of a watch with a slot in (sinceAt, untilAt], oldest first; those that left, too. */
export const listPeriodSnapshots = (
  db: Db,
  watchId: number,
  sinceAt: Instant,
  untilAt: Instant,
): PeriodSnapshot[] =>
  db
    .statement(
      `SELECT s.id, s.series_id AS seriesId, s.slot_at AS slotAt, s.data_date AS dataDate, s.status, s.reason, s.origin, s."rows", s.total, se.depth, 0 AS inLake
    FROM snapshots s JOIN series se ON se.id = s.series_id
    WHERE s.watch_id = @watchId AND s.slot_at > @sinceAt AND s.slot_at <= @untilAt
    UNION ALL SELECT l.id, l.series_id, l.slot_at, l.data_date, l.status, l.reason, l.origin, l."rows", NULL, se.depth, 1
    FROM lake_snapshots l JOIN series se ON se.id = l.series_id
    WHERE l.watch_id = @watchId AND l.slot_at > @sinceAt AND l.slot_at <= @untilAt
    ORDER BY slotAt`,
    )
    .all({ watchId, sinceAt, untilAt }) as PeriodSnapshot[];

/**
 * Slot of the last complete snapshot of a watch up to an instant, wherever it is; undefined when
 * there never was one.
 */
export const findLastCompleteSlot = (
  db: Db,
  watchId: number,
  untilAt: Instant,
): Instant | undefined =>
  db
    .statement(
      `SELECT slot_at FROM snapshots
      WHERE id = ${newestCompleteSql('t.watch_id = @watchId AND t.slot_at <= @untilAt')}
      UNION ALL SELECT slot_at FROM lake_snapshots
      WHERE id = ${newestCompleteSql('t.watch_id = @watchId AND t.slot_at <= @untilAt', 'id', 'lake_snapshots')}
      ORDER BY slot_at DESC LIMIT 1`,
    )
    .pluck()
    .get({ watchId, untilAt }) as Instant | undefined;

/** Slot of the first complete snapshot of a series, wherever it is. */
export const findFirstCompleteSlot = (db: Db, seriesId: number): Instant | undefined =>
  db
    .statement(
      `SELECT * FROM (SELECT slot_at FROM snapshots
        WHERE series_id = @seriesId AND status = 'complete' ORDER BY slot_at LIMIT 1)
      UNION ALL SELECT * FROM (SELECT slot_at FROM lake_snapshots
        WHERE series_id = @seriesId AND status = 'complete' ORDER BY slot_at LIMIT 1)
      ORDER BY slot_at LIMIT 1`,
    )
    .pluck()
    .get({ seriesId }) as Instant | undefined;

/** The baseline of a stored snapshot with its slot; undefined when there is none. */
export function findBaselineSlot(
  db: Db,
  snapshotId: number,
  compare: Compare,
): { id: number; slotAt: Instant } | undefined {
  const id = findBaseline(db, snapshotId, compare);
  return id === null ? undefined : { id, slotAt: getSnapshot(db, id).slotAt };
}

/** Slot of what would be its baseline, were only that here which is in a lake alone. */
export const findBaselineLeft = (
  db: Db,
  snapshotId: number,
  compare: Compare,
): Instant | undefined =>
  db
    .statement(
      `SELECT slot_at FROM lake_snapshots WHERE id = (
        SELECT ${baselineSql(compare, undefined, 'lake_snapshots')} FROM snapshots s WHERE s.id = ?)`,
    )
    .pluck()
    .get(snapshotId) as Instant | undefined;

/**
 * The columns of a change row that digests use. It also has the headline metrics of the list, now
 * and before, and the percent difference of the first: `metricIn` reads them.
 */
export type ChangeFact = {
  product_key: number;
  product_id: string;
  product: string;
  category_l1: string | null;
  category_l2: string | null;
  /** NULL without a baseline. */
  status: 'new' | 'returned' | 'stayed' | 'left' | null;
  rank: number | null;
  rank_before: number | null;
  rank_gain: number | null;
  rank_best: number | null;
  slots_on_list: number | null;
  streak: number | null;
  gap_days: number | null;
  /** Its record as of the baseline; NULL when it was not in there. */
  rank_best_before: number | null;
  slots_before: number | null;
};

const FACT_NAMES = [
  'product_key',
  'product_id',
  'product',
  'category_l1',
  'category_l2',
  'status',
  'rank',
  'rank_before',
  'rank_gain',
  'rank_best',
  'slots_on_list',
  'streak',
  'gap_days',
  'rank_best_before',
  'slots_before',
] as const satisfies readonly (keyof ChangeFact)[];
function metricNames(list: ListKind): string[] {
  const lead = firstHeadline(list);
  return [
    ...headlinesOf(list).flatMap(({ column }) => [column, `${column}_before`]),
    ...(lead === null ? [] : [`${lead.column}_pct`]),
  ];
}

/** One of the headline columns of a change row; null when not known. */
export const metricIn = (row: ChangeFact, column: string): number | null =>
  (row as unknown as Readonly<Record<string, number | null>>)[column] ?? null;

const EXTRA = [
  'p.id AS product_key',
  'bo.rank_best AS rank_best_before',
  'bo.slots_on_list AS slots_before',
];
function changeFactsSql(list: ListKind): string {
  const names = [...FACT_NAMES, ...metricNames(list)].join(', ');
  return [presentSql(list, PAIR, EXTRA), leftSql(list, PAIR, EXTRA)]
    .map((sql) => `SELECT ${names} FROM (${sql})`)
    .join('\nUNION ALL\n');
}

/**
 * The change rows of a complete snapshot of a list against a baseline, who left included: by rank, those that
 * left last.
 */
export const listChangeFacts = (
  db: Db,
  snapshotId: number,
  baselineId: number | null,
  list: ListKind,
): ChangeFact[] =>
  db
    .statement(`SELECT * FROM (${changeFactsSql(list)})\nORDER BY rank IS NULL, rank, rank_before`)
    .all({ snapshot: snapshotId, baseline: baselineId }) as ChangeFact[];

/**
 * A slot of a series; `snapshotId` is NULL when what it shows is not known: nothing complete or
 * partial was taken.
 */
export type SeriesSlot = { slotAt: Instant; snapshotId: number | null };

/**
 * The slots of a series from one instant to another, both inclusive, oldest first; at least the
 * last `atLeast` there are.
 */
export function listSeriesSlots(
  db: Db,
  seriesId: number,
  fromAt: Instant,
  untilAt: Instant,
  atLeast: number,
): SeriesSlot[] {
  const slots =
    db.statement(`SELECT slot_at AS slotAt, CASE WHEN ${evaluatedSql('status')} THEN id END AS snapshotId FROM snapshots
    WHERE series_id = @seriesId AND slot_at <= @untilAt
      AND slot_at >= min(@fromAt, coalesce((SELECT slot_at FROM snapshots
        WHERE series_id = @seriesId AND slot_at <= @untilAt ORDER BY slot_at DESC LIMIT 1 OFFSET @atLeast - 1), 0))
    ORDER BY slot_at`);
  return slots.all({ seriesId, fromAt, untilAt, atLeast }) as SeriesSlot[];
}

/** A product's rank in a snapshot; null when it was not seen there. */
export const findRank = (
  db: Db,
  { table }: ListKind,
  snapshotId: number,
  productKey: number,
): number | null =>
  (db
    .statement(`SELECT rank FROM ${table} WHERE snapshot_id = ? AND product_id = ?`)
    .pluck()
    .get(snapshotId, productKey) as number | undefined) ?? null;

/** Where a product was last seen in a series, up to an instant; also in what is in a lake alone. */
export const findLastSeen = (
  db: Db,
  { table }: ListKind,
  seriesId: number,
  productKey: number,
  untilAt: Instant,
): { slotAt: Instant; rank: number } | undefined =>
  db
    .statement(
      `SELECT * FROM (SELECT s.slot_at AS slotAt, o.rank
        FROM snapshots s JOIN ${table} o ON o.snapshot_id = s.id AND o.product_id = @productKey
        WHERE s.series_id = @seriesId AND s.slot_at <= @untilAt AND ${evaluatedSql('s.status')}
        ORDER BY s.slot_at DESC LIMIT 1)
      UNION ALL SELECT slot_at, rank FROM lake_lasts
      WHERE series_id = @seriesId AND product_id = @productKey AND slot_at <= @untilAt
      ORDER BY slotAt DESC LIMIT 1`,
    )
    .get({ productKey, seriesId, untilAt }) as { slotAt: Instant; rank: number } | undefined;

/** Credits of the requests sent in (sinceAt, untilAt], by watch. */
export const listCredits = (db: Db, sinceAt: Instant, untilAt: Instant): Map<number, number> =>
  new Map(
    db
      .statement(
        'SELECT watch_id, sum(credits) FROM requests WHERE started_at > ? AND started_at <= ? GROUP BY watch_id',
      )
      .raw()
      .all(sinceAt, untilAt) as [number, number][],
  );

/** Credits of all requests sent to a source on the UTC day of an instant, up to it. */
export const countCreditsOfDay = (db: Db, source: string, at: Instant): number =>
  db
    .statement(
      'SELECT coalesce(sum(credits), 0) FROM requests WHERE started_at >= ? AND started_at <= ? AND source = ?',
    )
    .pluck()
    .get(Math.floor(at / DAY_MS) * DAY_MS, at, source) as number;
