import type { ListQuery } from '../config/config.ts';
import { scoredColumns, type ListKind } from '../list/list-kind.ts';
import { cleanText } from '../lib/text.ts';
import { widthOf } from '../lib/text-width.ts';
import type { AlertReport } from '../report/alerts.ts';
import type { LoggedAlert, Telling } from '../store/alerts/alert-log.ts';
import type { Evidence, SnapshotFact } from '../store/alerts/evidence.ts';
import { formatTable, type Cell, type Fit } from './table.ts';
import { asCalled, type Called } from '../words/as-called.ts';
import { commandText } from '../words/shell-text.ts';
import { saidDateText, timeWithZone } from '../words/times.ts';
import { paint } from './tone.ts';

/** How the command at its end is typed, and whether that line may be broken. */
type Typed = { called?: Called | undefined; isTerminal: boolean };

/**
 * Everything an alert is based on: what fired, why, from which snapshots, every value, who was
 * told, how it ended, and where the SQL is that comes to the same decision.
 */
export function evidenceText(
  { alert, query, tellings }: AlertReport,
  timeZone: string,
  fit: Fit & Typed,
): string {
  const { evidence } = alert;
  const { change } = evidence;
  const ended = endedText({ alert, query }, timeZone, fit);
  const [product, id] = ['product', 'product_id'].map((key) => cleanText(String(change[key])));
  const heading = `Alert ${alert.id}: ${evidence.rule} (${alert.severity}) on ${alert.watch}, ${product} (${id})`;
  const section = (title: string, body: string) =>
    `\n${paint(title, 'strong', fit.color)}\n${body}`;
  return [
    `${paint(heading, 'strong', fit.color)}\n${stateText(alert, timeZone)}\n`,
    section('Why', lines(ruleFacts(evidence))),
    section('From', lines(snapshotFacts(evidence, query, timeZone))),
    section('Values it fired on', valuesTable(evidence, query.list, fit)),
    section(
      'Told',
      tellings.length === 0
        ? `Nobody${alert.quiet === null ? '' : `: ${alert.quiet}`}.\n`
        : tellingsTable(tellings, timeZone, fit),
    ),
    ...(ended === null ? [] : [section('Values it resolved on', ended)]),
    `\n${reproduce(alert.id, fit)}\n`,
  ].join('');
}

/** From which snapshots, and on which values, an alert ended; null while it fires. */
export function endedText(
  { alert: { resolvedEvidence }, query }: Pick<AlertReport, 'alert' | 'query'>,
  timeZone: string,
  fit: Fit,
): string | null {
  if (resolvedEvidence === null) return null;
  const from = lines(snapshotFacts(resolvedEvidence, query, timeZone));
  return `${from}${valuesTable(resolvedEvidence, query.list, fit)}`;
}

/** Where the SQL is that finds one row for each snapshot that counted, from these alone. */
function reproduce(
  id: number,
  { called, columns, isTerminal }: Typed & { columns: number },
): string {
  const what = 'The SQL that comes to the same decision:';
  const command = `${asCalled(called, commandText(['alerts', 'show', String(id)]))} --sql`;
  const line = `${what}  ${command}`;
  // The command stays whole, so that it can be copied.
  return isTerminal && widthOf(line) > columns ? `${what}\n  ${command}` : line;
}

/** When it fired, and whether and how it has ended, as a sentence. */
export function stateText(
  { slotAt, resolvedAt, resolvedSlotAt, resolvedReason, quiet }: LoggedAlert,
  timeZone: string,
): string {
  const fired = `Fired at the slot ${timeWithZone(slotAt, timeZone)}${quiet === null ? '' : `, quiet (${quiet})`}`;
  if (resolvedAt === null) return `${fired}. It still fires.`;
  const when =
    resolvedSlotAt === null
      ? `on ${timeWithZone(resolvedAt, timeZone)}`
      : `at the slot ${timeWithZone(resolvedSlotAt, timeZone)}`;
  return `${fired}; resolved ${when} (${resolvedReason}).`;
}

/** A name, and what it stands for. */
export type Fact = readonly [string, string];

/** Facts in two columns. */
function lines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts.map(([name, text]) => `${name.padEnd(width)}${text}\n`).join('');
}

/** What the rule said when it fired. */
export const ruleFacts = ({
  rule,
  rule_revision: revision,
  description,
  when,
  clear,
  compare,
  for: forCount,
  clear_for: clearFor,
}: Evidence): Fact[] => [
  [
    'rule',
    `${rule}, revision ${revision}${description === null ? '' : `: ${cleanText(description)}`}`,
  ],
  ['when', `${cleanText(when)}${forCount > 1 ? `, ${forCount} slots in a row` : ''}`],
  [
    'clear',
    `${clear === null ? 'not (when)' : cleanText(clear)}${clearFor > 1 ? `, ${clearFor} slots in a row` : ''}`,
  ],
  ['compare', compare],
];

/** What was compared with what. */
export const snapshotFacts = (
  { snapshot, baseline }: Evidence,
  query: ListQuery,
  timeZone: string,
): Fact[] => [
  ['snapshot', snapshotText(snapshot, query, timeZone)],
  ['baseline', baseline === null ? 'none' : snapshotText(baseline, query, timeZone)],
];

const snapshotText = (
  { id, slot_at: slotAt, data_date: dataDate, status }: SnapshotFact,
  query: ListQuery,
  timeZone: string,
): string => {
  const date = dataDate === undefined ? '' : `${saidDateText(query, dataDate)}, `;
  return `${id}, ${date}slot ${timeWithZone(Date.parse(slotAt), timeZone)}, ${status}`;
};

const otherValues = (list: ListKind): string[] => [
  'status',
  'rank_best',
  'slots_on_list',
  'first_seen_at',
  'streak',
  ...scoredColumns(list).map((column) => `${column}_z`),
  'gap_days',
];

type Value = string | number | null;

/** What each value is said in, in the order of the cells behind its name. */
export const SIDES = ['now', 'before', 'difference', 'percent'] as const;

/**
 * Rank and metrics beside those of the baseline, exact: a name and a cell for each of `SIDES`; then
 * the other facts. What is not known at all is left out.
 */
export function evidenceValues({ change }: Pick<Evidence, 'change'>, list: ListKind) {
  const rank: Value[] = [
    'rank',
    change['rank'] ?? null,
    change['rank_before'] ?? null,
    change['rank_gain'] ?? null,
    null,
  ];
  const metrics = list.metrics.map(({ column }): Value[] => [
    column,
    ...['', '_before', '_delta', '_pct'].map((suffix) => change[`${column}${suffix}`] ?? null),
  ]);
  const known = [rank, ...metrics].filter((cells) => cells.slice(1).some((cell) => cell !== null));
  const others = otherValues(list).flatMap((name) => {
    const value = change[name] ?? null;
    return value === null ? [] : [[name, String(value)] as const];
  });
  return { known, others };
}

function valuesTable(evidence: Evidence, list: ListKind, fit: Fit): string {
  const columns = [{ head: 'value' }, ...SIDES.map((head) => ({ head, align: 'right' as const }))];
  const { known, others } = evidenceValues(evidence, list);
  return `${formatTable(columns, known, fit)}\n${lines(others)}`;
}

function tellingsTable(tellings: readonly Telling[], timeZone: string, fit: Fit): string {
  const columns = [
    { head: 'event' },
    { head: 'to', min: 12 },
    { head: 'state', min: 10 },
    { head: 'when' },
  ];
  return formatTable(
    columns,
    tellings.map(({ event, channel, recipient, state, reason, deliveredAt, createdAt }): Cell[] => [
      event,
      recipient === '' ? channel : recipient,
      reason === null ? state : `${state}: ${reason}`,
      timeWithZone(deliveredAt ?? createdAt, timeZone),
    ]),
    fit,
  );
}
