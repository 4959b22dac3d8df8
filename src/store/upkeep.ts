import type { Clock } from '../lib/clock.ts';
import { giveBackRoom } from './file/give-back.ts';
import type { Db } from './file/open.ts';
import { pruneRequests } from './ledger.ts';
import { forgetMessages } from './outbox/forget-messages.ts';
import { packMessages } from './outbox/packed-messages.ts';
import { thinHistory, type Thinning } from './snapshots/thin.ts';

/** How long each is kept, in milliseconds; null: for ever. */
type Kept = {
  observationsMs: number | null;
  /** With `lake` history is thinned by the process that can open the lake, and not here. */
  then?: 'weekly' | 'lake';
  messagesMs: number | null;
  ledgerMs: number | null;
};

/**
 * What a database needs once a day: history thinned, old messages and the ledger cut as configured (null: not at
 * all), messages older than a day packed, and the planner's statistics kept fresh. Of each index some hundred rows are looked at, so
 * that it takes milliseconds at any size. A file of which much is free then gets smaller. Returns
 * what went, with the numbers of messages and requests that were forgotten. In turns with other writers; `signal` ends the thinning early.
 */
export async function dailyUpkeep(
  db: Db,
  { observationsMs, then, messagesMs, ledgerMs }: Kept,
  clock: Clock,
  signal?: AbortSignal,
): Promise<{ thinned: Thinning[]; messages: number; requests: number; givenBack: number }> {
  const now = clock.now();
  const thinned =
    observationsMs === null || then === 'lake'
      ? []
      : await thinHistory(db, now - observationsMs, { dryRun: false, clock, signal });
  const messages = messagesMs === null ? 0 : await forgetMessages(db, now - messagesMs, clock);
  await packMessages(db, clock);
  const requests = ledgerMs === null ? 0 : await pruneRequests(db, now - ledgerMs, clock);
  db.raw.pragma('analysis_limit = 400');
  // 0x10000: also tables that this connection has not queried yet.
  db.raw.pragma('optimize = 0x10002');
  const givenBack = await giveBackRoom(db, clock, signal);
  return { thinned, messages, requests, givenBack };
}

/** Lets go of the pages that this connection has read: up to 2 MB, and what temporary tables took. */
export const giveBackPages = ({ raw }: Db): void => void raw.pragma('shrink_memory');
