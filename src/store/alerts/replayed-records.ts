import type { ListKind } from '../../list/list-kind.ts';
import type { Db } from '../file/open.ts';
import { getQuery } from '../series/series.ts';

const keepSql = ({
  table,
}: ListKind): string => `INSERT INTO temp.product_records (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list)
  SELECT s.series_id, o.product_id, coalesce(r.first_seen_at, s.slot_at), s.slot_at, coalesce(o.rank_best, o.rank), coalesce(o.slots_on_list, 1)
  FROM main.snapshots s JOIN main.${table} o ON o.snapshot_id = s.id
    LEFT JOIN main.product_records r ON r.series_id = s.series_id AND r.product_id = o.product_id
  WHERE s.id = ?
  ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at, rank_best = excluded.rank_best, slots_on_list = excluded.slots_on_list`;

/**
 * Brings the records of a replay (open-shadow.ts) up to a complete or partial snapshot, as a pass
 * does when it stores one. If the replay used the records of today, it would have to look for the
 * last sighting of each absent product slot after slot, which takes time with the square of the
 * history.
 */
export function keepRecords(db: Db, snapshot: { id: number; seriesId: number }): void {
  db.statement(keepSql(getQuery(db, snapshot.seriesId).list)).run(snapshot.id);
}
