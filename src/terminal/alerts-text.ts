import { numberOf } from '../words/number-text.ts';
import { plural } from '../lib/text.ts';
import type { countAlerts, LoggedAlert } from '../store/alerts/alert-log.ts';
import { formatTable, type Cell, type Column, type Fit } from './table.ts';
import { shortTime } from '../words/times.ts';
import type { Tone } from './tone.ts';

const SEVERITY_TONES: Record<LoggedAlert['severity'], Tone | undefined> = {
  critical: 'bad',
  warning: 'warning',
  info: undefined,
};

type Shown = { column: Column; cell: (alert: LoggedAlert) => Cell };

/**
 * One line per alert, with the ranks it fired on; `hidden` are columns that would say the same in
 * every line.
 */
export function alertsTable(
  alerts: readonly LoggedAlert[],
  hidden: { watch: boolean; quiet: boolean },
  timeZone: string,
  fit: Fit,
): string {
  const shown: Shown[] = [
    { column: { head: 'id', align: 'right' }, cell: (alert) => alert.id },
    { column: { head: 'fired' }, cell: (alert) => shortTime(alert.slotAt, timeZone) },
    ...(hidden.watch
      ? []
      : [
          { column: { head: 'watch', min: 8, drop: 3 }, cell: (alert: LoggedAlert) => alert.watch },
        ]),
    { column: { head: 'rule', min: 8 }, cell: (alert) => alert.evidence.rule },
    {
      column: { head: 'severity', drop: 4 },
      cell: ({ severity }) => ({ text: severity, tone: SEVERITY_TONES[severity] }),
    },
    { column: { head: 'product', min: 14 }, cell: (alert) => textOf(alert, 'product') },
    {
      column: { head: 'category', min: 10, drop: 5 },
      cell: (alert) => textOf(alert, 'category_l1'),
    },
    { column: { head: 'rank', align: 'right' }, cell: ranksText },
    { column: { head: 'state', drop: 1 }, cell: stateCell },
    ...(hidden.quiet
      ? []
      : [{ column: { head: 'quiet', drop: 2 }, cell: (alert: LoggedAlert) => alert.quiet ?? '' }]),
  ];
  return formatTable(
    shown.map(({ column }) => column),
    alerts.map((alert) => shown.map(({ cell }) => cell(alert))),
    fit,
  );
}

function textOf({ evidence }: LoggedAlert, name: string): string | null {
  const value = evidence.change[name];
  return value === undefined || value === null ? null : String(value);
}

/** `40 → 12`; `–` where it was not on the list, or that is not known. */
function ranksText({ evidence }: LoggedAlert): string {
  const rank = (column: string) => numberOf(evidence.change, column) ?? '–';
  return `${rank('rank_before')} → ${rank('rank')}`;
}

const stateCell = ({ resolvedAt, severity }: LoggedAlert): Cell =>
  resolvedAt === null
    ? { text: 'firing', tone: SEVERITY_TONES[severity] }
    : { text: 'resolved', tone: 'faint' };

/** `103 quiet alerts (100 adopted, 3 cooldown)`. */
export function quietText(counts: ReturnType<typeof countAlerts>): string {
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  return `${plural(all, 'quiet alert')} (${counts.map(({ quiet, count }) => `${count} ${quiet}`).join(', ')})`;
}
