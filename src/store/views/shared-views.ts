// What all lists share, whatever their metrics: for questions about several of them.
import { pairsSql, PREVIOUS } from '../../change/baseline.ts';
import { changeColumnsOf, DATA_DATE } from '../../change/columns.ts';
import { typedColumn, type ChangeColumn } from '../../change/column.ts';
import { leftSql, presentSql } from '../../change/rows-sql.ts';
import { columnOfParameter, metricColumn, type ListKind } from '../../list/list-kind.ts';
import { documented, type View } from './view.ts';

/** Is the column one that every list has, and not a parameter or metric of this one? */
function isShared(list: ListKind, name: string): boolean {
  const { parameters, metrics } = list;
  return (
    !parameters.some((parameter) => columnOfParameter(parameter) === name) &&
    metricColumn(list, name) === null &&
    !metrics.some(({ column }) => name === `${column}_z`)
  );
}

/** Those of them that a row has without a baseline. */
const WITHOUT_BASELINE = [
  'watch',
  'slot_at',
  'data_date',
  'taken_at',
  'product_id',
  'product',
  'rank',
];

/** Lists of now have it here too, as NULL: so that one question serves all. */
const withDate = (columns: readonly ChangeColumn[]): ChangeColumn[] =>
  columns.flatMap((column) => {
    if (column === DATA_DATE) return [];
    return column.name === 'slot_at' ? [column, DATA_DATE] : [column];
  });

const LIST = { name: 'list', description: 'Name of the list' };

/** `ranks` and `rank_changes` of these lists. */
export function sharedViews(lists: readonly ListKind[]): View[] {
  const columnsOf = (list: ListKind, names: readonly string[] | null) =>
    withDate(changeColumnsOf(list))
      .filter(({ name }) => (names === null ? isShared(list, name) : names.includes(name)))
      .map(typedColumn);
  const described = (names: readonly string[] | null) => [
    LIST,
    ...lists.slice(0, 1).flatMap((list) => columnsOf(list, names).map(documented)),
  ];
  const pairs = pairsSql(PREVIOUS);
  const extra = (list: ListKind) => [`CAST('${list.name}' AS TEXT) AS list`];
  return [
    {
      name: 'ranks',
      description: 'Every observation of every list: what they all have',
      columns: described(WITHOUT_BASELINE),
      sql: lists
        .map((list) => presentSql(list, RANKED, extra(list), columnsOf(list, WITHOUT_BASELINE)))
        .join('\nUNION ALL\n'),
    },
    {
      name: 'rank_changes',
      description: 'The changes of every list: what they all have',
      columns: described(null),
      sql: lists
        .flatMap((list) => {
          const columns = columnsOf(list, null);
          return [presentSql, leftSql].map((sql) => sql(list, pairs, extra(list), columns));
        })
        .join('\nUNION ALL\n'),
    },
  ];
}

const RANKED = '(SELECT *, NULL AS baseline_id FROM snapshots) s';
