import type { Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import { silenceState, type Scope } from '../report/silences.ts';
import type { Silence } from '../store/alerts/silences.ts';
import { formatTable, type Cell, type Fit } from './table.ts';
import { shortTime } from '../words/times.ts';

/** What a silence matches, in words: `rule breakout, watch us-daily, product 601583 (Perfume)`. */
export function scopeText(
  { rule, watch, product }: Scope,
  productName: string | undefined,
): string {
  return [
    ...(rule === null ? [] : [`rule ${rule}`]),
    ...(watch === null ? [] : [`watch ${watch}`]),
    ...(product === null
      ? []
      : [cleanText(`product ${product}${productName === undefined ? '' : ` (${productName})`}`)]),
  ].join(', ');
}

/** What a new silence does to the alerts that fire now, and what it leaves alone. */
export function effectText(id: number, openAlerts: number, waitingMessages: number): string {
  const open = openAlerts === 0 ? 'no open alert now' : plural(openAlerts, 'open alert');
  const [were, wait] = waitingMessages === 1 ? ['was', 'waits'] : ['were', 'wait'];
  const waiting = `${plural(waitingMessages, 'message')} about it ${were} decided before`;
  return [
    `It mutes ${open}. Alerts are recorded all the same; what still fires when it ends is told then.\n`,
    waitingMessages === 0
      ? ''
      : `${waiting} and ${wait} to be sent: a silence does not take that back.\n`,
    `End it: tidemark silence remove ${id}\n`,
  ].join('');
}

/** One line per silence; with `withState` it says which of them are over. */
export function silencesTable(
  silences: readonly (Silence & { productName: string | undefined })[],
  withState: boolean,
  now: Instant,
  timeZone: string,
  fit: Fit,
): string {
  const columns = [
    { head: 'id', align: 'right' as const },
    { head: 'mutes', min: 16 },
    { head: 'until' },
    { head: 'reason', min: 12 },
    ...(withState ? [{ head: 'state' }] : []),
  ];
  return formatTable(
    columns,
    silences.map((silence): Cell[] => [
      silence.id,
      scopeText(silence, silence.productName),
      silence.untilAt === null ? 'removal' : shortTime(silence.untilAt, timeZone),
      silence.reason,
      ...(withState ? [silenceState(silence, now)] : []),
    ]),
    fit,
  );
}
