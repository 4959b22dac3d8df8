/**
 * One pass: source → snapshot → change → alert → delivery. Read this first.
 *
 * 1. Fetch, outside any transaction. Every request is written to the ledger before it is sent.
 * 2. ONE synchronous transaction: the snapshot and its observations, the rules' decisions, alerts, notifications and
 *    pending deliveries, and each rule's watermark. Either all of it happened or none of it.
 * 3. Deliveries are sent by the dispatcher (delivery/dispatch.ts), which finds them in the database.
 *
 * A crash between 1 and 2 costs credits, never data: the slot is still due. A crash after 2 loses
 * nothing: creation is exactly-once, delivery at-least-once. Running a pass again for the same
 * watch and slot changes nothing.
 */
import { announce } from './alert/announce.ts';
import { evaluate } from './alert/evaluate.ts';
import { sourceOf, type Asking, type Watch } from './config/config.ts';
import { costOf } from './config/pass-cost.ts';
import { enqueue } from './delivery/enqueue.ts';
import { isoTime, type Instant } from './lib/clock.ts';
import { dataDateAt } from './list/dated.ts';
import type { FetchedList, Ledger, SnapshotOrigin } from './model.ts';
import { intervalMs } from './schedule/slots.ts';
import { buildList, type ServedList } from './snapshot/build.ts';
import { fullPageSize } from './source/list-end.ts';
import { attachRequests, openLedger } from './store/ledger.ts';
import { rowsOfApplied } from './store/series/apply-config.ts';
import { judgePages } from './store/snapshots/judge-pages.ts';
import type { ActiveRule } from './store/alerts/rules.ts';
import type { WatchRow } from './store/series/series.ts';
import { findUnfinished } from './store/snapshots/standings.ts';
import { finishInChunks, whenFinished } from './store/snapshots/standings-chunks.ts';
import { findSnapshot, getSnapshot, insertSnapshot } from './store/snapshots/snapshots.ts';
import { insertRawPages, packRawPages, type PackedPages } from './store/snapshots/raw-pages.ts';
import { alreadyStored, whyUnaffordable } from './pass/not-asked.ts';
import { leaveOpen, passingFailure } from './pass/open-slot.ts';
import { resultOf, type PassOutcome } from './pass/outcome.ts';
import type { Slot, PassContext } from './pass/slot.ts';
import { tellTrouble } from './pass/tell-trouble.ts';

/**
 * How the pipeline reaches the source: the list as served, with every request written to the
 * ledger.
 */
export type FetchList = (
  query: Asking & { source: string },
  ledger: Ledger,
  signal: AbortSignal,
) => Promise<FetchedList>;

export type PassDeps = PassContext & {
  fetchList: FetchList;
  signal: AbortSignal;
  /**
   * Says which rows and rules a pass of a watch goes by; default: those of the config, which is
   * applied. Called in transactions.
   */
  rowsAndRules?: ((watch: Watch) => { row: WatchRow; rules: ActiveRule[] }) | undefined;
};

/** Runs one pass for one watch and slot. */
export async function runPass(
  deps: PassDeps,
  watch: Watch,
  slotAt: Instant,
  origin: SnapshotOrigin,
): Promise<PassOutcome> {
  const { db, config, clock, signal } = deps;
  const { row } = db.transaction(() => rowsAndRules(deps, watch));
  const known = findSnapshot(db, row.watchId, slotAt);
  if (known !== undefined) return { kind: 'known', result: resultOf(watch, known, 0, []) };

  const dataDate = dataDateAt(watch, slotAt);
  const source = sourceOf(config, watch);
  const { creditsPerRequest } = costOf(source, watch.list);
  const pass = {
    watchId: row.watchId,
    slotAt,
    source: source.name,
    creditsPerRequest,
    dailyCredits: source.dailyCredits,
  };
  const { list, asked, depth } = watch;
  const asking = { source: source.name, list, asked, depth, date: dataDate };
  const fetched =
    alreadyStored(deps, row, dataDate) ??
    whyUnaffordable(deps, watch, row) ??
    (await deps.fetchList(asking, openLedger(db, pass, clock), signal));
  if (signal.aborted) return { kind: 'aborted' };
  // What needs no database is worked out before the transaction, as it would hold up all others. So
  // would standings that an import has left out, because it was killed or is under way.
  const interval = intervalMs(watch.schedule, watch.timezone, slotAt);
  const slot = { slotAt, dataDate, origin, intervalMs: interval };
  const passing = passingFailure(deps, watch, row, slot, fetched);
  if (fetched.isUnpublished === true || passing !== null)
    return db.transaction(() => leaveOpen(deps, watch, row, slot, fetched, passing));
  const pageSize = fullPageSize(fetched.pages, costOf(source, watch.list).pageSize);
  const served = {
    ...fetched,
    pageSize,
    list: buildList(fetched.pages, pageSize, watch),
    packed: packRawPages(fetched.pages),
  };
  const { outcome, isEarlier } = await whenFinished(db, row.seriesId, clock, () => ({
    outcome: storePass(deps, watch, row, slot, served),
    isEarlier: findUnfinished(db, row.seriesId) !== null,
  }));
  // Lists that are stored already, of later slots, stand otherwise with this one before them.
  if (isEarlier) await finishInChunks(db, [row.seriesId], clock);
  return outcome;
}

function rowsAndRules(deps: PassDeps, watch: Watch): { row: WatchRow; rules: ActiveRule[] } {
  return deps.rowsAndRules === undefined
    ? rowsOfApplied(deps.db, deps.config, watch, deps.clock.now())
    : deps.rowsAndRules(watch);
}

/** What was fetched, as it is judged and kept. */
type Served = FetchedList & { pageSize: number; list: ServedList; packed: PackedPages };

/** Step 2, the transaction. */
function storePass(
  deps: PassDeps,
  watch: Watch,
  row: WatchRow,
  slot: Slot,
  served: Served,
): PassOutcome {
  const { db, config, clock } = deps;
  const { slotAt } = slot;
  const { pageSize, list, packed, ...fetched } = served;
  const now = clock.now();
  // Another process may have taken the slot meanwhile.
  const known = findSnapshot(db, row.watchId, slotAt);
  if (known !== undefined)
    return { kind: 'known', result: resultOf(watch, known, fetched.credits, []) };

  const judged = judgePages(db, { watch, row, ...slot, fetched, pageSize, list });
  const id = insertSnapshot(db, judged);
  insertRawPages(db, id, packed);
  attachRequests(db, row.watchId, slotAt, id);

  const snapshot = getSnapshot(db, id);
  const rules = rowsAndRules(deps, watch).rules.filter(
    ({ rule }) => rule.watches === null || rule.watches.includes(watch.name),
  );
  const evaluation = evaluate(db, snapshot, watch, rules, now);
  const { events } = evaluation;
  for (const { channel, part, message, alerts } of announce(
    db,
    config.channels,
    { snapshot, watch },
    events,
    now,
  )) {
    enqueue(db, {
      key: `alerts/${watch.name}/${isoTime(slotAt)}${part === 0 ? '' : `/${part + 1}`}`,
      channel,
      message,
      watchId: row.watchId,
      snapshotId: id,
      alerts,
      now,
    });
  }
  const { refused } = fetched;
  tellTrouble({ db, config, now }, { snapshot, watch, refused, evaluation });
  return {
    kind: 'taken',
    result: resultOf(watch, snapshot, fetched.credits, events),
    refused,
    note: judged.judgement.note,
  };
}
