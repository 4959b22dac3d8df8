// Stores observations, and what is kept of each product's past. The statements are hand-written,
// for some tens of rows each: Drizzle's batched `values([...])` measured 7 times slower here.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import type { Metrics } from '../../model.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import { standingOf, type Seen, type Standing } from '../../snapshot/standing.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';
import { forgetOlder } from './older-values.ts';
import { pastReader } from './past.ts';
import { keepProducts, type RememberedProducts } from './product-keeper.ts';
import { deleteValues, keepValues } from './recent-values.ts';
import { standingColumns, standingValues } from './standing-columns.ts';

/** Rows per INSERT: 25 × 19 values; larger statements measured no faster. */
const CHUNK = 25;

const updateRecord = (slotsOnList: string): string =>
  `ON CONFLICT DO UPDATE SET first_seen_at = min(first_seen_at, excluded.first_seen_at),
  last_seen_at = max(last_seen_at, excluded.last_seen_at),
  rank_best = min(rank_best, excluded.rank_best), slots_on_list = ${slotsOnList}`;

/**
 * Which standings a snapshot gets: of the latest of its series, of one before others, or none. The
 * record of a product that was seen later counts one sighting more.
 */
export type Place = 'latest' | 'earlier' | 'none';
const UPDATE_RECORD = {
  latest: updateRecord('excluded.slots_on_list'),
  earlier: updateRecord('slots_on_list + 1'),
};

type Stored = {
  id: number;
  seriesId: number;
  slotAt: Instant;
  status: string;
  /** The list it is a snapshot of. */
  list: ListKind;
  rows: readonly RankedProduct[];
  /** Its `previous` baseline. */
  baselineId: number | null;
};

/** What is known of a product in a snapshot: its key, and the values its standing depends on. */
export type SeenProduct = { productId: number; seen: Seen };

/** The standings of the products of a snapshot, in their order; null: they are made later. */
export type StandingsOf = (products: readonly SeenProduct[]) => readonly Standing[] | null;

/** What an import knows from the snapshots that it has stored. */
export type KnownByImport = { standingsOf: StandingsOf; products: RememberedProducts };

/**
 * Inserts the observations of a stored snapshot and keeps its products. But for `none`, also each
 * product's standing in the series as of its slot, and its record: for complete and partial
 * snapshots (others count for neither). Those after an `earlier` one need theirs made anew. With
 * `none`, an import may know them. Run inside a transaction.
 */
export function insertObservations(
  db: Db,
  snapshot: Stored,
  place: Place,
  known?: KnownByImport,
): void {
  const { list } = snapshot;
  const metricColumns = list.metrics.map(({ column }) => column);
  const standing = standingColumns(list);
  const ids = keepProducts(
    db,
    list,
    snapshot.slotAt,
    snapshot.rows.map(({ product }) => product),
    known?.products,
  );
  const rows = inFillOrder(
    snapshot.rows
      .map(({ rank, metrics }, index) => ({ id: ids[index] as number, rank, metrics }))
      .sort((a, b) => a.id - b.id),
  );
  const seenOf = seenBy(list);
  const standings =
    place === 'none' && known !== undefined
      ? known.standingsOf(
          rows.map(({ id, rank, metrics }) => ({ productId: id, seen: seenOf(rank, metrics) })),
        )
      : null;
  const pastOf =
    place === 'none'
      ? null
      : pastReader(
          db,
          { ...snapshot, isLatest: place === 'latest' },
          rows.map(({ id }) => id),
        );
  const noStanding = standing.map(() => null);
  const columns = ['snapshot_id', 'product_id', 'rank', ...metricColumns, ...standing];
  const insert = inserter(db, list.table, columns);
  for (const [index, { id, rank, metrics }] of rows.entries()) {
    insert.put(snapshot.id);
    insert.put(id);
    insert.put(rank);
    for (const column of metricColumns) insert.put(metrics[column] ?? null);
    const own =
      pastOf === null ? standings?.[index] : standingOf(seenOf(rank, metrics), pastOf(id));
    for (const value of own === undefined ? noStanding : standingValues(own)) insert.put(value);
  }
  insert.finish();
  if (place !== 'latest' && snapshot.status === 'complete') forgetOlder(db);
  if (place !== 'none') keepRecords(db, snapshot, UPDATE_RECORD[place]);
  if (place === 'latest' && snapshot.status === 'complete')
    keepValues(db, snapshot, [
      Float64Array.from(rows, ({ id }) => id),
      Float64Array.from(rows, ({ rank }) => rank),
      ...scoredColumns(list)
        .slice(1)
        .map((column) => Float64Array.from(rows, ({ metrics }) => metrics[column] ?? NaN)),
    ]);
}

/** Of each product that was just stored, from its standing. */
function keepRecords(db: Db, { list, seriesId, slotAt, id }: Stored, update: string): void {
  db.statement(
    `INSERT INTO product_records
      (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list)
    SELECT ?, product_id, ?, ?, rank_best, slots_on_list FROM ${list.table} WHERE snapshot_id = ?
    ${update}`,
  ).run(seriesId, slotAt, slotAt, id);
}

/** Deletes the observations of a snapshot. Run inside a transaction. */
export function deleteObservations(db: Db, snapshotId: number): void {
  const { table } = getQuery(db, seriesOf(db, snapshotId)).list;
  db.statement(`DELETE FROM ${table} WHERE snapshot_id = ?`).run(snapshotId);
  deleteValues(db, snapshotId);
  forgetOlder(db);
}

const seriesOf = (db: Db, snapshotId: number): number =>
  db.statement('SELECT series_id FROM snapshots WHERE id = ?').pluck().get(snapshotId) as number;

function seenBy(list: ListKind): (rank: number, metrics: Metrics) => Seen {
  const scored = scoredColumns(list).slice(1);
  return (rank, metrics) => [rank, ...scored.map((column) => metrics[column] ?? null)];
}

/**
 * Rows in key order, but every tenth last. In key order they append to the b-tree's last page,
 * which is fast but leaves pages 88 % full for ever; the rest, put in between afterwards, fills
 * them to 95 %. Measured: 7 % less disk, at no time.
 */
export function inFillOrder<Row>(rows: readonly Row[]): Row[] {
  const isLast = (index: number) => index % 10 === 9;
  return [
    ...rows.filter((_, index) => !isLast(index)),
    ...rows.filter((_, index) => isLast(index)),
  ];
}

/** Inserts rows that are given value by value, some tens of rows at a time. */
function inserter(
  db: Db,
  table: string,
  columns: readonly string[],
): { put(value: number | string | null): void; finish(): void } {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const sql = (rows: number) =>
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array<string>(rows).fill(row).join(', ')}`;
  const width = columns.length;
  const full = db.statement(sql(CHUNK));
  const values: (number | string | null)[] = Array<null>(CHUNK * width).fill(null);
  let count = 0;
  return {
    put: (value) => {
      values[count++] = value;
      if (count < values.length) return;
      full.run(values);
      count = 0;
    },
    finish: () => {
      if (count > 0) db.statement(sql(count / width)).run(values.slice(0, count));
    },
  };
}
