// What thinning took, or would take, for people and as JSON.
import { isoTime } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { plural } from '../lib/text.ts';
import type { Thinning } from '../store/snapshots/thin.ts';
import type { Io } from './io.ts';
import { formatTable, type Column } from './table.ts';

/** Of one watch, as `prune --json` and `lake thin --json` print it. */
export const thinningJson = ({
  watch,
  snapshots,
  rows,
  fromAt,
  toAt,
  keptForAlerts,
}: Thinning) => ({
  watch,
  snapshots,
  rows,
  from: fromAt === null ? null : isoTime(fromAt),
  to: toAt === null ? null : isoTime(toAt),
  kept_for_alerts: keptForAlerts,
});

/** A line, and a table where anything went. `what`: those older than `keptMs`, in words. */
export function thinningText(
  thinned: readonly Thinning[],
  keptMs: number,
  what: string,
  verb: string,
  io: Io,
): string {
  const snapshots = thinned.reduce((sum, watch) => sum + watch.snapshots, 0);
  const kept = thinned.reduce((sum, watch) => sum + watch.keptForAlerts, 0);
  const why =
    kept === 0
      ? ''
      : `; ${plural(kept, 'more is', 'more are')} kept because alerts were decided on them`;
  const head = `Snapshots older than ${formatDuration(keptMs)}, ${what}: ${snapshots} ${verb}${why}.\n`;
  if (snapshots === 0) return head;
  const rows = thinned
    .filter((watch) => watch.snapshots > 0)
    .map(({ watch, snapshots: count, rows: observations, fromAt, toAt, keptForAlerts }) => [
      watch,
      count,
      observations,
      fromAt === null ? null : isoTime(fromAt).slice(0, 10),
      toAt === null ? null : isoTime(toAt).slice(0, 10),
      keptForAlerts,
    ]);
  const columns: Column[] = [
    { head: 'watch' },
    { head: 'snapshots', align: 'right' },
    { head: 'rows', align: 'right' },
    { head: 'from' },
    { head: 'to' },
    { head: 'kept for alerts', align: 'right' },
  ];
  const fit = { columns: io.isTerminal ? io.columns : Infinity, color: io.color };
  return `${head}\n${formatTable(columns, rows, fit)}`;
}
