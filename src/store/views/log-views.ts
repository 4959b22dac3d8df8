// The views that belong to no single list: what fired, and what was paid.
import { changeColumnsOf } from '../../change/columns.ts';
import { isoSql, typedColumn, type ChangeColumn } from '../../change/column.ts';
import { firstHeadline } from '../../list/list-kind.ts';
import { DEFAULT_LIST, SHIPPED_LISTS } from '../../list/shipped.ts';
import { changedSql, EVIDENCE_JOINS, saidSql } from '../alerts/evidence-sql.ts';
import { makeView, type OwnColumn, type View } from './view.ts';

/** The columns of top-products. For other lists these views have only what all lists share. */
const COLUMNS = changeColumnsOf(DEFAULT_LIST).map(typedColumn);

function changeColumn(name: string): ChangeColumn {
  const column = COLUMNS.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no change column ${name}`);
  return column;
}
const sameAs = (name: string): OwnColumn => ({
  name,
  description: changeColumn(name).description,
  sql: changeColumn(name).present,
});

const evidence = (name: string): OwnColumn => ({
  ...sameAs(name),
  sql: changedSql(name),
  type: changeColumn(name).type,
});

/** Series of lists that a config declares are called so, and the name of the list. */
const DECLARED = 'declared.';
const LIST_NAME = `CASE se.source ${SHIPPED_LISTS.map(
  ({ seriesSource, name }) => `WHEN '${seriesSource}' THEN '${name}'`,
).join(' ')} ELSE replace(se.source, '${DECLARED}', '') END`;

const headline = firstHeadline(DEFAULT_LIST)?.column;

export const ALERT_LOG: View = makeView(
  'alert_log',
  'Every alert, quiet ones included, with the main values it fired on',
  [
    { name: 'alert_id', description: 'Id, as in `tidemark alerts show ID`', sql: 'a.id' },
    { name: 'rule', description: 'Name of the rule', sql: 'ru.name' },
    {
      name: 'rule_revision',
      description: 'Grows with every edit of what the rule means',
      sql: 'a.rule_revision',
    },
    { name: 'severity', description: '`info`, `warning` or `critical`', sql: 'a.severity' },
    sameAs('watch'),
    { name: 'list', description: 'Name of the list', sql: LIST_NAME, type: 'TEXT' },
    ...['region', 'time_scope', 'product_id', 'product', 'category_l1', 'category_l2'].map(sameAs),
    {
      name: 'state',
      description: '`firing` or `resolved`',
      sql: "CASE WHEN a.resolved_at IS NULL THEN 'firing' ELSE 'resolved' END",
      type: 'TEXT',
    },
    {
      name: 'slot_at',
      description: 'Slot at which it fired',
      sql: isoSql('a.slot_at'),
      type: 'TEXT',
    },
    {
      name: 'data_date',
      description: 'Of a dated list: the date of the list it fired on; else NULL',
      sql: '(SELECT s.data_date FROM snapshots s WHERE s.id = a.snapshot_id)',
      type: 'TEXT',
    },
    {
      name: 'fired_at',
      description: 'When that was decided',
      sql: isoSql('a.fired_at'),
      type: 'TEXT',
    },
    {
      name: 'quiet',
      description:
        'Why nobody was told: `adopted`, `cooldown` or `silenced`; NULL when its firing was told',
      sql: 'a.quiet',
    },
    {
      name: 'told_slot_at',
      description: 'Slot at which its firing was told',
      sql: isoSql('a.told_slot_at'),
      type: 'TEXT',
    },
    {
      name: 'resolved_slot_at',
      description: 'Slot at which it resolved',
      sql: isoSql('a.resolved_slot_at'),
      type: 'TEXT',
    },
    {
      name: 'resolved_at',
      description: 'When that was decided',
      sql: isoSql('a.resolved_at'),
      type: 'TEXT',
    },
    {
      name: 'resolved_reason',
      description:
        '`cleared`, or an edit: `rule_changed`, `rule_removed`, `watch_changed`, `watch_removed`',
      sql: 'a.resolved_reason',
    },
    {
      name: 'when',
      description: "The rule's condition",
      sql: saidSql('when'),
      type: 'TEXT',
    },
    ...[
      'rank',
      'rank_before',
      'rank_gain',
      'status',
      ...(headline === undefined ? [] : [headline, `${headline}_before`, `${headline}_pct`]),
      'baseline_at',
      'gap_days',
    ].map(evidence),
    { name: 'snapshot_id', description: 'Snapshot it fired on', sql: 'a.snapshot_id' },
    { name: 'baseline_id', description: 'Snapshot that was compared with', sql: 'a.baseline_id' },
  ],
  `FROM alerts a
  JOIN rules ru ON ru.id = a.rule_id
  JOIN watches w ON w.id = a.watch_id
  JOIN series se ON se.id = a.series_id
  JOIN products p ON p.id = a.product_id${EVIDENCE_JOINS}`,
);

export const CREDIT_USE: View = makeView(
  'credit_use',
  'Requests and credits per UTC day and watch, as far back as `retention.ledger` keeps them',
  [
    {
      name: 'day',
      description: 'UTC day, `YYYY-MM-DD`',
      sql: "strftime('%Y-%m-%d', q.started_at / 1000, 'unixepoch')",
      type: 'TEXT',
    },
    {
      ...sameAs('watch'),
      description: 'Name of the watch; NULL for a probe of one that no daemon has met yet',
    },
    { name: 'requests', description: 'Requests sent', sql: 'count(*)', type: 'INTEGER' },
    {
      name: 'failed',
      description: 'Those that brought no page',
      sql: "sum(q.outcome IS NOT 'ok')",
      type: 'INTEGER',
    },
    {
      name: 'credits',
      description: 'Credits they cost, failed ones included',
      sql: 'sum(q.credits)',
      type: 'INTEGER',
    },
  ],
  'FROM requests q LEFT JOIN watches w ON w.id = q.watch_id\nGROUP BY 1, w.id',
);
