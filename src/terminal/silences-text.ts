import type { Instant } from '../lib/clock.ts';
import { cleanText } from '../lib/text.ts';
import type { Silence } from '../store/alerts/silences.ts';
import { formatTable, type Cell, type Fit } from './table.ts';
import { shortTime } from '../words/times.ts';

/** What a silence matches, in words: `rule breakout, watch us-daily, product 601583 (Perfume)`. */
export function scopeText(
  { rule, watch, product }: Pick<Silence, 'rule' | 'watch' | 'product'>,
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

/** Whether a silence is in force, and if not, why. */
export function silenceState(
  { removedAt, untilAt }: Silence,
  now: Instant,
): 'active' | 'removed' | 'expired' {
  if (removedAt !== null) return 'removed';
  return untilAt !== null && untilAt <= now ? 'expired' : 'active';
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
