/**
 * The change columns: the one vocabulary of rules, SQL views, digests, exports and pages. Each is
 * defined here once, with the SQL that computes it. Nothing else may compute a change.
 *
 * The SQL speaks of these tables, which change/rows-sql.ts joins:
 *   w  watches      se series           p  products      r  product_records
 *   s  the snapshot o  its observation  b  the baseline  bo the product's observation there
 */
import { columnOfParameter, scoredColumns, type ListKind } from '../list/list-kind.ts';
import { evaluatedSql } from './baseline.ts';
import { both, isoSql, rounded, type ChangeColumn } from './column.ts';
import { metricColumns, parameterColumn } from './own-columns.ts';

/**
 * The product's record as of a snapshot it is absent from: that of the last snapshot it was seen
 * in. While it stays away that is its record of today, which also thinning leaves as it is; only
 * where it came back later is the snapshot looked for.
 */
const recordWhenAbsent = ({ table }: ListKind, column: string) =>
  `CASE WHEN r.last_seen_at < s.slot_at THEN r.${column} ELSE
    (SELECT x.${column} FROM snapshots t JOIN ${table} x ON x.snapshot_id = t.id AND x.product_id = p.id
    WHERE t.series_id = s.series_id AND t.slot_at < s.slot_at AND ${evaluatedSql('t.status')} ORDER BY t.slot_at DESC LIMIT 1) END`;

const made = new WeakMap<ListKind, readonly ChangeColumn[]>();

/** Every change column of a list, in the order of its views; made once for each list. */
export function changeColumnsOf(list: ListKind): readonly ChangeColumn[] {
  const known = made.get(list) ?? makeColumns(list);
  made.set(list, known);
  return known;
}

/** Of what day, week or month a dated list is; lists of now have NULL, where they have it at all. */
export const DATA_DATE: ChangeColumn = {
  name: 'data_date',
  type: 'TEXT',
  description:
    'The day that the list is of: of a week its Monday, of a month its first; NULL for a list of now',
  ...both('s.data_date'),
};

const makeColumns = (list: ListKind): readonly ChangeColumn[] => [
  { name: 'watch', type: 'TEXT', description: 'Name of the watch', ...both('w.name') },
  ...list.parameters.filter(({ column }) => column.inChanges).map(parameterColumn),
  {
    name: 'slot_at',
    type: 'TEXT',
    description: 'The scheduled instant the snapshot is for',
    ...both(isoSql('s.slot_at')),
  },
  ...(list.dated === null ? [] : [DATA_DATE]),
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
    absent: recordWhenAbsent(list, 'rank_best'),
  },
  {
    name: 'slots_on_list',
    type: 'INTEGER',
    description: 'In how many snapshots of this watch it was, up to and including this one',
    present: 'o.slots_on_list',
    absent: recordWhenAbsent(list, 'slots_on_list'),
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

/** Names that say which list and product a row is about; the others are what changed. */
export const keyColumns = (list: ListKind): ReadonlySet<string> =>
  new Set([
    'watch',
    ...list.parameters.map(columnOfParameter),
    'slot_at',
    'data_date',
    'taken_at',
    'product_id',
    'product',
    'category_l1',
    'category_l2',
    'baseline_at',
    'gap_days',
  ]);
