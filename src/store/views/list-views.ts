// The views that each list has: its history, its changes and its leaderboard, under a prefix.
import {
  baselineSql,
  daysAgo,
  newestCompleteSql,
  pairsSql,
  PREVIOUS,
} from '../../change/baseline.ts';
import { changeColumnsOf } from '../../change/columns.ts';
import { parameterColumn } from '../../change/own-columns.ts';
import { typedColumn, type ChangeColumn } from '../../change/column.ts';
import { leftSql, presentSql } from '../../change/rows-sql.ts';
import type { Compare } from '../../config/config.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { documented, makeView, type OwnColumn, type View } from './view.ts';

/** Put after the change columns, for joins. */
const PAIR_COLUMNS = [
  { name: 'snapshot_id', description: 'Id of the snapshot', sql: 's.id' },
  {
    name: 'snapshot_status',
    description: '`complete`, or `partial`: some products were not seen',
    sql: 's.status',
  },
  { name: 'baseline_id', description: 'Id of the snapshot it is compared with', sql: 'b.id' },
];
const pairExtra = PAIR_COLUMNS.map((column) => `${column.sql} AS ${column.name}`);
/**
 * CROSS JOIN keeps the order of the tables, as watches are few. Otherwise, in a file that was never
 * analysed, the subquery runs for every pair.
 */
const newestPairs = `(SELECT s.*, ${baselineSql(PREVIOUS)} AS baseline_id
  FROM watches n CROSS JOIN snapshots s ON s.id = ${newestCompleteSql('t.watch_id = n.id')}) s`;

/** The views of a list, in the order of the manual. */
export function listViews(list: ListKind): View[] {
  const columns = changeColumnsOf(list).map(typedColumn);
  const described = [...PAIR_COLUMNS, ...columns].map(documented);
  const changes = (name: string, compare: Compare, description: string): View => {
    const pairs = pairsSql(compare);
    return {
      name: `${list.viewPrefix}${name}`,
      description,
      columns: described,
      sql: `${presentSql(list, pairs, pairExtra, columns)}\nUNION ALL\n${leftSql(list, pairs, pairExtra, columns)}`,
    };
  };
  return [
    history(list, columns),
    changes(
      'changes',
      PREVIOUS,
      'Every complete or partial snapshot against the complete one before, at most 3 intervals older',
    ),
    changes(
      'changes_7d',
      daysAgo(7),
      'The same against the complete snapshot nearest to 7 days ago, at most half an interval away',
    ),
    changes('changes_30d', daysAgo(30), 'The same against 30 days ago'),
    {
      name: `${list.viewPrefix}leaderboard`,
      description: 'The newest complete snapshot of each watch, with its changes',
      columns: described,
      sql: presentSql(list, newestPairs, pairExtra, columns),
    },
  ];
}

const ownColumn = ({ name, description, present }: ChangeColumn): OwnColumn => ({
  name,
  description,
  sql: present,
});

function history(list: ListKind, columns: readonly ChangeColumn[]): View {
  const sameAs = (name: string): OwnColumn => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new Error(`no change column ${name}`);
    return ownColumn(column);
  };
  return makeView(
    `${list.viewPrefix}history`,
    'Every observation with its names, also those of stale and suspect snapshots',
    [
      sameAs('watch'),
      ...list.parameters.map(parameterColumn).map(ownColumn),
      { name: 'depth', description: 'How many ranks the watch tracked', sql: 'se.depth' },
      { name: 'snapshot_id', description: 'Id of the snapshot', sql: 's.id' },
      ...['slot_at', ...(list.dated === null ? [] : ['data_date']), 'taken_at'].map(sameAs),
      {
        name: 'snapshot_status',
        description: '`complete`, `partial`, `stale` or `suspect`',
        sql: 's.status',
      },
      {
        name: 'snapshot_rows',
        description: 'How many rows the snapshot has',
        sql: 's."rows"',
        type: 'INTEGER',
      },
      {
        name: 'origin',
        description: '`schedule`, `catchup`, `manual` or `import`',
        sql: 's.origin',
      },
      ...[
        'product_id',
        'product',
        'category_l1',
        'category_l2',
        'rank',
        ...list.metrics.map((metric) => metric.column),
      ].map(sameAs),
    ],
    // CROSS: SQLite would look for each product of the list in each snapshot, ten times the work.
    `FROM snapshots s
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  CROSS JOIN ${list.table} o ON o.snapshot_id = s.id
  JOIN products p ON p.id = o.product_id AND p.source = '${list.seriesSource}'`,
  );
}
