// The change rows of snapshots of one list, as SQL that others wrap and filter.
import type { ListKind } from '../list/list-kind.ts';
import { changeColumnsOf } from './columns.ts';
import type { ChangeColumn } from './column.ts';

/**
 * Always true for a product that is joined by its key. It tells the planner that an upstream id
 * belongs to one product: without it `WHERE product_id = …` reads whole histories.
 */
const ofList = ({ seriesSource }: ListKind): string => `p.source = '${seriesSource}'`;

const select = (
  arm: 'present' | 'absent',
  extra: readonly string[],
  columns: readonly ChangeColumn[],
): string =>
  [...extra, ...columns.map((column) => `${column[arm]} AS ${column.name}`)].join(',\n  ');

/** Is anything of the product itself asked for? Few rules name one. */
const isOfProducts = (asked: readonly string[]): boolean => asked.some((sql) => /\bp\./.test(sql));

/**
 * Change rows of the products that are in the snapshot. `pairs` is a FROM item named `s`: the
 * columns of `snapshots` and `baseline_id`. `extra` are further columns, put first. The statement
 * ends with its FROM, so that a WHERE can follow. `products`: whether they are read also where
 * nothing of them is asked for, since the WHERE may.
 *
 * The baseline is joined BEFORE the observations, and is called `b.id` after that: in the views
 * `s.baseline_id` is a subquery, which would be worked out for every row. Here and below a `+`
 * before `status` keeps SQLite from building an index on it, since nearly every snapshot has the
 * same status: without the `+` some questions take minutes instead of a second.
 */
export const presentSql = (
  list: ListKind,
  pairs: string,
  extra: readonly string[] = [],
  columns = changeColumnsOf(list),
  products: 'always' | 'if asked for' = 'always',
): string => `SELECT ${select('present', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  LEFT JOIN snapshots b ON b.id = s.baseline_id
  JOIN ${list.table} o ON o.snapshot_id = s.id${
    products === 'always' || isOfProducts([...extra, ...columns.map(({ present }) => present)])
      ? `\n  JOIN products p ON p.id = o.product_id AND ${ofList(list)}`
      : ''
  }
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = o.product_id
  LEFT JOIN ${list.table} bo ON bo.snapshot_id = b.id AND bo.product_id = o.product_id`;

/**
 * Change rows of the products that were in the baseline and are proven absent: only a complete
 * snapshot proves that.
 */
export const leftSql = (
  list: ListKind,
  pairs: string,
  extra: readonly string[] = [],
  columns = changeColumnsOf(list),
): string => `SELECT ${select('absent', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  JOIN snapshots b ON b.id = s.baseline_id
  JOIN ${list.table} bo ON bo.snapshot_id = b.id
  JOIN products p ON p.id = bo.product_id AND ${ofList(list)}
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = p.id
WHERE +s.status = 'complete'
  AND NOT EXISTS (SELECT 1 FROM ${list.table} o WHERE o.snapshot_id = s.id AND o.product_id = bo.product_id)`;

/**
 * Change rows of given products (a list or query of their ids) proven absent from the snapshot, in
 * the baseline or not. The statement ends with its WHERE.
 */
export const absentSql = (
  list: ListKind,
  pairs: string,
  productIds: string,
  extra: readonly string[] = [],
  columns = changeColumnsOf(list),
): string => `SELECT ${select('absent', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  JOIN products p ON p.id IN (${productIds})
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = p.id
  LEFT JOIN snapshots b ON b.id = s.baseline_id
  LEFT JOIN ${list.table} bo ON bo.snapshot_id = s.baseline_id AND bo.product_id = p.id
WHERE s.status = 'complete'
  AND NOT EXISTS (SELECT 1 FROM ${list.table} o WHERE o.snapshot_id = s.id AND o.product_id = p.id)`;

/**
 * Change rows of given products (a JSON array of their ids) that are known to be neither in the
 * snapshot nor in the baseline: they left earlier, and stay away. There are none unless the
 * snapshot is complete. The statement ends with its WHERE.
 */
export const stillAwaySql = (
  list: ListKind,
  pairs: string,
  productIds: string,
  extra: readonly string[] = [],
  columns = changeColumnsOf(list),
): string => `SELECT ${select('absent', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  CROSS JOIN json_each(${productIds}) j
  CROSS JOIN products p ON p.id = j.value
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = p.id
  LEFT JOIN snapshots b ON b.id = s.baseline_id
  LEFT JOIN ${list.table} bo ON bo.snapshot_id = s.baseline_id AND bo.product_id = p.id
WHERE s.status = 'complete'`;
