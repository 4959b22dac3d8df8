// One watch in a period: the list at its end, and the list it is compared with.
import type { Compare } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import type { ListKind } from '../list/list-kind.ts';
import type { DigestMissing } from '../message/digest.ts';
import {
  findBaselineLeft,
  findBaselineSlot,
  findFirstCompleteSlot,
  findLastCompleteSlot,
  listChangeFacts,
  listSeriesSlots,
  type ChangeFact,
  type PeriodSnapshot,
  type SeriesSlot,
} from '../store/digests/digest-facts.ts';
import type { Db } from '../store/file/open.ts';
import { getQuery } from '../store/series/series.ts';

/**
 * The newest complete snapshot of a period, with its change rows: by rank, those that left last.
 */
export type ComparedList = {
  watch: string;
  /** The list of the watch. */
  listKind: ListKind;
  snapshot: PeriodSnapshot;
  baseline: { id: number; slotAt: Instant } | null;
  /** Slot of what it should be compared with, where that is in a lake alone; then without baseline. */
  baselineLeft: Instant | null;
  rows: readonly ListedChange[];
  /** The slots that pictures of ranks show, oldest first. */
  slots: readonly SeriesSlot[];
};

/** A change row that knows its list. */
export type ListedChange = ChangeFact & { list: ComparedList };

/** If the period is shorter, pictures still show this many slots. */
const MIN_SLOTS = 7;
/**
 * With more slots than this, some are left out: 31 days at one a day, which a picture of 100 px can
 * still show.
 */
const MAX_SLOTS = 31;

/**
 * The list of a watch at the end of a period, or why there is none. Only a complete snapshot shows
 * who left.
 */
export function compareList(
  db: Db,
  watch: string,
  watchId: number,
  snapshots: readonly PeriodSnapshot[],
  compare: Compare,
  until: Instant,
): ComparedList | DigestMissing {
  const snapshot = snapshots.findLast(({ status }) => status === 'complete');
  if (snapshot === undefined) {
    const last = findLastCompleteSlot(db, watchId, until);
    return last === undefined && snapshots.length === 0
      ? { kind: 'not_started', at: null }
      : { kind: 'no_complete', at: last === undefined ? null : isoTime(last) };
  }
  if (snapshot.inLake === 1) return { kind: 'in_lake', at: isoTime(snapshot.slotAt) };
  const found = findBaselineSlot(db, snapshot.id, compare) ?? null;
  const left = findBaselineLeft(db, snapshot.id, compare) ?? null;
  // What it should be compared with is in a lake alone: another one in its place is no answer.
  const baselineLeft =
    left !== null && isNearer(left, found?.slotAt ?? null, snapshot.slotAt, compare) ? left : null;
  const baseline = baselineLeft === null ? found : null;
  const { list: listKind } = getQuery(db, snapshot.seriesId);
  const list: ComparedList & { rows: ListedChange[] } = {
    watch,
    listKind,
    snapshot,
    baseline,
    baselineLeft,
    rows: [],
    slots: slotsShown(db, snapshot, baseline?.slotAt ?? snapshot.slotAt),
  };
  for (const row of listChangeFacts(db, snapshot.id, baseline?.id ?? null, listKind))
    list.rows.push({ ...row, list });
  return list;
}

/** Whether of two baselines, of which the second may be lacking, the first serves. */
function isNearer(
  slotAt: Instant,
  other: Instant | null,
  snapshotAt: Instant,
  compare: Compare,
): boolean {
  if (other === null) return true;
  if (compare.kind === 'previous') return slotAt > other;
  const [distance, others] = [slotAt, other].map((at) => Math.abs(at - snapshotAt + compare.ms));
  return distance === others ? slotAt < other : (distance ?? 0) < (others ?? 0);
}

/**
 * Why a list has no baseline. `at` is its first complete list when it is too young for one; null
 * when the list of that time is missing.
 */
export function whyNoBaseline(
  db: Db,
  { snapshot, baselineLeft }: ComparedList,
  compare: Compare,
): DigestMissing {
  if (baselineLeft !== null) return { kind: 'in_lake', at: isoTime(baselineLeft) };
  const first = findFirstCompleteSlot(db, snapshot.seriesId) ?? snapshot.slotAt;
  const isYoung =
    compare.kind === 'previous' ? first >= snapshot.slotAt : first > snapshot.slotAt - compare.ms;
  return { kind: 'no_baseline', at: isYoung ? isoTime(first) : null };
}

/** The slots from the baseline to the snapshot; more before them if those are few. */
function slotsShown(db: Db, { seriesId, slotAt }: PeriodSnapshot, fromAt: Instant): SeriesSlot[] {
  const slots = listSeriesSlots(db, seriesId, fromAt, slotAt, MIN_SLOTS);
  if (slots.length <= MAX_SLOTS) return slots;
  const step = (slots.length - 1) / (MAX_SLOTS - 1);
  return Array.from(
    { length: MAX_SLOTS },
    (_, index) => slots[Math.round(index * step)] as SeriesSlot,
  );
}
