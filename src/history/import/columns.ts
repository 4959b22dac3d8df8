// The columns that a file to import may have, and what is said of the others. Pure.
import { nearest } from '../../lib/nearest.ts';
import { TOP_PRODUCTS } from '../../list/top-products.ts';
import { HEAD_COLUMNS } from '../../store/export/unit-rows.ts';
import { exportColumns } from '../../store/export/views.ts';

/** Columns that are read. */
export const READ_COLUMNS: readonly string[] = [
  ...HEAD_COLUMNS,
  'product_id',
  'product',
  'category_l1',
  'category_l2',
  'rank',
  ...TOP_PRODUCTS.metrics.map(({ column }) => column),
];

/** Read, or worked out anew from what is read: an export of `changes` has these. */
const KNOWN = new Set([
  ...READ_COLUMNS,
  ...exportColumns('changes').map(({ name }) => name),
  'snapshot_id',
  'baseline_id',
  'origin',
]);

/** What is said of a column that nobody reads; null when it is no wonder that nobody does. */
export function unreadColumn(name: string): string | null {
  if (name === '' || KNOWN.has(name)) return null;
  const meant = nearest(name, READ_COLUMNS);
  return `column ${JSON.stringify(name.slice(0, 60))} is not known and left aside${
    meant === undefined ? '' : `; did you mean ${meant}?`
  }`;
}

/**
 * A column that holds the products of one rank: `1`, `#1`, `rank 1`, `rank_1`. Null for any other.
 */
export function rankOfColumn(name: string): number | null {
  const [, digits] = /^(?:#|rank[ _]?)?([1-9]\d{0,4})$/i.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}
