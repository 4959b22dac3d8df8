// `tidemark prune`: deletes now what `retention` says; with --dry-run it only says what it would
// delete.
import { isoTime } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { plural } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import { openDatabase } from '../../store/file/open.ts';
import { countOldMessages, forgetMessages } from '../../store/outbox/forget-messages.ts';
import { countOldRequests, pruneRequests } from '../../store/ledger.ts';
import { countRawPages, pruneRawPages } from '../../store/snapshots/raw-pages.ts';
import { thinHistory, type Thinning } from '../../store/snapshots/thin.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable, type Column } from '../../terminal/table.ts';

export type PruneArgs = {
  config?: string | undefined;
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
};

/** Does what the daemon does once a day. Exit code 0. */
export async function runPrune(io: Io, args: PruneArgs): Promise<number> {
  const {
    database,
    retention: { rawPagesMs, observationsMs, messagesMs, ledgerMs },
  } = readAppConfig(io, args.config, 'spared');
  const dryRun = args.dryRun === true;
  const now = io.clock.now();
  const db = openDatabase(database, { create: false });
  try {
    const rawPages =
      rawPagesMs === null
        ? null
        : await (dryRun ? countRawPages : pruneRawPages)(db, now - rawPagesMs, io.clock);
    const messages =
      messagesMs === null
        ? null
        : await (dryRun ? countOldMessages : forgetMessages)(db, now - messagesMs, io.clock);
    const requests =
      ledgerMs === null
        ? null
        : await (dryRun ? countOldRequests : pruneRequests)(db, now - ledgerMs, io.clock);
    const thinned =
      observationsMs === null
        ? null
        : await thinHistory(db, now - observationsMs, { dryRun, clock: io.clock });
    if (args.json)
      io.stdout(
        `${JSON.stringify({ dry_run: dryRun, raw_pages: rawPages, messages, ledger: requests, watches: thinned?.map(shownJson) ?? null }, null, 2)}\n`,
      );
    else {
      const verb = dryRun ? 'would go' : 'gone';
      io.stdout(
        rawPages === null || rawPagesMs === null
          ? 'Raw pages are kept for ever.\n'
          : `Raw pages older than ${formatDuration(rawPagesMs)}: ${rawPages} ${verb}.\n`,
      );
      io.stdout(
        messages === null || messagesMs === null
          ? 'Messages are kept for ever.\n'
          : `Facts of messages delivered more than ${formatDuration(messagesMs)} ago: ${messages} ${verb}.\n`,
      );
      io.stdout(
        requests === null || ledgerMs === null
          ? 'The ledger is kept for ever.\n'
          : `Requests in the ledger older than ${formatDuration(ledgerMs)}: ${requests} ${verb}.\n`,
      );
      io.stdout(
        thinned === null || observationsMs === null
          ? 'Every snapshot is kept for ever (retention.observations is not set).\n'
          : thinningText(thinned, observationsMs, verb, io),
      );
      if (!dryRun && thinned?.some(({ snapshots }) => snapshots > 0))
        io.stderr(
          'The file keeps its size, and fills the free space again. A smaller one: tidemark backup, then tidemark restore.\n',
        );
    }
  } finally {
    db.close();
  }
  return 0;
}

const shownJson = ({ watch, snapshots, rows, fromAt, toAt, keptForAlerts }: Thinning) => ({
  watch,
  snapshots,
  rows,
  from: fromAt === null ? null : isoTime(fromAt),
  to: toAt === null ? null : isoTime(toAt),
  kept_for_alerts: keptForAlerts,
});

function thinningText(thinned: readonly Thinning[], keptMs: number, verb: string, io: Io): string {
  const snapshots = thinned.reduce((sum, watch) => sum + watch.snapshots, 0);
  const kept = thinned.reduce((sum, watch) => sum + watch.keptForAlerts, 0);
  const why =
    kept === 0
      ? ''
      : `; ${plural(kept, 'more is', 'more are')} kept because alerts were decided on them`;
  const head = `Snapshots older than ${formatDuration(keptMs)}, all but one a week: ${snapshots} ${verb}${why}.\n`;
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
