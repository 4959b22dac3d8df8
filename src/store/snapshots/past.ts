// What is known of each product before a snapshot: its record, its place in the baseline, and the
// values that z-scores look back on.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import { Z_MIN_VALUES, Z_WINDOW } from '../../snapshot/robust-z.ts';
import type { Past } from '../../snapshot/standing.ts';
import type { Db } from '../file/open.ts';

/** The snapshot that is stored, later than all others of its series. */
type Later = {
  list: ListKind;
  seriesId: number;
  slotAt: Instant;
  /** Its `previous` baseline. */
  baselineId: number | null;
};

/** The past of each product of a snapshot, by the product's key. */
export function pastReader(db: Db, snapshot: Later): (productId: number) => Past {
  const { list, seriesId, baselineId } = snapshot;
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
          .statement(`SELECT product_id, rank, streak FROM ${list.table} WHERE snapshot_id = ?`)
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
  { list, seriesId, slotAt }: Later,
): (productId: number, firstSeenAt: Instant | null) => Values {
  const recent = db
    .statement(
      "SELECT id, slot_at FROM snapshots WHERE series_id = ? AND slot_at < ? AND status = 'complete' ORDER BY slot_at DESC LIMIT ?",
    )
    .raw()
    .all(seriesId, slotAt, Z_WINDOW) as [number, Instant][];
  const scored = scoredColumns(list);
  const none: Values = scored.map(() => []);
  if (recent.length < Z_MIN_VALUES) return () => none;
  const byProduct = new Map<number, Values>();
  const valuesOf = (productId: number): Values => {
    const known = byProduct.get(productId);
    if (known !== undefined) return known;
    const values: Values = scored.map(() => []);
    byProduct.set(productId, values);
    return values;
  };
  // As one JSON array a column and snapshot: half the time of a row at a time, measured over 28
  // snapshots of 500 rows.
  const scan = db
    .statement(
      `SELECT ${['product_id', ...scored].map((column) => `json_group_array(${column})`).join(', ')}
      FROM ${list.table} WHERE snapshot_id = ?`,
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
    SELECT ${scored.map((column) => `o.${column}`).join(', ')} FROM snapshots s
      JOIN ${list.table} o ON o.snapshot_id = s.id AND o.product_id = ?
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
