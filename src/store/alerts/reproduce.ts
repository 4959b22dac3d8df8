// One SQL statement per alert that comes to the same decision from the stored snapshots alone. It
// reads nothing that Tidemark worked out about the alert, and needs nothing of Tidemark: people run
// it in the sqlite3 shell.
import { changeColumnsOf } from '../../change/columns.ts';
import { typedColumn, type ChangeColumn } from '../../change/column.ts';
import { absentSql, presentSql } from '../../change/rows-sql.ts';
import type { Compare } from '../../config/config.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { parseDuration } from '../../lib/duration.ts';
import { cleanText } from '../../lib/text.ts';
import { nextSlot } from '../../schedule/slots.ts';
import type { AlertRow } from './alerts.ts';
import type { Evidence } from './evidence.ts';
import { listEvaluatedUntil, truthSql } from '../reading/change-rows.ts';
import { getQuery } from '../series/series.ts';
import { findBaseline } from '../snapshots/baseline.ts';
import type { Db } from '../file/open.ts';
import { columnsOf } from '../../change/tokens.ts';

/** A snapshot that counted towards the firing or the resolve of an alert, with its baseline. */
type Counted = { decision: 'fires' | 'resolves'; snapshotId: number; baselineId: number | null };

/**
 * The statement. It gives one row for each snapshot that counted: `for` of them with the decision
 * `fires`, each with `when` = 1 (an adopted alert has one, whatever `for` says), and once it was
 * cleared, `clear_for` of them with `resolves`, each with `clear` = 1 and `when` not 1. All columns
 * that the expressions name are beside them.
 */
export function reproductionSql(db: Db, alert: AlertRow): string {
  const { evidence, resolvedEvidence } = alert;
  const fires = countBack(
    db,
    alert,
    'fires',
    evidence,
    alert.quiet === 'adopted' ? 1 : evidence.for,
  );
  const resolves =
    resolvedEvidence === null
      ? []
      : countBack(db, alert, 'resolves', resolvedEvidence, resolvedEvidence.clear_for);
  const { list } = getQuery(db, alert.seriesId);
  return `${statement(alert, [...fires, ...resolves], list)};`;
}

/**
 * The snapshots that counted, from the deciding one backwards. Those whose answer was unknown are
 * skipped.
 */
function countBack(
  db: Db,
  alert: AlertRow,
  decision: Counted['decision'],
  evidence: Evidence,
  wanted: number,
): Counted[] {
  const last: Counted = {
    decision,
    snapshotId: evidence.snapshot.id,
    baselineId: evidence.baseline?.id ?? null,
  };
  const counted = [last];
  if (wanted === 1) return counted;
  const compare = compareOf(evidence.compare);
  const evaluated = listEvaluatedUntil(db, alert.seriesId, Date.parse(evidence.snapshot.slot_at));
  const schedule = readSchedule(db, alert.watchId);
  const { list } = getQuery(db, alert.seriesId);
  // A snapshot by hand for a slot that had one already: it counts only where no earlier one does.
  let spare: Counted | null = null;
  for (const [index, { id: snapshotId, slotAt, isByHand }] of evaluated.entries()) {
    if (index === 0) continue;
    const earlier: Counted = {
      decision,
      snapshotId,
      baselineId: findBaseline(db, snapshotId, compare, evidence.max_gap_ms ?? null),
    };
    const row = db.raw
      .prepare<[], { when: number | null; clear: number | null }>(statement(alert, [earlier], list))
      .get();
    const answer = decision === 'fires' ? row?.when : row?.clear;
    if (answer === 0 && spare !== null) counted.unshift(spare);
    if (answer === 0 || answer === 1) spare = null;
    if (answer === 1) {
      const before = evaluated[index + 1];
      const isNew = !isByHand || before === undefined || hasSlot(schedule, before.slotAt, slotAt);
      if (isNew) counted.unshift(earlier);
      else spare = earlier;
    }
    if (counted.length === wanted) return counted;
  }
  return spare === null ? counted : [spare, ...counted];
}

type Schedule = { schedule: string; timezone: string };

const readSchedule = (db: Db, watchId: number): Schedule =>
  db.statement('SELECT schedule, timezone FROM watches WHERE id = ?').get(watchId) as Schedule;

function hasSlot({ schedule, timezone }: Schedule, after: number, until: number): boolean {
  const next = nextSlot(schedule, timezone, after);
  return next !== null && next <= until;
}

const compareOf = (text: string): Compare =>
  text === 'previous'
    ? { kind: 'previous' }
    : { kind: 'ago', ms: parseDuration(text) ?? NaN, text };

function statement(alert: AlertRow, counted: readonly Counted[], list: ListKind): string {
  const {
    evidence: { when, clear, change },
  } = alert;
  const named = columnsOf(`${when} ${clear ?? ''}`, list);
  const shown = changeColumnsOf(list)
    .filter(({ name }) => ['slot_at', 'product', 'rank', 'baseline_at', ...named].includes(name))
    .map((column) => typedColumn(asRecorded(alert, column)));
  const pairs =
    '(SELECT s.*, c.decision, c.baseline_id FROM counted c JOIN snapshots s ON s.id = c.snapshot_id) s';
  const product = quoted(String(change['product_id']));
  const values = counted
    .map(
      ({ decision, snapshotId, baselineId }) =>
        `(${quoted(decision)}, ${snapshotId}, ${baselineId ?? 'NULL'})`,
    )
    .join(', ');
  return `WITH counted(decision, snapshot_id, baseline_id) AS (VALUES ${values}),
change_row AS (
${presentSql(list, pairs, ['s.decision AS decision', '0 AS is_absent'], shown)}
WHERE p.upstream_id = ${product}
UNION ALL
${absentSql(list, pairs, `SELECT id FROM products WHERE source = ${quoted(list.seriesSource)} AND upstream_id = ${product}`, ['s.decision', '1'], shown)}
)
SELECT decision, ${shown.map(({ name }) => name).join(', ')},
  ${whenSql(when)} AS "when",
  ${clear === null ? `NOT ${whenSql(when)}` : `coalesce(${truthSql(clear)}, CASE WHEN is_absent THEN 1 END)`} AS clear
FROM change_row ORDER BY slot_at`;
}

/** For a product that is proven absent, an unknown `when` is false, and an unknown `clear` true. */
const whenSql = (when: string): string =>
  `coalesce(${truthSql(when)}, CASE WHEN is_absent THEN 0 END)`;

const RENAMED: ReadonlySet<string> = new Set(['product', 'category_l1', 'category_l2']);

/**
 * The file has only the latest name of a product, so the name at that time is written into the
 * statement.
 */
function asRecorded({ evidence, resolvedEvidence }: AlertRow, column: ChangeColumn): ChangeColumn {
  if (!RENAMED.has(column.name)) return column;
  const literal = ({ change }: Evidence) =>
    typeof change[column.name] === 'string'
      ? quoted(cleanText(change[column.name] as string))
      : 'NULL';
  const [fired, resolved] = [literal(evidence), literal(resolvedEvidence ?? evidence)];
  const sql =
    fired === resolved ? fired : `CASE s.decision WHEN 'fires' THEN ${fired} ELSE ${resolved} END`;
  return { ...column, present: sql, absent: sql };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
