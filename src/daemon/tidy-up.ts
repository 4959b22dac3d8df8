// What the daemon deletes: the bytes of old messages, and old pages, requests and history as
// `retention` says.
import type { Config } from '../config/config.ts';
import { DAY_MS, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from '../store/file/open.ts';
import { prunePayloads } from '../store/outbox/outbox.ts';
import { pruneRawPages } from '../store/snapshots/raw-pages.ts';
import { dailyUpkeep } from '../store/upkeep.ts';

/** Mails are larger than the snapshots they tell of. What they said stays in `notifications`. */
const PAYLOADS_KEPT_MS = 30 * DAY_MS;
type Deps = { db: Db; clock: Clock; log: Log; signal: AbortSignal };

/** What is done after each look. */
export async function tidyUp({ db, clock, log }: Deps, config: Config): Promise<void> {
  const payloads = await prunePayloads(db, clock, clock.now() - PAYLOADS_KEPT_MS, clock.now());
  if (payloads > 0) log.info({ payloads }, 'bytes of old messages pruned');
  const { rawPagesMs } = config.retention;
  if (rawPagesMs === null) return;
  const pruned = await pruneRawPages(db, clock.now() - rawPagesMs, clock);
  if (pruned > 0) log.info({ pages: pruned }, 'raw pages pruned');
}

/** What is done once a UTC day, and when the daemon starts. */
export async function upkeep(
  { db, clock, log, signal }: Deps,
  { retention }: Config,
): Promise<void> {
  const { thinned, messages, requests, givenBack } = await dailyUpkeep(
    db,
    retention,
    clock,
    signal,
  );
  if (messages > 0) log.info({ messages }, 'facts of old messages pruned');
  if (requests > 0) log.info({ requests }, 'old requests pruned from the ledger');
  if (givenBack > 0) log.info({ bytes: givenBack }, 'room of the file given back to the disk');
  for (const { watch, snapshots, rows, keptForAlerts } of thinned) {
    if (snapshots > 0)
      log.info({ watch, snapshots, rows, kept_for_alerts: keptForAlerts }, 'old history thinned');
  }
}
