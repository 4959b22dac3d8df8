// `tidemark prune`: deletes now what `retention` says; with --dry-run it only says what it would
// delete.
import { formatDuration } from '../../lib/duration.ts';
import { readAppConfig } from '../../open-app.ts';
import { readRoom } from '../../store/file/free-room.ts';
import { giveBackRoom } from '../../store/file/give-back.ts';
import { openDatabase } from '../../store/file/open.ts';
import { countOldMessages, forgetMessages } from '../../store/outbox/forget-messages.ts';
import { packMessages } from '../../store/outbox/packed-messages.ts';
import { countOldRequests, pruneRequests } from '../../store/ledger.ts';
import { countRawPages, pruneRawPages } from '../../store/snapshots/raw-pages.ts';
import { thinHistory } from '../../store/snapshots/thin.ts';
import type { Io } from '../../terminal/io.ts';
import { roomJson, roomText } from '../../report/room.ts';
import { thinningJson, thinningText } from '../../terminal/thinning-text.ts';
import { lakeThinningJson, thinAsConfigured } from '../lake/thin.ts';

export type PruneArgs = {
  config?: string | undefined;
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
};

/**
 * Does what the daemon does once a day. Exit code 0, also where history that may leave for the lake
 * is held back.
 */
export async function runPrune(
  io: Io,
  args: PruneArgs,
  stop = new AbortController().signal,
): Promise<number> {
  const {
    database,
    retention: { rawPagesMs, observationsMs, messagesMs, ledgerMs, then },
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
    if (!dryRun) await packMessages(db, io.clock);
    const requests =
      ledgerMs === null
        ? null
        : await (dryRun ? countOldRequests : pruneRequests)(db, now - ledgerMs, io.clock);
    const thinned =
      observationsMs === null || then === 'lake'
        ? null
        : await thinHistory(db, now - observationsMs, { dryRun, clock: io.clock });
    // To open the lake takes its secrets, and time: other writers wait for none of it.
    const lake =
      then === 'lake' && observationsMs !== null ? await thinAsConfigured(io, args, stop) : null;
    const givenBack =
      (lake?.thinned.givenBack ?? 0) + (dryRun ? 0 : await giveBackRoom(db, io.clock));
    const room = readRoom(db.raw);
    if (args.json) {
      const watches = (lake?.thinned.watches ?? thinned)?.map(thinningJson) ?? null;
      const own = { dry_run: dryRun, raw_pages: rawPages, messages, ledger: requests, watches };
      const more = lake === null ? {} : { lake: lakeThinningJson(lake.thinned, dryRun) };
      const file = roomJson(room, givenBack);
      io.stdout(`${JSON.stringify({ ...own, ...more, file }, null, 2)}\n`);
      return 0;
    }
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
    if (lake !== null) io.stdout(lake.text);
    else
      io.stdout(
        thinned === null || observationsMs === null
          ? 'Every snapshot is kept for ever (retention.observations is not set).\n'
          : thinningText(thinned, observationsMs, 'all but one a week', verb, io),
      );
    if (!dryRun) io.stderr(roomText({ givenBack, room }));
  } finally {
    db.close();
  }
  return 0;
}
