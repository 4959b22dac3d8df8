/**
 * The change columns: the one vocabulary of rules, SQL views, digests, exports and pages. Each is
 * defined here once, with the SQL that computes it. Nothing else may compute a change.
 *
 * The SQL speaks of these tables:
 *   w  watches      se series           p  products      r  product_records
 *   s  the snapshot o  its observation  b  the baseline  bo the product's observation there
 */
import { evaluatedSql } from './baseline.ts';
import { scoredColumns, type ListKind, type Metric } from '../list/list-kind.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';

export type ChangeColumn = {
  name: string;
  type: 'TEXT' | 'INTEGER' | 'REAL';
  description: string;
  /** For a product in the snapshot. */
  present: string;
  /**
   * For a product proven absent from it; `bo` may be all NULL when it is not in the baseline
   * either.
   */
  absent: string;
};

/** An epoch-millisecond column as ISO-8601 UTC text; NULL stays NULL. */
export const isoSql = (column: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;

const both = (sql: string) => ({ present: sql, absent: sql });

/**
 * Rounded to 4 decimals, halves away from zero, so that a fall from 1.93 to 1.83 is -0.1 and meets
 * `<= -0.1`. The values are decimals that binary numbers only come near to: a rise from 6.4 to 7.45
 * is 16.40625 %, and worked out it is 16.406249999999996. So what lies beyond the ninth decimal is
 * taken for noise first. `roundTo4` (lib/decimals.ts) is the same in code. Adding 0 makes a tiny
 * fall 0, not -0.0.
 */
const rounded = (sql: string) => `(round(round((${sql}) * 1e9) / 1e5) / 1e4 + 0.0)`;

/**
 * The product's record as of a snapshot it is absent from: that of the last snapshot it was seen
 * in. While it stays away that is its record of today, which also thinning leaves as it is; only
 * where it came back later is the snapshot looked for.
 */
const recordWhenAbsent = (column: string) =>
  `CASE WHEN r.last_seen_at < s.slot_at THEN r.${column} ELSE
    (SELECT x.${column} FROM snapshots t JOIN observations x ON x.snapshot_id = t.id AND x.product_id = p.id
    WHERE t.series_id = s.series_id AND t.slot_at < s.slot_at AND ${evaluatedSql('t.status')} ORDER BY t.slot_at DESC LIMIT 1) END`;

function unitOf({ kind, currency }: Metric): string {
  if (kind === 'percent') return 'percentage points';
  if (kind === 'money') return currency === 'USD' ? 'USD' : 'in the currency of the source';
  return kind;
}

function metricColumns(metric: Metric): ChangeColumn[] {
  const { column, kind } = metric;
  const type = kind === 'count' ? 'INTEGER' : 'REAL';
  return [
    { name: column, type, description: metric.description, present: `o.${column}`, absent: 'NULL' },
    {
      name: `${column}_before`,
      type,
      description: `\`${column}\` in the baseline`,
      ...both(`bo.${column}`),
    },
    {
      name: `${column}_delta`,
      type,
      description: `\`${column} - ${column}_before\` (${unitOf(metric)})`,
      present:
        kind === 'count' ? `o.${column} - bo.${column}` : rounded(`o.${column} - bo.${column}`),
      absent: 'NULL',
    },
    {
      name: `${column}_pct`,
      type: 'REAL',
      description: `Difference in percent of \`${column}_before\`; NULL when that is 0 or less`,
      present: `CASE WHEN bo.${column} > 0 THEN ${rounded(`(o.${column} - bo.${column}) * 100.0 / bo.${column}`)} END`,
      absent: 'NULL',
    },
  ];
}

const made = new WeakMap<ListKind, readonly ChangeColumn[]>();

/** Every change column of a list, in the order of its views; made once for each list. */
export function changeColumnsOf(list: ListKind): readonly ChangeColumn[] {
  const known = made.get(list) ?? makeColumns(list);
  made.set(list, known);
  return known;
}

const makeColumns = (list: ListKind): readonly ChangeColumn[] => [
  { name: 'watch', type: 'TEXT', description: 'Name of the watch', ...both('w.name') },
  {
    name: 'region',
    type: 'TEXT',
    description: 'ISO 3166-1 alpha-2 code, or `all_regions`',
    ...both('se.region'),
  },
  {
    name: 'time_scope',
    type: 'INTEGER',
    description: 'Window of the metrics in days',
    ...both('se.time_scope'),
  },
  {
    name: 'slot_at',
    type: 'TEXT',
    description: 'The scheduled instant the snapshot is for',
    ...both(isoSql('s.slot_at')),
  },
  {
    name: 'taken_at',
    type: 'TEXT',
    description: 'When it was really taken',
    ...both(isoSql('s.taken_at')),
  },
  {
    name: 'product_id',
    type: 'TEXT',
    description: 'Upstream id of the product: what identifies it (names repeat)',
    ...both('p.upstream_id'),
  },
  {
    name: 'product',
    type: 'TEXT',
    description: 'Name of the product, as last served',
    ...both('p.name'),
  },
  {
    name: 'category_l1',
    type: 'TEXT',
    description: 'First-level category',
    ...both('p.category_l1'),
  },
  {
    name: 'category_l2',
    type: 'TEXT',
    description: 'Second-level category',
    ...both('p.category_l2'),
  },
  {
    name: 'rank',
    type: 'INTEGER',
    description: 'Position in the list, from 1; NULL when not on it',
    present: 'o.rank',
    absent: 'NULL',
  },
  {
    name: 'rank_before',
    type: 'INTEGER',
    description: '`rank` in the baseline',
    ...both('bo.rank'),
  },
  {
    name: 'rank_gain',
    type: 'INTEGER',
    description: '`rank_before - rank`: positive is better',
    present: 'bo.rank - o.rank',
    absent: 'NULL',
  },
  {
    name: 'status',
    type: 'TEXT',
    description:
      '`new` (not seen at or before the baseline), `returned` (seen before, not in the baseline), `stayed`, `left` (seen before, proven absent now); NULL without a baseline',
    present:
      "CASE WHEN b.id IS NULL THEN NULL WHEN bo.rank IS NOT NULL THEN 'stayed' WHEN r.first_seen_at <= b.slot_at THEN 'returned' ELSE 'new' END",
    absent: "'left'",
  },
  ...list.metrics.flatMap(metricColumns),
  {
    name: 'rank_best',
    type: 'INTEGER',
    description: 'Best rank in this watch up to and including this snapshot',
    present: 'o.rank_best',
    absent: recordWhenAbsent('rank_best'),
  },
  {
    name: 'slots_on_list',
    type: 'INTEGER',
    description: 'In how many snapshots of this watch it was, up to and including this one',
    present: 'o.slots_on_list',
    absent: recordWhenAbsent('slots_on_list'),
  },
  {
    name: 'first_seen_at',
    type: 'TEXT',
    description: 'Slot of the first snapshot of this watch it was in',
    ...both(isoSql('r.first_seen_at')),
  },
  {
    name: 'streak',
    type: 'INTEGER',
    description:
      'Steps in a row of strictly better rank, along the `previous` baselines; negative: of worse; 0 after a level step or an absence; NULL without a `previous` baseline',
    present: 'o.streak',
    absent: 'NULL',
  },
  ...scoredColumns(list).map((name): ChangeColumn => ({
    name: `${name}_z`,
    type: 'REAL',
    description: `Robust z-score of \`${name}\` against the last 28 earlier complete snapshots with the product (at least 14 values)${name === 'rank' ? '; a climb is negative' : ''}`,
    present: `o.${name}_z_e4 / 10000.0`,
    absent: 'NULL',
  })),
  {
    name: 'baseline_at',
    type: 'TEXT',
    description: 'Slot of the snapshot it is compared with',
    ...both(isoSql('b.slot_at')),
  },
  {
    name: 'gap_days',
    type: 'REAL',
    description: 'Days between both slots',
    ...both(rounded('(s.slot_at - b.slot_at) / 86400000.0')),
  },
];

/** The metrics of top-products. */
export const METRICS = TOP_PRODUCTS.metrics;

/** The change columns of top-products, the list whose views have no prefix. */
export const CHANGE_COLUMNS = changeColumnsOf(TOP_PRODUCTS);

/**
 * A column of a statement has a type only where it is a column of a table, or a cast. DuckDB and
 * other tools go by the type, and without one SQLite itself takes the text '20', as a quoted number
 * or a parameter of Datasette, for more than any number.
 */
export const typed = (sql: string, type: ChangeColumn['type']): string =>
  /^\w+\.\w+$/.test(sql) ? sql : `CAST(${sql} AS ${type})`;

/** The same column with its type, so that a condition decides alike wherever it is asked. */
export const typedColumn = (column: ChangeColumn): ChangeColumn => ({
  ...column,
  present: typed(column.present, column.type),
  absent: typed(column.absent, column.type),
});

/** Names that say which list and product a row is about; the others are what changed. */
export const KEY_COLUMNS: ReadonlySet<string> = new Set([
  'watch',
  'region',
  'time_scope',
  'slot_at',
  'taken_at',
  'product_id',
  'product',
  'category_l1',
  'category_l2',
  'baseline_at',
  'gap_days',
]);

const select = (
  arm: 'present' | 'absent',
  extra: readonly string[],
  columns: readonly ChangeColumn[],
): string =>
  [...extra, ...columns.map((column) => `${column[arm]} AS ${column.name}`)].join(',\n  ');

/**
 * Change rows of the products in the snapshot. `pairs` is a FROM item named `s`: the columns of
 * `snapshots` and `baseline_id`. `extra` are further columns, put first. The statement ends with
 * its FROM, so that a WHERE can follow.
 *
 * The baseline is joined BEFORE the observations, and named by `b.id` after that: `s.baseline_id`
 * is a subquery in the views, and would be worked out for every row. Here and below a `+` keeps the
 * planner from making an index of its own on a status that nearly every snapshot has: without it
 * some questions take minutes instead of a second.
 */
export const presentSql = (
  pairs: string,
  extra: readonly string[] = [],
  columns = CHANGE_COLUMNS,
): string => `SELECT ${select('present', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  LEFT JOIN snapshots b ON b.id = s.baseline_id
  JOIN observations o ON o.snapshot_id = s.id
  JOIN products p ON p.id = o.product_id
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = o.product_id
  LEFT JOIN observations bo ON bo.snapshot_id = b.id AND bo.product_id = o.product_id`;

/**
 * Change rows of the products that were in the baseline and are proven absent: only a complete
 * snapshot proves that.
 */
export const leftSql = (
  pairs: string,
  extra: readonly string[] = [],
  columns = CHANGE_COLUMNS,
): string => `SELECT ${select('absent', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  JOIN snapshots b ON b.id = s.baseline_id
  JOIN observations bo ON bo.snapshot_id = b.id
  JOIN products p ON p.id = bo.product_id
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = p.id
WHERE +s.status = 'complete'
  AND NOT EXISTS (SELECT 1 FROM observations o WHERE o.snapshot_id = s.id AND o.product_id = bo.product_id)`;

/**
 * Change rows of given products (a list or query of their ids) proven absent from the snapshot, in
 * the baseline or not. The statement ends with its WHERE.
 */
export const absentSql = (
  pairs: string,
  productIds: string,
  extra: readonly string[] = [],
  columns = CHANGE_COLUMNS,
): string => `SELECT ${select('absent', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  JOIN products p ON p.id IN (${productIds})
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = p.id
  LEFT JOIN snapshots b ON b.id = s.baseline_id
  LEFT JOIN observations bo ON bo.snapshot_id = s.baseline_id AND bo.product_id = p.id
WHERE s.status = 'complete'
  AND NOT EXISTS (SELECT 1 FROM observations o WHERE o.snapshot_id = s.id AND o.product_id = p.id)`;

/**
 * Change rows of given products (a JSON array of their ids) that are known to be neither in the
 * snapshot nor in the baseline: they left earlier, and stay away. Only a complete snapshot gives
 * any. The statement ends with its WHERE.
 */
export const stillAwaySql = (
  pairs: string,
  productIds: string,
  extra: readonly string[] = [],
  columns = CHANGE_COLUMNS,
): string => `SELECT ${select('absent', extra, columns)}
FROM ${pairs}
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  CROSS JOIN json_each(${productIds}) j
  CROSS JOIN products p ON p.id = j.value
  LEFT JOIN product_records r ON r.series_id = s.series_id AND r.product_id = p.id
  LEFT JOIN snapshots b ON b.id = s.baseline_id
  LEFT JOIN observations bo ON bo.snapshot_id = s.baseline_id AND bo.product_id = p.id
WHERE s.status = 'complete'`;
