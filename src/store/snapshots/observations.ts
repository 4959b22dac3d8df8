// Observations and what is kept of each product's past. By hand-written statements of some tens of
// rows: Drizzle's batched `values([...])` measured 7 times slower here.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns } from '../../list/list-kind.ts';
import { TOP_PRODUCTS } from '../../list/top-products.ts';
import type { Metrics, Product } from '../../model.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import { Z_MIN_VALUES, Z_WINDOW } from '../../snapshot/robust-z.ts';
import { standingOf, type Past, type Seen } from '../../snapshot/standing.ts';
import type { Db } from '../file/open.ts';
import { standingColumns, standingValues } from './standing-columns.ts';

/** Rows per INSERT: 25 × 19 values; larger statements measured no faster. */
const CHUNK = 25;

const METRIC_COLUMNS = TOP_PRODUCTS.metrics.map(({ column }) => column);
const STANDING_COLUMNS = standingColumns(TOP_PRODUCTS);
const NO_STANDING = STANDING_COLUMNS.map(() => null);
const COLUMNS = ['snapshot_id', 'product_id', 'rank', ...METRIC_COLUMNS, ...STANDING_COLUMNS];
const SCORED = scoredColumns(TOP_PRODUCTS);
const SCORED_METRICS = SCORED.slice(1);
const RECORD_COLUMNS = [
  'series_id',
  'product_id',
  'first_seen_at',
  'last_seen_at',
  'rank_best',
  'slots_on_list',
];
const UPDATE_RECORD = `ON CONFLICT DO UPDATE SET first_seen_at = min(first_seen_at, excluded.first_seen_at), last_seen_at = max(last_seen_at, excluded.last_seen_at),
  rank_best = min(rank_best, excluded.rank_best), slots_on_list = excluded.slots_on_list`;

type Stored = {
  id: number;
  seriesId: number;
  slotAt: Instant;
  status: string;
  rows: readonly RankedProduct[];
  /** Its `previous` baseline. */
  baselineId: number | null;
};

/**
 * Inserts the observations of a stored snapshot and keeps its products. With standings, also each
 * product's standing in the series as of its slot, and its record: for complete and partial
 * snapshots (others count for neither) that are later than all those of their series. Those of an
 * earlier slot need `rebuildStandings` afterwards. Run inside a transaction.
 */
export function insertObservations(db: Db, snapshot: Stored, withStandings: boolean): void {
  const keeper = productKeeper(db, snapshot.slotAt);
  const rows = inFillOrder(
    snapshot.rows
      .map((row) => ({ ...row, id: keeper.idOf(row.product) }))
      .sort((a, b) => a.id - b.id),
  );
  keeper.finish();
  const pastOf = withStandings ? pastReader(db, snapshot) : null;
  const observations: unknown[] = [];
  const records: unknown[] = [];
  for (const { id, rank, metrics } of rows) {
    observations.push(snapshot.id, id, rank);
    for (const column of METRIC_COLUMNS) observations.push(metrics[column] ?? null);
    if (pastOf === null) {
      observations.push(...NO_STANDING);
      continue;
    }
    const standing = standingOf(seenOf(rank, metrics), pastOf(id));
    observations.push(...standingValues(standing));
    const { rankBest, slotsOnList } = standing;
    records.push(snapshot.seriesId, id, snapshot.slotAt, snapshot.slotAt, rankBest, slotsOnList);
  }
  insertMany(db, TOP_PRODUCTS.table, COLUMNS, observations);
  insertMany(db, 'product_records', RECORD_COLUMNS, records, UPDATE_RECORD);
}

const seenOf = (rank: number, metrics: Metrics): Seen => [
  rank,
  ...SCORED_METRICS.map((column) => metrics[column] ?? null),
];

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

function insertMany(
  db: Db,
  table: string,
  columns: readonly string[],
  values: readonly unknown[],
  onConflict = '',
): void {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const sql = (rows: number) =>
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array<string>(rows).fill(row).join(', ')} ${onConflict}`;
  const width = columns.length;
  const full = db.statement(sql(CHUNK));
  let at = 0;
  for (; at + CHUNK * width <= values.length; at += CHUNK * width)
    full.run(values.slice(at, at + CHUNK * width));
  if (at < values.length) db.statement(sql((values.length - at) / width)).run(values.slice(at));
}

type Keeper = {
  idOf(product: Product): number;
  /** Writes down when the products that were asked for were last seen under the names they have. */
  finish(): void;
};

type KnownProduct = [
  id: number,
  name: string,
  l1: string | null,
  l2: string | null,
  namedAt: Instant,
];

/**
 * Ids by upstream id, for the products of one snapshot. A product has the name of the latest slot
 * that gave it one (`updated_at` keeps that slot), whatever order snapshots are stored in: an older
 * file brings back no older name, and what a list does not say changes nothing. Names that nobody
 * gave are the id. Where nothing was known an older list may fill it in.
 */
function productKeeper(db: Db, slotAt: Instant): Keeper {
  const find = db
    .statement(
      'SELECT id, name, category_l1, category_l2, updated_at FROM products WHERE upstream_id = ?',
    )
    .raw();
  const insert = db.statement(
    'INSERT INTO products (upstream_id, name, category_l1, category_l2, updated_at) VALUES (?, ?, ?, ?, ?)',
  );
  const update = db.statement(
    'UPDATE products SET name = ?, category_l1 = ?, category_l2 = ?, updated_at = ? WHERE id = ?',
  );
  const confirm = db.statement(
    `UPDATE products SET updated_at = ?
    WHERE id IN (SELECT value FROM json_each(?)) AND updated_at < ?`,
  );
  const confirmed: number[] = [];
  return {
    idOf: ({ upstreamId, name, categoryL1, categoryL2 }) => {
      const known = find.get(upstreamId) as KnownProduct | undefined;
      if (known === undefined)
        return Number(insert.run(upstreamId, name, categoryL1, categoryL2, slotAt).lastInsertRowid);
      const [id, knownName, knownL1, knownL2, namedAt] = known;
      const isNamed = name !== upstreamId;
      const isNewer = slotAt >= namedAt || (isNamed && knownName === upstreamId);
      const nextName = isNamed && isNewer ? name : knownName;
      const nextL1 = isNewer ? (categoryL1 ?? knownL1) : (knownL1 ?? categoryL1);
      const nextL2 = isNewer ? (categoryL2 ?? knownL2) : (knownL2 ?? categoryL2);
      if (nextName !== knownName || nextL1 !== knownL1 || nextL2 !== knownL2)
        update.run(nextName, nextL1, nextL2, isNamed && isNewer ? slotAt : namedAt, id);
      else if (isNamed && slotAt > namedAt) confirmed.push(id);
      return id;
    },
    finish: () => {
      if (confirmed.length > 0) confirm.run(slotAt, JSON.stringify(confirmed), slotAt);
    },
  };
}

function pastReader(db: Db, snapshot: Stored): (productId: number) => Past {
  const { seriesId, baselineId } = snapshot;
  const valuesOf = earlierValues(db, snapshot);
  const find = db
    .statement(
      'SELECT rank_best, slots_on_list, first_seen_at FROM product_records WHERE series_id = ? AND product_id = ?',
    )
    .raw();
  const baselineRows =
    baselineId === null
      ? []
      : (db
          .statement('SELECT product_id, rank, streak FROM observations WHERE snapshot_id = ?')
          .raw()
          .all(baselineId) as [number, number, number | null][]);
  const baseline = new Map(
    baselineRows.map(([productId, rank, streak]) => [productId, { rank, streak }]),
  );
  return (productId) => {
    const [rankBest, slotsOnList, firstSeenAt] = (find.get(seriesId, productId) ?? [
      null,
      0,
      null,
    ]) as [number | null, number, Instant | null];
    return {
      rankBest,
      slotsOnList,
      baseline: baselineId === null ? null : (baseline.get(productId) ?? 'absent'),
      values: valuesOf(productId, firstSeenAt),
    };
  };
}

/** Of each scored column what is known, the rank first. */
type Values = number[][];

/**
 * For each product its values in the last 28 earlier complete snapshots it was on the list. One
 * range scan per snapshot serves nearly all products; only those that were on the list before, and
 * are short of values, are looked up further back, one by one.
 */
function earlierValues(
  db: Db,
  { seriesId, slotAt }: Stored,
): (productId: number, firstSeenAt: Instant | null) => Values {
  const recent = db
    .statement(
      "SELECT id, slot_at FROM snapshots WHERE series_id = ? AND slot_at < ? AND status = 'complete' ORDER BY slot_at DESC LIMIT ?",
    )
    .raw()
    .all(seriesId, slotAt, Z_WINDOW) as [number, Instant][];
  const none: Values = SCORED.map(() => []);
  if (recent.length < Z_MIN_VALUES) return () => none;
  const byProduct = new Map<number, Values>();
  const valuesOf = (productId: number): Values => {
    const known = byProduct.get(productId);
    if (known !== undefined) return known;
    const values: Values = SCORED.map(() => []);
    byProduct.set(productId, values);
    return values;
  };
  // As one JSON array a column and snapshot: half the time of a row at a time, measured over 28
  // snapshots of 500 rows.
  const scan = db
    .statement(
      `SELECT ${['product_id', ...SCORED].map((column) => `json_group_array(${column})`).join(', ')}
      FROM ${TOP_PRODUCTS.table} WHERE snapshot_id = ?`,
    )
    .raw();
  for (const [snapshotId] of recent) {
    const [ids = [], ...columns] = (scan.get(snapshotId) as string[]).map(
      (text) => JSON.parse(text) as (number | null)[],
    );
    for (let index = 0; index < ids.length; index++) {
      const values = valuesOf(ids[index] as number);
      for (let column = 0; column < columns.length; column++) {
        const value = columns[column]?.[index] ?? null;
        if (value !== null) values[column]?.push(value);
      }
    }
  }
  const oldest = recent.at(-1)?.[1] ?? slotAt;
  const further = db
    .statement(
      `
    SELECT ${SCORED.map((column) => `o.${column}`).join(', ')} FROM snapshots s
      JOIN ${TOP_PRODUCTS.table} o ON o.snapshot_id = s.id AND o.product_id = ?
    WHERE s.series_id = ? AND s.slot_at < ? AND s.status = 'complete' ORDER BY s.slot_at DESC LIMIT ?`,
    )
    .raw();
  return (productId, firstSeenAt) => {
    const lacking = Z_WINDOW - (byProduct.get(productId)?.[0]?.length ?? 0);
    if (lacking > 0 && firstSeenAt !== null && firstSeenAt < oldest) {
      const values = valuesOf(productId);
      for (const row of further.all(productId, seriesId, oldest, lacking) as (number | null)[][])
        row.forEach((value, column) => {
          if (value !== null) values[column]?.push(value);
        });
    }
    return byProduct.get(productId) ?? none;
  };
}
