// A packed copy of what z-scores look back on: the scored values of the newest complete snapshots of
// each series. Reading 28 of them takes a tenth of what reading the observations takes.
import type { Instant } from '../../lib/clock.ts';
import { scoredColumns, type ListKind } from '../../list/list-kind.ts';
import { packColumns, unpackColumns } from '../../snapshot/packed-columns.ts';
import { Z_WINDOW } from '../../snapshot/robust-z.ts';
import { readColumns } from '../file/columns.ts';
import type { Db } from '../file/open.ts';

/** What the columns are; with another metric scored, old copies are no copies any more. */
export const labelOf = (list: ListKind): string => scoredColumns(list).join(' ');

/**
 * Keeps the values of a complete snapshot, and forgets those of its series that no z-score looks
 * back on any more. `columns` are the ids of its products, then the values in the order of
 * `scoredColumns`; NaN where one is not known. Run inside a transaction.
 */
export function keepValues(
  db: Db,
  { list, seriesId, slotAt, id }: { list: ListKind; seriesId: number; slotAt: Instant; id: number },
  columns: readonly Float64Array[],
): void {
  db.statement('INSERT OR REPLACE INTO recent_values (snapshot_id, packed) VALUES (?, ?)').run(
    id,
    packColumns(labelOf(list), columns),
  );
  // One more than scores look back on: the next pass takes it over to what is known of older lists.
  // In this order of tables: few copies look as if they were read whole in no time, and there are
  // 29 of each series.
  const gone = db
    .statement(
      `SELECT v.snapshot_id FROM (SELECT id FROM snapshots
        WHERE series_id = ? AND slot_at <= ? AND +status = 'complete'
        ORDER BY slot_at DESC LIMIT ${Z_WINDOW} OFFSET ${Z_WINDOW + 1}) s
      CROSS JOIN recent_values v ON v.snapshot_id = s.id`,
    )
    .pluck()
    .all(seriesId, slotAt) as number[];
  for (const snapshotId of gone) deleteValues(db, snapshotId);
}

/** Forgets the copy of a snapshot. Run inside the transaction that deletes its observations. */
export const deleteValues = (db: Db, snapshotId: number): void =>
  void db.statement('DELETE FROM recent_values WHERE snapshot_id = ?').run(snapshotId);

/**
 * Reads the ids of a snapshot's products and their scored values (NaN where one is not known): from
 * the copy, or else from the observations. A copy that is missing is not made here: every later
 * snapshot brings its own, and soon no other is read.
 */
export function valuesReader(
  db: Db,
  list: ListKind,
): (snapshotId: number) => readonly Float64Array[] {
  const label = labelOf(list);
  const find = db.statement('SELECT packed FROM recent_values WHERE snapshot_id = ?').pluck();
  const columns = ['product_id', ...scoredColumns(list)];
  const from = `FROM ${list.table} WHERE snapshot_id = ?`;
  return (snapshotId) => {
    const packed = find.get(snapshotId) as Buffer | undefined;
    const known = packed === undefined ? null : unpackColumns(label, packed);
    if (known !== null) return known;
    return readColumns(db, columns, from, [snapshotId]).map((column) =>
      Float64Array.from(column, (value) => (value === null ? NaN : Number(value))),
    );
  };
}
