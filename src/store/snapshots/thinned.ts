// What is known of the lists of a series that thinning took.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Thinned } from '../../snapshot/series-walk.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';

/** Of a product: its first slot, on how many lists it was before a slot, and its best rank there. */
type Row = [productId: number, firstSeenAt: Instant, slots: number, rankBest: number | null];

/**
 * What thinning took from a series; null while it is whole. On how many lists a product was before
 * comes from those that stayed: each says how many there were up to it. A list that was stored late
 * or by an import that was killed is not counted in all of them; the most that any says is right.
 * A best rank is known where the first of these has a better one than its own, or there is none.
 */
export function readThinned(db: Db, seriesId: number): Thinned | null {
  const untilAt = db
    .statement('SELECT thinned_until_at FROM series WHERE id = ?')
    .pluck()
    .get(seriesId) as Instant | null;
  if (untilAt === null) return null;
  const { table } = getQuery(db, seriesId).list;
  const rows = db
    .statement(
      `WITH stayed AS (SELECT o.product_id, o.rank, o.rank_best, o.slots_on_list,
          row_number() OVER (PARTITION BY o.product_id ORDER BY s.slot_at) AS place
        FROM snapshots s JOIN ${table} o ON o.snapshot_id = s.id
        WHERE s.series_id = @seriesId AND s.slot_at >= @untilAt AND ${evaluatedSql('s.status')}
          AND o.slots_on_list IS NOT NULL),
      known AS (SELECT product_id, max(slots_on_list - place) AS slots,
          max(iif(place = 1 AND rank_best < rank, rank_best, NULL)) AS rank_best
        FROM stayed GROUP BY product_id)
      SELECT r.product_id, r.first_seen_at, coalesce(k.slots, r.slots_on_list),
        iif(k.product_id IS NULL, r.rank_best, k.rank_best)
      FROM product_records r LEFT JOIN known k ON k.product_id = r.product_id
      WHERE r.series_id = @seriesId`,
    )
    .raw()
    .all({ seriesId, untilAt }) as Row[];
  const known = new Map(rows.map((row) => [row[0], row]));
  return {
    untilAt,
    firstSeenAt: (productId) => known.get(productId)?.[1] ?? null,
    before: (productId) => {
      const [, , slotsOnList = 0, rankBest = null] = known.get(productId) ?? [];
      return { slotsOnList, rankBest };
    },
  };
}
