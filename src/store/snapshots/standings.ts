// Makes standings anew, after a snapshot was stored that is older than others of its series.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import {
  walkSeries,
  type SeriesRecord,
  type Step,
  type WalkedStanding,
} from '../../snapshot/series-walk.ts';
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import type { Seen, Standing } from '../../snapshot/standing.ts';
import { unsettle } from '../alerts/rule-states.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import { standingColumns, standingValues } from './standing-columns.ts';
import { readThinned } from './thinned.ts';

type SnapshotKey = [id: number, slotAt: Instant, intervalMs: number, status: string];
/** The product, the values it was seen with, and the standing it has. */
type ObservationRow = [productId: number, rank: number, ...rest: (number | null)[]];

/** A standing that differs from what is stored: its columns, then the snapshot and the product. */
export type StandingRow = (number | null)[];

/**
 * Makes the standings of a series anew, from the snapshot of a slot on, and its product records.
 * Reads the whole series, in memory that grows with its products only, and writes what differs: 365
 * snapshots of 500 rows take about 2 s. What was known before and cannot be worked out any more,
 * because retention has thinned the series, stays as it was: so does a score whose window reaches
 * into the thinned weeks, and a streak in them, also when an older list comes in. Run inside a
 * transaction.
 */
export function rebuildStandings(db: Db, seriesId: number, fromSlotAt: Instant): void {
  const write = standingWriter(db, getQuery(db, seriesId).list);
  const walk = walkStandings(db, seriesId, fromSlotAt);
  for (const { rows } of walk.steps) write(rows);
  recordWriter(db, seriesId)(walk.records());
}

/**
 * The snapshots of a series in the order of their slots, each with the standings in it that must be
 * written, from one slot on; and, once they are all read, the records. Reads one snapshot at a
 * time.
 */
export function walkStandings(db: Db, seriesId: number, fromSlotAt: Instant): StandingWalk {
  const walk = walkSeries(readThinned(db, seriesId));
  return {
    steps: stepsOf(db, seriesId, fromSlotAt, walk),
    next: (step) => walk.step(step),
    products: () => walk.records().size,
    records: () => walk.records(),
  };
}

/** A walk through a series. `steps` are to be taken first. */
export type StandingWalk = {
  steps: Generator<{ slotAt: Instant; rows: StandingRow[] }>;
  /** The standings of a snapshot that is stored behind all others just now. */
  next(step: Step): readonly Standing[];
  /** How many products are remembered. */
  products(): number;
  records(): Iterable<[productId: number, record: SeriesRecord]>;
};

function* stepsOf(
  db: Db,
  seriesId: number,
  fromSlotAt: Instant,
  walk: ReturnType<typeof walkSeries>,
): Generator<{ slotAt: Instant; rows: StandingRow[] }> {
  const keys = db.raw
    .prepare<[number], SnapshotKey>(
      `SELECT id, slot_at, interval_ms, status FROM snapshots
      WHERE series_id = ? AND ${evaluatedSql('status')} ORDER BY slot_at`,
    )
    .raw()
    .all(seriesId);
  const { list } = getQuery(db, seriesId);
  const seenColumns = scoredColumns(list);
  const columns = standingColumns(list);
  const standingFrom = 1 + seenColumns.length;
  const streakAt = standingFrom + columns.indexOf('streak');
  const read = db
    .statement(
      `SELECT product_id, ${[...seenColumns, ...columns].join(', ')}
      FROM ${list.table} WHERE snapshot_id = ?`,
    )
    .raw();
  for (const [id, slotAt, intervalMs, status] of keys) {
    const stored = read.all(id) as ObservationRow[];
    const step = {
      slotAt,
      intervalMs,
      isComplete: status === 'complete',
      rows: stored.map((row) => ({
        productId: row[0],
        seen: row.slice(1, standingFrom) as unknown as Seen,
        streak: row[streakAt] ?? null,
      })),
    };
    const rows: StandingRow[] = [];
    if (slotAt < fromSlotAt) walk.pass(step);
    else
      walk.step(step).forEach((standing, index) => {
        const row = stored[index] as ObservationRow;
        const before = row.slice(standingFrom);
        const after = keepKnown(before, standing);
        if (after.some((value, column) => value !== before[column]))
          rows.push([...after, id, row[0]]);
      });
    yield { slotAt, rows };
  }
}

/** Writes standings of a list. Run inside a transaction. */
export function standingWriter(db: Db, list: ListKind): (rows: readonly StandingRow[]) => void {
  const write = db.statement(
    `UPDATE ${list.table} SET ${standingColumns(list)
      .map((column) => `${column} = ?`)
      .join(', ')}
    WHERE snapshot_id = ? AND product_id = ?`,
  );
  return (rows) => {
    for (const row of rows) write.run(row);
  };
}

/**
 * Writes records; what is known of a product stays when less can be worked out. Run inside a
 * transaction.
 */
export function recordWriter(
  db: Db,
  seriesId: number,
): (records: Iterable<[productId: number, record: SeriesRecord]>) => void {
  const write = db.statement(
    `INSERT INTO product_records
      (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
      first_seen_at = min(first_seen_at, excluded.first_seen_at),
      last_seen_at = max(last_seen_at, excluded.last_seen_at),
      rank_best = min(rank_best, excluded.rank_best),
      slots_on_list = max(slots_on_list, excluded.slots_on_list)`,
  );
  return (records) => {
    for (const [productId, { firstSeenAt, lastSeenAt, rankBest, slotsOnList }] of records)
      write.run(seriesId, productId, firstSeenAt, lastSeenAt, rankBest, slotsOnList);
    unsettle(db, seriesId);
  };
}

/**
 * Makes the missing standings of those of the series that hold snapshots without: after an import,
 * and before a pass stores the next snapshot of a series whose import is under way or was killed.
 * One transaction per series. Returns how many series there were.
 */
export function finishStandings(db: Db, seriesIds: Iterable<number>): number {
  let count = 0;
  for (const seriesId of seriesIds) {
    const fromSlotAt = findUnfinished(db, seriesId);
    if (fromSlotAt === null) continue;
    db.transaction(() => {
      rebuildStandings(db, seriesId, fromSlotAt);
      noteFinished(db, seriesId);
    });
    count += 1;
  }
  return count;
}

/**
 * Slot from which a series has snapshots without standings that should have some: only imports
 * leave such. Null when there is none.
 */
export const findUnfinished = (db: Db, seriesId: number): Instant | null =>
  (db.statement(FIND_UNFINISHED).pluck().get(seriesId) ?? null) as Instant | null;
/** Every pass asks this, so it is a single look-up, however much was imported. */
export const FIND_UNFINISHED = 'SELECT unfinished_from_at FROM series WHERE id = ?';

/**
 * Notes that a snapshot was stored without standings. Run inside the transaction that stores it.
 */
export const noteUnfinished = (db: Db, seriesId: number, slotAt: Instant): void =>
  void db
    .statement(
      'UPDATE series SET unfinished_from_at = min(coalesce(unfinished_from_at, @slotAt), @slotAt) WHERE id = @seriesId',
    )
    .run({ seriesId, slotAt });

/**
 * Notes that all snapshots have standings. Run inside the transaction that writes the last of them.
 */
export const noteFinished = (db: Db, seriesId: number): void =>
  void db.statement('UPDATE series SET unfinished_from_at = NULL WHERE id = ?').run(seriesId);

/**
 * More snapshots only better a best rank and raise a count; fewer, after thinning, must do neither.
 * A score that looked back on lists that are gone stays as it was.
 */
function keepKnown(
  before: readonly (number | null)[],
  standing: WalkedStanding,
): (number | null)[] {
  const [rankBest, slotsOnList] = before;
  const after = standingValues(standing);
  const isScore = (column: number) => column >= after.length - standing.scores.length;
  for (let column = 0; column < after.length; column++) {
    const stored = before[column] ?? null;
    after[column] =
      standing.isThinned && isScore(column)
        ? (stored ?? after[column] ?? null)
        : (after[column] ?? stored);
  }
  after[0] = Math.min(standing.rankBest, rankBest ?? standing.rankBest);
  after[1] = Math.max(standing.slotsOnList, slotsOnList ?? 0);
  return after;
}
