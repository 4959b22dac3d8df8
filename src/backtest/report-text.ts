// A backtest for people.
import { plural } from '../lib/text.ts';
import { formatTable, type Cell, type Column, type Fit } from '../terminal/table.ts';
import type { Difference } from './difference.ts';
import type { Figures } from './figures.ts';
import type { Coverage, Report } from './report.ts';

type Named = { rule: string; figures: Figures };

const right = (head: string): Column => ({ head, align: 'right' });

/** How many months stand side by side at most: the newest ones. */
const MAX_MONTHS = 12;

/** Over which period, how many snapshots, and how many of them say nothing and why. */
export function coverageText(
  { snapshots, evaluated, imported, skipped, otherQuery }: Coverage,
  period: string,
  watches: string,
): string {
  const evaluatedText = evaluated === snapshots ? 'all evaluated' : `${evaluated} evaluated`;
  const reasons = [...skipped].map(([status, count]) => `${count} ${status}`).join(', ');
  return [
    `${period}: ${plural(snapshots, 'snapshot')} of ${watches}, ${evaluatedText}${imported > 0 ? ` (${imported} imported)` : ''}.`,
    ...(reasons === '' ? [] : [`Not evaluated: ${reasons}.`]),
    ...(otherQuery > 0
      ? [`Left out: ${plural(otherQuery, 'snapshot')} of another query that the watch had before.`]
      : []),
  ].join('\n');
}

/** The report as tables for a terminal. */
export function reportText(report: Report, fit: Fit): string {
  const named: Named[] =
    report.rules.length > 1
      ? [...report.rules, { rule: 'all', figures: report.all }]
      : report.rules;
  const fired = named.filter(({ figures }) => figures.fired > 0);
  return [
    countsTable(named, fit),
    ...(fired.length === 0
      ? []
      : [daysTable(fired, fit), monthsTable(fired, fit), productsTable(report.noisiest, fit)]),
  ].join('\n');
}

function countsTable(named: readonly Named[], fit: Fit): string {
  const columns = [
    { head: 'rule', min: 8 },
    ...['fired', 'resolved', 'firing', 'flaps', 'products', 'adopted', 'cooldown'].map(right),
  ];
  return formatTable(
    columns,
    named.map(
      ({ rule, figures: { fired, resolved, firing, flaps, products, adopted, cooldown } }) => [
        rule,
        fired,
        resolved,
        firing,
        flaps,
        products,
        adopted,
        cooldown,
      ],
    ),
    fit,
  );
}

function daysTable(named: readonly Named[], fit: Fit): string {
  const columns = [
    { head: 'alerts per day', min: 14 },
    right('median'),
    right('worst'),
    { head: 'on' },
  ];
  return formatTable(
    columns,
    named.map(({ rule, figures: { median, worst } }) => [
      rule,
      median,
      worst?.count ?? null,
      worst?.day ?? null,
    ]),
    fit,
  );
}

function monthsTable(named: readonly Named[], fit: Fit): string {
  const months = [...new Set(named.flatMap(({ figures }) => [...figures.months.keys()]))]
    .sort()
    .slice(-MAX_MONTHS);
  const columns = [
    { head: 'alerts per month', min: 8 },
    ...months.map((month, index): Column => ({
      head: monthHead(month, index),
      align: 'right',
      drop: months.length - index,
    })),
  ];
  return formatTable(
    columns,
    named.map(({ rule, figures }) => [
      rule,
      ...months.map((month): Cell => figures.months.get(month) ?? 0),
    ]),
    fit,
  );
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Feb`; the first column and each January also say the year: `Jan 26`. */
function monthHead(month: string, index: number): string {
  const name = MONTHS[Number(month.slice(5)) - 1] ?? month;
  return index === 0 || name === 'Jan' ? `${name} ${month.slice(2, 4)}` : name;
}

function productsTable(noisiest: Report['noisiest'], fit: Fit): string {
  const hasOneWatch = new Set(noisiest.map(({ watch }) => watch)).size <= 1;
  const columns = [
    { head: 'noisiest products', min: 17 },
    ...(hasOneWatch ? [] : [{ head: 'watch', min: 8, drop: 1 }]),
    right('fired'),
    { head: 'by rule', min: 12 },
  ];
  const rows = noisiest.map(({ product, watch, fired, rules }) => [
    product,
    ...(hasOneWatch ? [] : [watch]),
    fired,
    rules.map((one) => `${one.rule} ${one.fired}`).join(', '),
  ]);
  return formatTable(columns, rows, fit);
}

/** Alerts by rule, beside another config. */
export function differenceText({ rules }: Difference, fit: Fit): string {
  const sum = (field: 'both' | 'onlyHere' | 'onlyThere') =>
    rules.reduce((total, row) => total + row[field], 0);
  const rows =
    rules.length > 1
      ? [
          ...rules,
          {
            rule: 'all',
            both: sum('both'),
            onlyHere: sum('onlyHere'),
            onlyThere: sum('onlyThere'),
          },
        ]
      : rules;
  return formatTable(
    [{ head: 'rule', min: 8 }, right('in both'), right('only here'), right('only there')],
    rows.map(({ rule, both, onlyHere, onlyThere }) => [rule, both, onlyHere, onlyThere]),
    fit,
  );
}
