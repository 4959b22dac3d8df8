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
import type { AlertEvent } from './alert/evaluate-record.ts';
import { evaluate } from './alert/evaluate.ts';
import { NOT_PUBLISHED } from './alert/trouble.ts';
import { watchForTrouble } from './alert/watch-for-trouble.ts';
import { sourceOf, type Asking, type Config, type Watch } from './config/config.ts';
import { costOf, creditsFor, pagesFor } from './config/pass-cost.ts';
import { enqueue } from './delivery/enqueue.ts';
import { isoTime, type Clock, type Instant } from './lib/clock.ts';
import { plural } from './lib/text.ts';
import { dataDateAt } from './list/dated.ts';
import type { FetchedList, Ledger, SnapshotOrigin, SnapshotStatus } from './model.ts';
import { ASK_AGAIN_MS, closesAt } from './schedule/overdue.ts';
import { intervalMs } from './schedule/slots.ts';
import { buildList } from './snapshot/build.ts';
import { fullPageSize } from './source/list-end.ts';
import { attachRequests, creditsLeft, openLedger } from './store/ledger.ts';
import type { Db } from './store/file/open.ts';
import { rowsOfApplied } from './store/series/apply-config.ts';
import { insertMissed, noteOpenSlot } from './store/series/slots.ts';
import { judgePages } from './store/snapshots/judge-pages.ts';
import type { ActiveRule } from './store/alerts/rules.ts';
import type { WatchRow } from './store/series/series.ts';
import { findUnfinished } from './store/snapshots/standings.ts';
import { finishInChunks, whenFinished } from './store/snapshots/standings-chunks.ts';
import {
  findExtent,
  findOfDate,
  findSnapshot,
  getSnapshot,
  insertSnapshot,
  type SnapshotRow,
} from './store/snapshots/snapshots.ts';
import { insertRawPages } from './store/snapshots/raw-pages.ts';

/**
 * How the pipeline reaches the source: the list as served, with every request written to the
 * ledger.
 */
export type FetchList = (
  query: Asking & { source: string },
  ledger: Ledger,
  signal: AbortSignal,
) => Promise<FetchedList>;

export type PassDeps = {
  db: Db;
  config: Config;
  clock: Clock;
  fetchList: FetchList;
  signal: AbortSignal;
  /**
   * Says which rows and rules a pass of a watch goes by; default: those of the config, which is
   * applied. Called in transactions.
   */
  rowsAndRules?: ((watch: Watch) => { row: WatchRow; rules: ActiveRule[] }) | undefined;
};

/** What one pass did: the shape of `tidemark snapshot --json`. */
export type PassResult = {
  watch: string;
  slot_at: string;
  /** Of a dated list; a list of now has no such key. */
  data_date?: string;
  snapshot_id: number;
  status: SnapshotStatus;
  reason: string | null;
  rows: number;
  pages: number;
  credits: number;
  /** Alerts that fired and were told, and that resolved. */
  fired: number;
  resolved: number;
};

/**
 * The list of the slot is not published yet, and nothing is stored of it. `againAt`: when it is to be
 * asked for again; null for a pass by hand, and where it was given up: then the slot is `missed`.
 */
export type Unpublished = {
  kind: 'unpublished';
  watch: string;
  slotAt: Instant;
  dataDate: string | null;
  credits: number;
  againAt: Instant | null;
  isGivenUp: boolean;
};

/**
 * How a pass ended: `taken`, `known` when the slot already had a snapshot, or `aborted` before
 * anything was stored.
 */
export type PassOutcome =
  | {
      kind: 'taken';
      result: PassResult;
      refused: FetchedList['refused'];
      /** What is worth knowing of the list besides its status; null when nothing is. */
      note: string | null;
    }
  | { kind: 'known'; result: PassResult }
  | Unpublished
  | { kind: 'aborted' };

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
  const fetched =
    alreadyStored(deps, row, dataDate) ??
    whyUnaffordable(deps, watch, row) ??
    (await deps.fetchList({ ...watch, date: dataDate }, openLedger(db, pass, clock), signal));
  if (signal.aborted) return { kind: 'aborted' };
  // Cron arithmetic inside the transaction would hold up all others. So would standings that an
  // import has left out, because it was killed or is under way.
  const interval = intervalMs(watch.schedule, watch.timezone, slotAt);
  const slot = { slotAt, dataDate, origin, intervalMs: interval };
  if (fetched.isUnpublished === true)
    return db.transaction(() => leaveOpen(deps, watch, row, slot, fetched));
  const { outcome, isEarlier } = await whenFinished(db, row.seriesId, clock, () => ({
    outcome: storePass(deps, watch, row, slot, fetched),
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

/** The slot of a pass; its interval is worked out before the write lock is taken. */
type Slot = {
  slotAt: Instant;
  dataDate: string | null;
  origin: SnapshotOrigin;
  intervalMs: number;
};

/** Instead of step 2, where the list is not published. Run inside a transaction. */
function leaveOpen(
  deps: PassDeps,
  watch: Watch,
  row: WatchRow,
  slot: Slot,
  { credits }: FetchedList,
): PassOutcome {
  const { db, clock } = deps;
  const { slotAt, dataDate, origin } = slot;
  const known = findSnapshot(db, row.watchId, slotAt);
  if (known !== undefined) return { kind: 'known', result: resultOf(watch, known, credits, []) };
  const left = {
    kind: 'unpublished' as const,
    ...{ watch: watch.name, slotAt, dataDate, credits },
    ...{ againAt: null, isGivenUp: false },
  };
  if (origin === 'manual') return left;
  const now = clock.now();
  const until = closesAt(watch.schedule, watch.timezone, slotAt);
  const asks = noteOpenSlot(db, row, { slotAt, dataDate, askedAt: now });
  if (now < until) return { ...left, againAt: Math.min(now + ASK_AGAIN_MS, until) };
  giveUpOpen(deps, watch, row, { ...slot, askedAt: now, asks });
  return { ...left, isGivenUp: true };
}

/**
 * The list of an open slot was never published: the slot is `missed`, and where that lasts, it is
 * told. Run inside a transaction.
 */
export function giveUpOpen(
  { db, config, clock }: Pick<PassDeps, 'db' | 'config' | 'clock'>,
  watch: Watch,
  row: WatchRow,
  slot: Pick<Slot, 'slotAt' | 'dataDate' | 'intervalMs'> & { askedAt: Instant; asks: number },
): void {
  const { slotAt, dataDate, askedAt, asks } = slot;
  const which = dataDate === null ? 'the list' : `the list of ${dataDate}`;
  const reason = `${NOT_PUBLISHED}: ${which} was not there, asked for ${plural(asks, 'time')}, the last at ${isoTime(askedAt)}`;
  insertMissed(db, [{ ...row, ...slot }], reason);
  const snapshot = findSnapshot(db, row.watchId, slotAt);
  if (snapshot === undefined) return;
  attachRequests(db, row.watchId, slotAt, snapshot.id);
  const evaluation = { events: [], evaluated: [], setAside: [] };
  const now = clock.now();
  tellTrouble({ db, config, now }, { snapshot, watch, refused: null, evaluation });
}

/** Step 2, the transaction. */
function storePass(
  deps: PassDeps,
  watch: Watch,
  row: WatchRow,
  slot: Slot,
  fetched: FetchedList,
): PassOutcome {
  const { db, config, clock } = deps;
  const { slotAt } = slot;
  const now = clock.now();
  // Another process may have taken the slot meanwhile.
  const known = findSnapshot(db, row.watchId, slotAt);
  if (known !== undefined)
    return { kind: 'known', result: resultOf(watch, known, fetched.credits, []) };

  const pageSize = fullPageSize(
    fetched.pages,
    costOf(sourceOf(config, watch), watch.list).pageSize,
  );
  const list = buildList(fetched.pages, pageSize, watch);
  const judged = judgePages(db, { watch, row, ...slot, fetched, pageSize, list });
  const id = insertSnapshot(db, judged);
  insertRawPages(db, id, fetched.pages);
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

function tellTrouble(
  context: Parameters<typeof watchForTrouble>[0],
  pass: Parameters<typeof watchForTrouble>[1],
): void {
  const { id: snapshotId, watchId } = pass.snapshot;
  const { db, now } = context;
  for (const { key, message, channels } of watchForTrouble(context, pass))
    for (const to of channels) enqueue(db, { key, message, ...to, watchId, snapshotId, now });
}

/**
 * A list of a date that the series has complete already is not asked for again: nothing, at no
 * cost. It is judged `stale` (snapshot/judge.ts).
 */
const alreadyStored = (
  { db, clock }: PassDeps,
  { seriesId }: WatchRow,
  dataDate: string | null,
): FetchedList | null =>
  findOfDate(db, seriesId, dataDate) === null ? null : notAsked(clock.now(), []);

/** A list that nothing was asked for. */
const notAsked = (startedAt: Instant, missing: FetchedList['missing']): FetchedList => ({
  startedAt,
  pages: [],
  missing,
  credits: 0,
  requests: 0,
  refused: null,
});

/**
 * A watch that does not fit into what is left of the day's credits is skipped whole: half a list
 * tells little.
 */
function whyUnaffordable(
  { db, config, clock }: PassDeps,
  watch: Watch,
  row: WatchRow,
): FetchedList | null {
  const { name, dailyCredits } = sourceOf(config, watch);
  const cost = costOf(sourceOf(config, watch), watch.list);
  if (dailyCredits === null) return null;
  const now = clock.now();
  const known = findExtent(db, row.seriesId, now);
  // A server that clamps its pages needs more of them than the config says: so as many as last
  // time, if that was more.
  const pages = pagesFor(Math.min(watch.depth, known.total ?? watch.depth), cost.pageSize);
  const needed = creditsFor(Math.max(known.pages, pages), cost);
  const left = creditsLeft(db, name, dailyCredits, now);
  if (needed <= left) return null;
  const detail = `skipped: it needs ${needed} credits, and ${left} of daily_credits ${dailyCredits} are left today`;
  return notAsked(now, [{ page: 1, reason: 'daily_credits', detail }]);
}

function resultOf(
  watch: Watch,
  snapshot: SnapshotRow,
  credits: number,
  events: readonly AlertEvent[],
): PassResult {
  const count = (...kinds: AlertEvent['decision']['kind'][]) =>
    events.filter(({ decision }) => kinds.includes(decision.kind)).length;
  return {
    watch: watch.name,
    slot_at: isoTime(snapshot.slotAt),
    ...(snapshot.dataDate === null ? {} : { data_date: snapshot.dataDate }),
    snapshot_id: snapshot.id,
    status: snapshot.status,
    reason: snapshot.reason,
    rows: snapshot.rows,
    pages: snapshot.pages,
    credits,
    fired: count('fired', 'told'),
    resolved: count('resolved'),
  };
}
