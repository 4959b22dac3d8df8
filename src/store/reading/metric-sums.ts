import type { ListKind } from '../../list/list-kind.ts';
import type { Db } from '../file/open.ts';

/**
 * The sum of some columns over all rows of a snapshot, in their order; 0 where nothing is known.
 */
export function sumMetrics(
  db: Db,
  { table }: Pick<ListKind, 'table'>,
  snapshotId: number,
  columns: readonly string[],
): number[] {
  if (columns.length === 0) return [];
  const sums = columns.map((column) => `total(${column})`).join(', ');
  return db
    .statement(`SELECT ${sums} FROM ${table} WHERE snapshot_id = ?`)
    .raw()
    .get(snapshotId) as number[];
}
