// Snapshots that may leave the database for the lake, and how they leave.
import { evaluatedSql } from '../../change/baseline.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { Z_WINDOW } from '../../snapshot/robust-z.ts';
import { openUnitReader } from '../export/unit-rows.ts';
import type { ExportColumn } from '../export/views.ts';
import type { Db } from '../file/open.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import { listEvidence } from '../snapshots/decided-on.ts';
import { deleteSnapshot } from '../snapshots/snapshots.ts';
import { hashOfRows } from './row-hash.ts';

/** A snapshot that may leave. */
export type Leaving = {
  id: number;
  seriesId: number;
  watch: string;
  slotAt: Instant;
  rows: number;
  /** `2026-11`, in UTC. */
  month: string;
  /** The slot up to which its series is then thinned. */
  borderAt: Instant;
};

/**
 * So many complete lists of a series stay, however old: z-scores look back on 28 before the next,
 * and gates and baselines on the last.
 */
const COMPLETE_KEPT = Z_WINDOW + 1;

/**
 * The snapshots of a list that are more than `allMs` older than the newest slot there is, by slot:
 * an hour of a clock that is ahead makes no history old. What has no rows is in no lake, and stays.
 * So do the newest complete list before that time, as the baseline of the next one; the newest 29
 * complete lists of each series; all after these; and the newest scheduled snapshot of each watch.
 * Of a series whose import is not finished all stay. `atLeast`: more complete lists than 29 stay.
 */
export function listLeaving(
  db: ReadOnlyDb,
  { seriesSource }: ListKind,
  { allMs, now, atLeast = 0 }: { allMs: number; now: Instant; atLeast?: number },
): Leaving[] {
  const rows = db
    .prepare<object, Omit<Leaving, 'month'>>(
      `
    WITH before (at) AS (SELECT max(slot_at) - @allMs FROM snapshots WHERE slot_at <= @now),
    own AS (SELECT s.id, s.watch_id, s.series_id, s.slot_at, s.status, s."rows" FROM snapshots s
      JOIN series se ON se.id = s.series_id
      WHERE se.source = @source AND se.unfinished_from_at IS NULL AND s.slot_at <= @now),
    complete AS (SELECT series_id, slot_at,
        row_number() OVER (PARTITION BY series_id ORDER BY slot_at DESC) AS place
      FROM own WHERE status = 'complete'),
    border AS (SELECT series_id, min(
        max(iif(slot_at < (SELECT at FROM before), slot_at, NULL)),
        max(iif(place = @kept, slot_at, NULL))) AS at FROM complete GROUP BY series_id),
    newest AS (SELECT watch_id, max(slot_at) AS slot_at FROM snapshots
      WHERE origin IN ('schedule', 'catchup') AND slot_at <= @now GROUP BY watch_id)
    SELECT own.id, own.series_id AS seriesId, w.name AS watch, own.slot_at AS slotAt, own."rows",
      border.at AS borderAt
    FROM own JOIN border ON border.series_id = own.series_id AND own.slot_at < border.at
      JOIN watches w ON w.id = own.watch_id
    WHERE own."rows" > 0
      AND (own.watch_id, own.slot_at) NOT IN (SELECT watch_id, slot_at FROM newest)
    ORDER BY own.slot_at, own.id`,
    )
    .all({ source: seriesSource, allMs, now, kept: Math.max(COMPLETE_KEPT, atLeast) });
  return rows.map((row) => ({ ...row, month: isoTime(row.slotAt).slice(0, '2026-11'.length) }));
}

/** Those of them that alerts were decided on, by id: they stay. */
export const keptForAlerts = (db: Db, leaving: readonly Leaving[]): ReadonlySet<number> => {
  if (leaving.length === 0) return new Set();
  const evidence = listEvidence(db);
  return new Set(leaving.map(({ id }) => id).filter((id) => evidence.has(id)));
};

/** What is known to be in the lake of a snapshot: the file, and the hash of its rows there. */
export type Place = { monthId: number; rowsHash: Buffer };

/**
 * Takes snapshots of a list out of the database. One whose rows are not those that were confirmed,
 * to the last value, stays. `packed` is what z-scores still look back on of one. Run inside a
 * transaction; returns those that left.
 */
export function letLeave(
  db: Db,
  list: ListKind,
  columns: readonly ExportColumn[],
  leaving: readonly (Leaving & Place)[],
  packed: (snapshot: Leaving) => Buffer | null,
): (Leaving & Place)[] {
  const read = openUnitReader(db.raw, 'history', list, columns);
  const names = columns.map(({ name }) => name);
  const note = db.statement(
    'UPDATE series SET thinned_until_at = max(coalesce(thinned_until_at, 0), ?) WHERE id = ?',
  );
  const keepBest = db.statement(keepBestSql(list));
  const keepLast = db.statement(keepLastSql(list));
  const move = db.statement(
    `INSERT INTO lake_snapshots (id, watch_id, series_id, slot_at, data_date, taken_at, status,
      reason, moved, origin, "rows", interval_ms, content_hash, month_id, rows_hash, packed)
    SELECT id, watch_id, series_id, slot_at, data_date, taken_at, status,
      reason, moved, origin, "rows", interval_ms, content_hash, @monthId, @rowsHash, @packed
    FROM snapshots WHERE id = @id AND slot_at = @slotAt`,
  );
  return leaving.filter((one) => {
    const { id, seriesId, slotAt, borderAt, monthId, rowsHash } = one;
    if (!hashOfRows(names, read(id)).equals(rowsHash)) return false;
    const values = { id, slotAt, monthId, rowsHash, packed: packed(one) };
    if (move.run(values).changes === 0) return false;
    keepBest.run({ id, seriesId, slotAt });
    keepLast.run({ id, seriesId, slotAt });
    deleteSnapshot(db, id);
    // The baseline of the next list stays, and its own is gone.
    note.run(borderAt + 1, seriesId);
    return true;
  });
}

/** What else would be forgotten: when a product had its best rank. */
const keepBestSql = ({ table }: ListKind): string =>
  `INSERT INTO lake_bests (series_id, product_id, rank, slot_at)
  SELECT @seriesId, o.product_id, o.rank, @slotAt
  FROM snapshots s JOIN ${table} o ON o.snapshot_id = s.id
    JOIN product_records r ON r.series_id = s.series_id AND r.product_id = o.product_id
  WHERE s.id = @id AND ${evaluatedSql('s.status')} AND o.rank = r.rank_best
  ON CONFLICT DO UPDATE SET slot_at = excluded.slot_at, rank = excluded.rank
    WHERE excluded.rank < rank OR (excluded.rank = rank AND excluded.slot_at > slot_at)`;

/** And when it was last seen before it came back. */
const keepLastSql = ({ table }: ListKind): string =>
  `INSERT INTO lake_lasts (series_id, product_id, rank, slot_at)
  SELECT @seriesId, o.product_id, o.rank, @slotAt
  FROM snapshots s JOIN ${table} o ON o.snapshot_id = s.id
  WHERE s.id = @id AND ${evaluatedSql('s.status')}
  ON CONFLICT DO UPDATE SET slot_at = excluded.slot_at, rank = excluded.rank
    WHERE excluded.slot_at > slot_at`;
