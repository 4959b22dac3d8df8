// Whether lists come in, as one watch sees it: apart from product alerts, and one message per watch
// with its recovery, never one per product or per snapshot. The decision is pure; what was told is
// in `troubles`. What is wrong with the whole source is told once for all its watches
// (watch-for-trouble.ts).
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import type { Watch } from '../config/config.ts';
import { DAY_MS, isoTime, type Instant } from '../lib/clock.ts';
import { plural } from '../lib/text.ts';
import type { SnapshotOrigin, SnapshotStatus } from '../model.ts';
import { nextSlot } from '../schedule/slots.ts';
import type { OpenTrouble, RecentSnapshot } from '../store/alerts/troubles.ts';

export type TroubleKind = OpenTrouble['kind'];

/** How many failed slots in a row are told. One alone may be a passing fault; `status` shows it. */
export const FAILED_IN_A_ROW = 2;
/**
 * How many intervals without a refresh make a source look frozen: a daily refresh may come late.
 */
export const STALE_INTERVALS = 3;
/** How far back the distances between refreshes are looked at. */
export const RHYTHM_MS = 30 * DAY_MS;
/** With fewer distances between refreshes than this, nothing can be said of their rhythm. */
const RHYTHM_DISTANCES = 3;

/** How the reason begins of a slot whose list was never published. */
export const NOT_PUBLISHED = 'not published';

export type TroubleDecision =
  | { kind: 'open'; trouble: Omit<OpenTrouble, 'id' | 'watchId'> }
  | { kind: 'close'; trouble: OpenTrouble }
  | null;

export type WatchFacts = {
  /**
   * What came of the scheduled slots, one each, newest first; missed ones count, imports do not.
   */
  recent: readonly RecentSnapshot[];
  open: OpenTrouble | null;
  /** When the last trouble of the watch or of its source ended: failures before that are over. */
  recoveredAt: Instant;
  /** Slots of the first snapshot of the series, and of its last complete one. */
  firstAt: Instant | null;
  lastCompleteAt: Instant | null;
  /** Slots at which the series had a new list, newest first, as far as its rhythm is looked for. */
  refreshes: readonly Instant[];
  intervalMs: number;
};

const BEST_FIRST: readonly SnapshotStatus[] = [
  'complete',
  'partial',
  'suspect',
  'stale',
  'failed',
  'missed',
];

/**
 * One snapshot for each scheduled slot, the best of several: three attempts by hand that fail
 * within minutes count as one failure.
 */
export function bySlot(
  recent: readonly (RecentSnapshot & { origin: SnapshotOrigin })[],
  { schedule, timezone }: Pick<Watch, 'schedule' | 'timezone'>,
): RecentSnapshot[] {
  const slots: RecentSnapshot[] = [];
  recent.forEach((snapshot, index) => {
    const newer = recent[index - 1];
    const best = slots.at(-1);
    const isSameSlot =
      newer?.origin === 'manual' &&
      (nextSlot(schedule, timezone, snapshot.slotAt) ?? Infinity) > newer.slotAt;
    if (best === undefined || !isSameSlot) slots.push(snapshot);
    else if (BEST_FIRST.indexOf(snapshot.status) < BEST_FIRST.indexOf(best.status))
      slots[slots.length - 1] = snapshot;
  });
  return slots;
}

/**
 * How long a list may stay the same before its source counts as frozen. A list that is made once a
 * day, looked at every hour, is the same 23 times in a row. So the limit is twice the second
 * longest distance between refreshes (the longest may be an earlier trouble), at least three
 * intervals, and three days while there are too few refreshes to tell.
 */
export function frozenAfterMs(refreshes: readonly Instant[], intervalMs: number): number {
  return Math.max(STALE_INTERVALS * intervalMs, 2 * (usualDistance(refreshes) ?? 1.5 * DAY_MS));
}

/** The second longest distance between refreshes; null when there are too few to tell. */
function usualDistance(refreshes: readonly Instant[]): number | null {
  const distances = refreshes
    .slice(1)
    .map((at, index) => (refreshes[index] ?? at) - at)
    .sort((a, b) => b - a);
  return distances.length >= RHYTHM_DISTANCES ? (distances[1] ?? null) : null;
}

/**
 * What changes with the newest slot of a watch. Only a complete snapshot is a recovery. While one
 * trouble is open no other is opened: who was told that the source fails does not need to hear that
 * it now fails otherwise.
 */
export function decideTrouble(watch: string, facts: WatchFacts): TroubleDecision {
  const { open, recoveredAt, lastCompleteAt, firstAt, intervalMs } = facts;
  const [newest] = facts.recent;
  const recent = facts.recent.filter(({ slotAt }, index) => index === 0 || slotAt > recoveredAt);
  if (newest === undefined) return null;
  if (newest.status === 'complete') return open === null ? null : { kind: 'close', trouble: open };
  if (open !== null) return null;
  const begun = (kind: TroubleKind, sinceSlotAt: Instant, text: string): TroubleDecision => ({
    kind: 'open',
    trouble: { kind, sinceSlotAt, text },
  });
  const last = newest.reason ?? newest.status;

  const failed = inARow(recent, 'failed');
  if (failed.length >= FAILED_IN_A_ROW)
    return begun(
      'failing',
      failed.at(-1)?.slotAt ?? newest.slotAt,
      `The last ${plural(failed.length, 'snapshot')} of ${watch} failed. The latest: ${last}. To try the source: tidemark check --connect`,
    );
  const frozenAt = frozenSince({ ...facts, recent }, newest);
  if (frozenAt !== null)
    return begun(
      'frozen',
      frozenAt,
      `The list of ${watch} has not changed in any row since ${isoTime(frozenAt)}, which is longer than usual: the source answers, but does not refresh. No rule is evaluated meanwhile.`,
    );
  // A list that is the same as before says nothing new, but it did come in.
  if (newest.status === 'stale') return null;
  const since = Math.max(lastCompleteAt ?? firstAt ?? newest.slotAt, recoveredAt);
  const mayLast = Math.max(
    MAX_GAP_INTERVALS * intervalMs,
    2 * (usualDistance(facts.refreshes) ?? 0),
  );
  if (newest.slotAt - since > mayLast) {
    const what =
      lastCompleteAt === null
        ? `${watch} has had no complete snapshot yet`
        : `${watch} has had no complete snapshot since ${isoTime(lastCompleteAt)}`;
    if (newest.reason?.startsWith(NOT_PUBLISHED) === true)
      return begun(
        'incomplete',
        since,
        `${what}: its source has not published one since. The latest is ${newest.status}: ${last}. No other date is taken instead, and rules wait for the next list.`,
      );
    return begun(
      'incomplete',
      since,
      `${what}, so that changes have nothing to be measured against. The latest is ${newest.status}: ${last}.`,
    );
  }
  return null;
}

/**
 * Since when a list has not changed, once that has lasted too long: the slot of the first look that
 * brought nothing new; null otherwise.
 */
function frozenSince(
  { recent, refreshes, intervalMs }: WatchFacts,
  newest: RecentSnapshot,
): Instant | null {
  if (newest.status !== 'stale') return null;
  const refreshedAt = refreshes[0] ?? newest.slotAt - RHYTHM_MS;
  if (newest.slotAt - refreshedAt < frozenAfterMs(refreshes, intervalMs)) return null;
  const stale = recent.filter(({ status, slotAt }) => status === 'stale' && slotAt > refreshedAt);
  return stale.at(-1)?.slotAt ?? newest.slotAt;
}

function inARow(recent: readonly RecentSnapshot[], status: SnapshotStatus): RecentSnapshot[] {
  const end = recent.findIndex((snapshot) => snapshot.status !== status);
  return recent.slice(0, end === -1 ? recent.length : end);
}
