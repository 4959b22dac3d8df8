import { createHash, type Hash } from 'node:crypto';
import type { Instant } from '../../lib/clock.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';

/**
 * A product has one name, its latest, in all its rows: when it is renamed, every month since it was
 * first seen changes. Gives the digests of the names known in a series by some instant. From call
 * to call of one series the instant must not go back.
 */
export function nameDigests(
  db: ReadOnlyDb,
  watch: string,
): (seriesId: number, until: Instant) => Buffer {
  const rows = db
    .prepare<[string], [number, Instant, string]>(
      `SELECT r.series_id, r.first_seen_at,
        json_array(p.upstream_id, p.name, p.category_l1, p.category_l2)
      FROM watches w JOIN series se ON se.watch_id = w.id
        JOIN product_records r ON r.series_id = se.id JOIN products p ON p.id = r.product_id
      WHERE w.name = ? ORDER BY r.series_id, r.first_seen_at, p.upstream_id`,
    )
    .raw()
    .all(watch);
  const series = new Map<
    number,
    { rows: [Instant, string][]; next: number; hash: Hash; digest: Buffer | null }
  >();
  for (const [seriesId, firstSeenAt, name] of rows) {
    let known = series.get(seriesId);
    if (known === undefined)
      series.set(
        seriesId,
        (known = { rows: [], next: 0, hash: createHash('sha256'), digest: null }),
      );
    known.rows.push([firstSeenAt, name]);
  }
  return (seriesId, until) => {
    const known = series.get(seriesId);
    if (known === undefined) return Buffer.alloc(0);
    for (
      let row = known.rows[known.next];
      row !== undefined && row[0] < until;
      row = known.rows[++known.next]
    ) {
      known.hash.update(row[1]);
      known.digest = null;
    }
    return (known.digest ??= known.hash.copy().digest());
  };
}
