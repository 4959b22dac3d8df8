// A slot whose list is not published yet: it stays open for a while, and is then missed.
import { NOT_PUBLISHED } from '../alert/trouble.ts';
import type { Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { plural } from '../lib/text.ts';
import type { FailureReason, FetchedList, MissingPage } from '../model.ts';
import { ASK_AGAIN_MS, closesAt } from '../schedule/overdue.ts';
import { attachRequests } from '../store/ledger.ts';
import { findOpenSlot, insertMissed, noteOpenSlot } from '../store/series/slots.ts';
import type { WatchRow } from '../store/series/series.ts';
import { findSnapshot } from '../store/snapshots/snapshots.ts';
import type { PassContext, Slot } from './slot.ts';
import { tellTrouble } from './tell-trouble.ts';
import { resultOf, type PassOutcome } from './outcome.ts';

/** Failures that asking again in half an hour does not mend: somebody has to change something. */
const LASTING: readonly FailureReason[] = [
  'unauthorised',
  'forbidden',
  'bad_request',
  'not_found',
  'redirect',
];

/**
 * Why the list of an open slot did not come this time, where it is asked for again all the same: a
 * time-out, an outage, credits that are used up. Null where the slot is not an open one, where its
 * time is over, where any page came, and where no later try can mend it: then the pass goes on, and
 * stores a snapshot that failed.
 */
export function passingFailure(
  { db, clock }: PassContext,
  { schedule, timezone }: Watch,
  { watchId, seriesId }: WatchRow,
  { slotAt, origin }: Slot,
  { pages, missing }: FetchedList,
): MissingPage | null {
  const [failure] = missing;
  if (origin === 'manual' || pages.length > 0 || failure === undefined) return null;
  if (missing.some(({ reason }) => LASTING.includes(reason))) return null;
  const open = findOpenSlot(db, watchId);
  if (open?.slotAt !== slotAt || open.seriesId !== seriesId) return null;
  return clock.now() < closesAt(schedule, timezone, slotAt) ? failure : null;
}

/**
 * Instead of step 2, where the list is not published, or its slot open and `failure` passes. Run
 * inside a transaction.
 */
export function leaveOpen(
  deps: PassContext,
  watch: Watch,
  row: WatchRow,
  slot: Slot,
  { credits, requests, refused }: FetchedList,
  failure: MissingPage | null = null,
): PassOutcome {
  const { db, clock } = deps;
  const { slotAt, dataDate, origin } = slot;
  const known = findSnapshot(db, row.watchId, slotAt);
  if (known !== undefined) return { kind: 'known', result: resultOf(watch, known, credits, []) };
  const left = {
    kind: 'unpublished' as const,
    ...{ watch: watch.name, slotAt, dataDate, credits },
    ...{ againAt: null, isGivenUp: false, failure: failure?.detail ?? null, refused },
  };
  if (origin === 'manual') return left;
  const now = clock.now();
  const until = closesAt(watch.schedule, watch.timezone, slotAt);
  const asks = noteOpenSlot(db, row, { slotAt, dataDate, askedAt: now }, requests > 0);
  if (now < until) return { ...left, againAt: Math.min(now + ASK_AGAIN_MS, until) };
  giveUpOpen(deps, watch, row, { ...slot, askedAt: now, asks });
  return { ...left, isGivenUp: true };
}

/**
 * The list of an open slot was never published: the slot is `missed`, and where that lasts, it is
 * told. Run inside a transaction.
 */
export function giveUpOpen(
  { db, config, clock }: PassContext,
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
