// The change columns that a list brings: its metrics, and what was asked for.
import { columnOfParameter, type Metric, type Parameter } from '../list/list-kind.ts';
import { both, rounded, type ChangeColumn } from './column.ts';

function unitOf({ kind, currency }: Metric): string {
  if (kind === 'percent') return 'percentage points';
  if (kind === 'money') return currency === 'USD' ? 'USD' : 'in the currency of the source';
  return kind;
}

/** A metric now, in the baseline, and how it differs. */
export function metricColumns(metric: Metric): ChangeColumn[] {
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

/** Those that series have had columns for since there was one list. */
const SERIES_COLUMNS: ReadonlySet<string> = new Set([
  'region',
  'time_scope',
  'category',
  'keyword',
]);

/** What was asked for, by the key of a parameter. */
export function parameterColumn(parameter: Parameter): ChangeColumn {
  const { key, values, column } = parameter;
  const sql = SERIES_COLUMNS.has(key) ? `se.${key}` : `json_extract(se.parameters, '$.${key}')`;
  return {
    name: columnOfParameter(parameter),
    type: values.kind === 'whole' ? 'INTEGER' : 'TEXT',
    description: column.description,
    ...both(sql),
  };
}
