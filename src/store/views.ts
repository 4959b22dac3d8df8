// The views are the contract with people who query the file. They are derived from the change
// columns, so they are made by the program when it opens the database, and again whenever their SQL
// changed.
import type Database from 'better-sqlite3';
import { daysAgo, baselineSql, pairsSql, PREVIOUS } from '../change/baseline.ts';
import {
  CHANGE_COLUMNS,
  isoSql,
  leftSql,
  METRICS,
  presentSql,
  typed,
  typedColumn,
  type ChangeColumn,
} from '../change/columns.ts';
import type { Compare } from '../config/config.ts';
import { firstHeadline } from '../list/list-kind.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';

export type View = {
  name: string;
  description: string;
  columns: readonly { name: string; description: string }[];
  sql: string;
};

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
const documented = ({ name, description }: { name: string; description: string }) => ({
  name,
  description,
});
const changeView = [...PAIR_COLUMNS.map(documented), ...CHANGE_COLUMNS.map(documented)];

const TYPED_COLUMNS = CHANGE_COLUMNS.map(typedColumn);

function changes(name: string, compare: Compare, description: string): View {
  const pairs = pairsSql(compare);
  return {
    name,
    description,
    columns: changeView,
    sql: `${presentSql(pairs, pairExtra, TYPED_COLUMNS)}\nUNION ALL\n${leftSql(pairs, pairExtra, TYPED_COLUMNS)}`,
  };
}

/**
 * CROSS JOIN keeps the order: watches are few. Otherwise, in a file that was never analysed, the
 * subquery runs for every pair.
 */
const newestPairs = `(SELECT s.*, ${baselineSql(PREVIOUS)} AS baseline_id
  FROM watches n CROSS JOIN snapshots s ON s.id = (SELECT t.id FROM snapshots t WHERE t.watch_id = n.id AND t.status = 'complete' ORDER BY t.slot_at DESC LIMIT 1)) s`;

/** Columns that a view defines itself, beside those of the change columns. */
type OwnColumn = {
  name: string;
  description: string;
  sql: string;
  /** Of an expression; a column of a table has its own. */ type?: ChangeColumn['type'];
};

const view = (
  name: string,
  description: string,
  columns: readonly OwnColumn[],
  from: string,
): View => ({
  name,
  description,
  columns: columns.map(documented),
  sql: `SELECT\n  ${columns.map(({ sql, type, name: column }) => `${type === undefined ? sql : typed(sql, type)} AS ${quoted(column)}`).join(',\n  ')}\n${from}`,
});

/** `when` is a keyword of SQL. */
const quoted = (name: string): string => (name === 'when' ? `"${name}"` : name);

function changeColumn(name: string): ChangeColumn {
  const column = TYPED_COLUMNS.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no change column ${name}`);
  return column;
}
const sameAs = (name: string): OwnColumn => ({
  name,
  description: changeColumn(name).description,
  sql: changeColumn(name).present,
});

const history = view(
  'history',
  'Every observation with its names, also those of stale and suspect snapshots',
  [
    ...['watch', 'region', 'time_scope'].map(sameAs),
    { name: 'category', description: 'Category filter of the watch', sql: 'se.category' },
    { name: 'keyword', description: 'Keyword of the watch', sql: 'se.keyword' },
    { name: 'depth', description: 'How many ranks the watch tracked', sql: 'se.depth' },
    { name: 'snapshot_id', description: 'Id of the snapshot', sql: 's.id' },
    ...['slot_at', 'taken_at'].map(sameAs),
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
    { name: 'origin', description: '`schedule`, `catchup`, `manual` or `import`', sql: 's.origin' },
    ...[
      'product_id',
      'product',
      'category_l1',
      'category_l2',
      'rank',
      ...METRICS.map((metric) => metric.column),
    ].map(sameAs),
  ],
  `FROM snapshots s
  JOIN watches w ON w.id = s.watch_id
  JOIN series se ON se.id = s.series_id
  JOIN observations o ON o.snapshot_id = s.id
  JOIN products p ON p.id = o.product_id`,
);

const evidence = (name: string): OwnColumn => ({
  ...sameAs(name),
  sql: `json_extract(a.evidence, '$.change.${name}')`,
  type: changeColumn(name).type,
});

const headline = firstHeadline(TOP_PRODUCTS)?.column;

const alertLog = view(
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
    ...['watch', 'region', 'time_scope', 'product_id', 'product', 'category_l1', 'category_l2'].map(
      sameAs,
    ),
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
      sql: "json_extract(a.evidence, '$.when')",
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
  JOIN products p ON p.id = a.product_id`,
);

const creditUse = view(
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

/** Every view, in the order of the manual. */
export const VIEWS: readonly View[] = [
  history,
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
    name: 'leaderboard',
    description: 'The newest complete snapshot of each watch, with its changes',
    columns: changeView,
    sql: presentSql(newestPairs, pairExtra, TYPED_COLUMNS),
  },
  alertLog,
  creditUse,
];

/** Tells our views from those that people made in the file. */
const MARK = '/* of Tidemark */';
/** Those of versions that did not mark them. */
const UNMARKED: ReadonlySet<string> = new Set([
  'history',
  'changes',
  'changes_7d',
  'changes_30d',
  'leaderboard',
  'alert_log',
  'credit_use',
]);

const createSql = (view: View): string => `CREATE VIEW ${view.name} AS ${MARK}\n${view.sql}`;

function presentViews(raw: Database.Database): { name: string; sql: string; isOurs: boolean }[] {
  return raw
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM main.sqlite_master WHERE type = 'view'",
    )
    .all()
    .map((view) => ({ ...view, isOurs: UNMARKED.has(view.name) || view.sql.includes(MARK) }));
}

/** The SQL of each of our views that a file holds, by name. */
const ownViews = (raw: Database.Database): Map<string, string> =>
  new Map(presentViews(raw).flatMap(({ name, sql, isOurs }) => (isOurs ? [[name, sql]] : [])));

/** The names that people gave to views of their own. */
const foreignViews = (raw: Database.Database): Set<string> =>
  new Set(presentViews(raw).flatMap(({ name, isOurs }) => (isOurs ? [] : [name])));

/**
 * The views of this program that a file should hold: all but those whose name a view of somebody
 * else has.
 */
const wantedViews = (raw: Database.Database): View[] => {
  const taken = foreignViews(raw);
  return VIEWS.filter(({ name }) => !taken.has(name));
};

/** Does a file hold the views of this program, and no earlier ones? */
export function areViewsCurrent(raw: Database.Database): boolean {
  const present = ownViews(raw);
  const wanted = wantedViews(raw);
  return (
    wanted.every((view) => present.get(view.name) === createSql(view)) &&
    present.size === wanted.length
  );
}

/** Makes the views anew. Views that people made stay as they are. Run inside a transaction. */
export function createViews(raw: Database.Database): void {
  dropViews(raw);
  for (const view of wantedViews(raw)) raw.exec(createSql(view));
}

/**
 * Lays the views over those of a file that another version made, such as a backup, for a connection
 * that only reads; also over one that somebody made under the same name.
 */
export function overlayViews(raw: Database.Database): void {
  const present = ownViews(raw);
  const isOverlaid =
    raw
      .prepare("SELECT count(*) FROM temp.sqlite_master WHERE type IN ('table', 'view')")
      .pluck()
      .get() !== 0;
  // A view of the file sees only the tables of the file, not what was laid over them.
  for (const view of VIEWS)
    if (isOverlaid || present.get(view.name) !== createSql(view))
      raw.exec(createSql(view).replace(/^CREATE VIEW/, 'CREATE TEMP VIEW'));
}

/** Drops our own views, also those of earlier versions: what people made is theirs. */
export function dropViews(raw: Database.Database): void {
  for (const name of ownViews(raw).keys()) raw.exec(`DROP VIEW "${name}"`);
}
