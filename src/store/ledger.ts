import { DAY_MS, type Clock, type Instant } from '../lib/clock.ts';
import type { Ledger } from '../model.ts';
import { takeInTurns } from './file/in-turns.ts';
import type { Db } from './file/open.ts';
import { dataVersion } from './file/versions.ts';
import { withoutWaiting } from './file/waiting.ts';

/**
 * Credits of every request sent to a source on the UTC day of `now`, by any watch. Requests that a
 * clock ahead booked on a later day count for that day.
 */
export function creditsToday(db: Db, source: string, now: Instant): number {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  return (
    db.raw
      .prepare<[number, number, string], number>(
        'SELECT coalesce(sum(credits), 0) FROM requests WHERE started_at >= ? AND started_at < ? AND source = ?',
      )
      .pluck()
      .get(midnight, midnight + DAY_MS, source) ?? 0
  );
}

/** What was spent at a source on a day, as of a state of the database. */
type Spent = { midnight: Instant; version: number; credits: number };

/** By connection, and by source. */
const spentOn = new WeakMap<Db['raw'], Map<string, Spent>>();

function keepSpent(db: Db, source: string, spent: Spent): void {
  const known = spentOn.get(db.raw);
  if (known === undefined) spentOn.set(db.raw, new Map([[source, spent]]));
  else known.set(source, spent);
}

/**
 * The same as `creditsToday`, kept in memory: the requests of the day are read again only when
 * another connection has committed something since. Requests of this connection are all written in
 * this file, and counted there.
 */
function spentSoFar(db: Db, source: string, now: Instant): Spent {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const version = dataVersion(db);
  const known = spentOn.get(db.raw)?.get(source);
  if (known?.midnight === midnight && known.version === version) return known;
  const spent = { midnight, version, credits: creditsToday(db, source, now) };
  keepSpent(db, source, spent);
  return spent;
}

/** The credits left of the `dailyCredits` of a source on the UTC day of `now`, at least 0. */
export const creditsLeft = (db: Db, source: string, dailyCredits: number, now: Instant): number =>
  Math.max(0, dailyCredits - spentSoFar(db, source, now).credits);

/**
 * The ledger of one pass. A request is written down BEFORE it is sent, so that no crash can hide
 * its credits, and finished when its answer is in. `dailyCredits` null means no limit.
 */
export function openLedger(
  db: Db,
  pass: {
    /** null for a probe of a watch that is not recorded. */ watchId: number | null;
    slotAt: Instant;
    /** Each source has a limit of its own. */
    source: string;
    creditsPerRequest: number;
    dailyCredits: number | null;
  },
  clock: Clock,
): Ledger {
  const { watchId, slotAt, source, creditsPerRequest, dailyCredits } = pass;
  const insert = db.statement(
    'INSERT INTO requests (watch_id, slot_at, source, page, attempt, started_at, credits) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const finish = db.statement(
    `UPDATE requests SET duration_ms = ?, http_status = ?, body_code = ?, outcome = ?, detail = ?,
      upstream_request_id = ?, credits = iif(?, 0, credits) WHERE id = ?`,
  );
  return {
    begin: ({ page, attempt }) => {
      const now = clock.now();
      // Fifty waits for the disk would be the largest cost of a pass. Without them the row survives a
      // killed process at once, and a power cut from the next commit of the pass on.
      // Looked up and written in one transaction: another process may be spending too, such as a
      // probe.
      return withoutWaiting(db.raw, () => {
        let spent: Spent | undefined;
        const begun = db.transaction(() => {
          if (dailyCredits !== null) {
            spent = spentSoFar(db, source, now);
            if (spent.credits + creditsPerRequest > dailyCredits) return 'refused';
          }
          return {
            id: Number(
              insert.run(watchId, slotAt, source, page, attempt, now, creditsPerRequest)
                .lastInsertRowid,
            ),
          };
        });
        // Only now, since it is committed now.
        if (spent === undefined) spentOn.get(db.raw)?.delete(source);
        else if (begun !== 'refused')
          keepSpent(db, source, { ...spent, credits: spent.credits + creditsPerRequest });
        return begun;
      });
    },
    end: (id, ended) => {
      const { durationMs, httpStatus, bodyCode, outcome, detail, upstreamRequestId } = ended;
      withoutWaiting(db.raw, () =>
        finish.run(
          Math.round(durationMs),
          httpStatus,
          bodyCode,
          outcome,
          detail,
          upstreamRequestId,
          ended.wasNeverSent === true ? 1 : 0,
          id,
        ),
      );
      // A request that was never sent may belong to a day that is over, so the day is summed again.
      if (ended.wasNeverSent === true) spentOn.delete(db.raw);
    },
  };
}

/** How many requests were sent before `before`. */
export const countOldRequests = (db: Db, before: Instant): number =>
  db.statement('SELECT count(*) FROM requests WHERE started_at < ?').pluck().get(before) as number;

/**
 * Requests deleted per transaction, in some 20 ms: a request that is to be sent in the meantime is
 * written first.
 */
const PRUNED_AT_ONCE = 2_000;

/**
 * Forgets the requests that were sent before `before`, in turns with other writers; returns how many
 * there were.
 */
export function pruneRequests(db: Db, before: Instant, clock: Clock): Promise<number> {
  const prune = db.statement(
    'DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE started_at < ? LIMIT ?)',
  );
  spentOn.delete(db.raw);
  return takeInTurns(clock, () => prune.run(before, PRUNED_AT_ONCE).changes, {
    atOnce: PRUNED_AT_ONCE,
  });
}

/** Links the requests of a pass to the snapshot they brought. */
export function attachRequests(db: Db, watchId: number, slotAt: Instant, snapshotId: number): void {
  db.statement(
    'UPDATE requests SET snapshot_id = ? WHERE watch_id = ? AND slot_at = ? AND snapshot_id IS NULL',
  ).run(snapshotId, watchId, slotAt);
}
