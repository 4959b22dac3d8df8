// What is in a lake alone: snapshots that left the database, and how they are read about.
import { evaluatedSql } from '../../change/baseline.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { SnapshotStatus } from '../../model.ts';
import type { snapshots } from '../schema/snapshots.ts';
import type { Db } from '../file/open.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';

type SnapshotRow = typeof snapshots.$inferSelect;

/** Snapshots that are in a lake alone; `place` is the lake that the newest of them is in. */
export type LeftPart = { place: string; snapshots: number; fromAt: Instant; toAt: Instant };

/** Which of them are asked about: those of slots within the bounds, both inclusive. */
export type LeftQuery = {
  watch?: string;
  seriesId?: number;
  /** `ListKind.seriesSource` of the list that they are of. */
  source?: string;
  fromAt?: Instant;
  toAt?: Instant;
};

/**
 * What a question about the past does not see. Null where the database has all of it. `evaluated`:
 * only complete and partial ones.
 */
export function findLeft(
  db: ReadOnlyDb,
  { watch, seriesId, source, fromAt, toAt }: LeftQuery,
  which: 'all' | 'evaluated' = 'all',
): LeftPart | null {
  const found = db
    .prepare<object, { snapshots: number; fromAt: Instant; toAt: Instant; place: string }>(
      `SELECT count(*) AS snapshots, min(l.slot_at) AS fromAt, max(l.slot_at) AS toAt,
        (SELECT place FROM lake_months m WHERE m.id = l.month_id) AS place
      FROM lake_snapshots l
      WHERE (@seriesId IS NULL OR l.series_id = @seriesId)
        AND (@source IS NULL OR l.series_id IN (SELECT id FROM series WHERE source = @source))
        AND (@watch IS NULL OR l.watch_id = (SELECT id FROM watches WHERE name = @watch))
        AND l.slot_at BETWEEN @fromAt AND @toAt ${which === 'evaluated' ? `AND ${evaluatedSql('l.status')}` : ''}`,
    )
    .get({
      watch: watch ?? null,
      seriesId: seriesId ?? null,
      source: source ?? null,
      fromAt: fromAt ?? Number.MIN_SAFE_INTEGER,
      toAt: toAt ?? Number.MAX_SAFE_INTEGER,
    });
  return found === undefined || found.snapshots === 0 ? null : found;
}

/** All that left; null too for a file of an earlier version, which has no such table. */
export const findAnyLeft = (db: ReadOnlyDb): LeftPart | null =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'lake_snapshots'").get() === undefined
    ? null
    : findLeft(db, {});

/** As JSON has it: only where something left is there such a key. */
export const leftJson = (left: LeftPart | null) =>
  left === null
    ? {}
    : {
        in_lake: {
          place: left.place,
          snapshots: left.snapshots,
          from: isoTime(left.fromAt),
          to: isoTime(left.toAt),
        },
      };

/** A snapshot that is in a lake alone. */
export type LeftSnapshot = {
  id: number;
  watch: string;
  seriesId: number;
  slotAt: Instant;
  status: SnapshotStatus;
  place: string;
};

const ONE_SQL = `SELECT l.id, w.name AS watch, l.series_id AS seriesId, l.slot_at AS slotAt,
    l.status, m.place
  FROM lake_snapshots l JOIN lake_months m ON m.id = l.month_id JOIN watches w ON w.id = l.watch_id`;

/** The newest complete one of a watch after a slot and up to another; null where there is none. */
export const findLeftBetween = (
  db: Db,
  watch: string,
  after: Instant,
  until: Instant,
): LeftSnapshot | null =>
  (db
    .statement(
      `${ONE_SQL} WHERE l.watch_id = w.id AND l.slot_at = (SELECT max(t.slot_at)
        FROM lake_snapshots t WHERE t.watch_id = w.id AND t.slot_at > ? AND t.slot_at <= ?
          AND t.status = 'complete') AND w.name = ?`,
    )
    .get(after, until, watch) as LeftSnapshot | undefined) ?? null;

/** Those of a watch between two slots, both inclusive, oldest first, as slots. */
export const listLeft = (
  db: Db,
  watch: string,
  from: Instant,
  to: Instant,
): (Pick<SnapshotRow, 'dataDate' | 'reason' | 'rows' | 'origin'> & LeftSnapshot)[] =>
  db
    .statement(
      `SELECT l.id, w.name AS watch, l.series_id AS seriesId, l.slot_at AS slotAt,
        l.data_date AS dataDate, l.status, l.reason, l."rows", l.origin, m.place
      FROM watches w JOIN lake_snapshots l ON l.watch_id = w.id
        JOIN lake_months m ON m.id = l.month_id
      WHERE w.name = ? AND l.slot_at BETWEEN ? AND ? ORDER BY l.slot_at`,
    )
    .all(watch, from, to) as ReturnType<typeof listLeft>;

/** By the id that it had; null where none of this id left. */
export const findLeftById = (db: Db, id: number): LeftSnapshot | null =>
  (db.statement(`${ONE_SQL} WHERE l.id = ?`).get(id) as LeftSnapshot | undefined) ?? null;

/** Of a slot, with what tells whether a list is this very one; null where none left. */
export const findLeftOfSlot = (
  db: Db,
  watchId: number,
  slotAt: Instant,
): (LeftSnapshot & { contentHash: Buffer | null }) | null =>
  (db
    .statement(
      `${ONE_SQL.replace('m.place', 'm.place, l.content_hash AS contentHash')}
      WHERE l.watch_id = ? AND l.slot_at = ?`,
    )
    .get(watchId, slotAt) as (LeftSnapshot & { contentHash: Buffer | null }) | undefined) ?? null;

/** The hashes of the rows of those of a watch and list, by slot as ISO text. */
export function leftHashes(
  db: ReadOnlyDb,
  watch: string,
  { seriesSource }: ListKind,
): ReadonlyMap<string, Buffer> {
  const rows = db
    .prepare<[string, string], [Instant, Buffer]>(
      `SELECT l.slot_at, l.rows_hash FROM lake_snapshots l
        JOIN watches w ON w.id = l.watch_id JOIN series se ON se.id = l.series_id
      WHERE w.name = ? AND se.source = ?`,
    )
    .raw()
    .all(watch, seriesSource);
  return new Map(rows.map(([slotAt, hash]) => [isoTime(slotAt), hash]));
}

/** A row of `lake_snapshots`, as it is. */
export type LeftRow = Readonly<Record<string, unknown>>;

/**
 * Forgets that a snapshot of this slot left, as the slot has one again, and gives what was known of
 * it; null where none left. Run inside the transaction that stores it.
 */
export const takeLeft = (db: Db, watchId: number, slotAt: Instant): LeftRow | null =>
  (db
    .statement('DELETE FROM lake_snapshots WHERE watch_id = ? AND slot_at = ? RETURNING *')
    .get(watchId, slotAt) as LeftRow | undefined) ?? null;

/** Undoes `takeLeft`. */
export function putLeftBack(db: Db, row: LeftRow): void {
  const names = Object.keys(row);
  db.statement(
    `INSERT INTO lake_snapshots (${names.map((name) => `"${name}"`).join(', ')})
    VALUES (${names.map((name) => `@${name}`).join(', ')})`,
  ).run(row);
}
