// Was this very list just served for another region too? A source may ignore the region without
// saying so.
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import { fitOf, type SameList } from '../../snapshot/judge.ts';
import { usualSpreads } from './judgements.ts';
import type { Db } from '../file/open.ts';

/** How far apart the two lists may be. */
const SPAN_MS = 2 * DAY_MS;
/**
 * So many rows that are equal in every metric are no chance. In shorter lists all rows must be
 * equal.
 */
const ENOUGH_ROWS = 10;

type Candidate = {
  id: number;
  series_id: number;
  slot_at: Instant;
  watch: string;
  region: string;
  rows: number;
  spread: number | null;
  spread_pairs: number | null;
  spread_gap_ms: number | null;
};

/**
 * A recent complete list of another region that equals this one rank for rank and metric for
 * metric, as far as both go; asked for with the same parameters but for the region and the depth.
 * Null when there is none.
 */
export function findSameList(
  db: Db,
  list: {
    kind: ListKind;
    seriesId: number;
    slotAt: Instant;
    windowMs: number;
    rows: readonly RankedProduct[];
  },
): SameList | null {
  const { kind } = list;
  const [first] = list.rows;
  if (first === undefined) return null;
  // The first row alone rules out nearly all of them, with one look-up each. In this order of
  // tables: with many watches SQLite would rather look into every snapshot there is.
  const candidates = db
    .statement(
      `
    SELECT s.id, s.series_id, s.slot_at, w.name AS watch, se.region, s."rows",
      j.spread, j.spread_pairs, j.spread_gap_ms
    FROM series mine
      CROSS JOIN series se ON se.source = mine.source AND se.region <> mine.region
        AND se.time_scope IS mine.time_scope AND se.category IS mine.category
        AND se.keyword IS mine.keyword
        AND json_remove(se.parameters, '$.region') IS json_remove(mine.parameters, '$.region')
      CROSS JOIN snapshots s ON s.series_id = se.id AND s.status = 'complete'
        AND s.slot_at BETWEEN @slotAt - ${SPAN_MS} AND @slotAt + ${SPAN_MS}
      CROSS JOIN watches w ON w.id = s.watch_id
      CROSS JOIN products p ON p.source = @source AND p.upstream_id = @product
      CROSS JOIN ${kind.table} o ON o.snapshot_id = s.id AND o.product_id = p.id
        AND o.rank = @rank
        ${kind.metrics.map(({ column }) => `AND o.${column} IS @now_${column}`).join(' ')}
      LEFT JOIN judgements j ON j.snapshot_id = s.id
    WHERE mine.id = @seriesId ORDER BY s.slot_at DESC
  `,
    )
    .all({
      seriesId: list.seriesId,
      slotAt: list.slotAt,
      source: kind.seriesSource,
      product: first.product.upstreamId,
      rank: first.rank,
      ...Object.fromEntries(
        kind.metrics.map(({ column }) => [`now_${column}`, first.metrics[column] ?? null]),
      ),
    }) as Candidate[];
  const same = candidates.find((candidate) => isSame(db, kind, candidate, list.rows));
  if (same === undefined) return null;
  const { watch, region } = same;
  return { watch, region, fit: fitOfStored(db, kind, same, list.windowMs) };
}

/** How well it fits the past of its own series. */
function fitOfStored(db: Db, kind: ListKind, found: Candidate, windowMs: number): number | null {
  const { spread, spread_pairs: pairs, spread_gap_ms: gapMs, series_id, slot_at } = found;
  if (pairs === null || gapMs === null) return null;
  return fitOf({ spread, pairs, gapMs }, usualSpreads(db, series_id, slot_at, kind), windowMs);
}

function isSame(
  db: Db,
  { metrics: declared, table }: ListKind,
  { id, rows: count }: Candidate,
  rows: readonly RankedProduct[],
): boolean {
  const shared = Math.min(count, rows.length);
  if (shared < ENOUGH_ROWS && count !== rows.length) return false;
  const columns = declared.map(({ column }) => `, o.${column}`).join('');
  const theirs = db
    .statement(
      `SELECT o.rank, p.upstream_id${columns} FROM ${table} o JOIN products p ON p.id = o.product_id WHERE o.snapshot_id = ? ORDER BY o.rank`,
    )
    .raw()
    .all(id) as unknown[][];
  return rows.slice(0, shared).every(({ rank, product, metrics }, index) => {
    const ours = [
      rank,
      product.upstreamId,
      ...declared.map(({ column }) => metrics[column] ?? null),
    ];
    return ours.every((value, column) => value === theirs[index]?.[column]);
  });
}
