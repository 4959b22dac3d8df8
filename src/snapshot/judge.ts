// Stage 2 of 5. A pure function: what a served list is worth. A failed page is never data. A
// doubtful list is kept but evaluates no rule, since a false alert costs more than a late one. Each
// gate has a file of its own.
import { isoTime } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Instant } from '../lib/clock.ts';
import type { Asked as Said, ListKind } from '../list/list-kind.ts';
import type { FetchedList, SnapshotStatus } from '../model.ts';
import type { ServedList } from './build.ts';
import { pairsOf, type EarlierList, type Pair } from './earlier.ts';
import { newlyUnknown } from './gate-content.ts';
import { whyPagesDisagree } from './gate-pages.ts';
import { gaugeOf, type Gauge } from './gauge.ts';
import { agreesWithDoubted } from './new-normal.ts';
import {
  expectedRows,
  lengthOf,
  SHORTFALLS_BEFORE,
  shortfallOf,
  whyEmpty,
  whyPartial,
} from './shortfall.ts';
import { expectedSpread, SPREADS_NEEDED, type Spread } from './spread.ts';
import { measureOver, whyUnlike } from './unlike.ts';

export type Verdict = {
  status: Exclude<SnapshotStatus, 'missed'>;
  /** Why it is not complete; null when it is. */
  reason: string | null;
  /** What else is worth saying of it, also when it is complete; null when nothing is. */
  note: string | null;
  moved: boolean;
  /**
   * What it falls short of (see `shortfallOf`); stored, so that the third time in a row can be
   * recognised.
   */
  shortfall: string | null;
  /** How far its products lie from those of the list it was judged by; null when there was none. */
  spread: Spread | null;
};

/** A list of another region, identical to this one as far as both go. */
export type SameList = {
  watch: string;
  region: string;
  /**
   * Its spread in its own series, over what is usual there: 1 is an ordinary day. Null when that
   * cannot be told.
   */
  fit: number | null;
};

/** What is known of the series so far. */
export type Precedent = {
  /** The complete snapshot of the very date that was asked for. */
  ofDate?: { slotAt: Instant; dataDate: string } | null;
  /** The newest snapshot of the series, of the last 30 days, with exactly these rows. */
  served: {
    slotAt: Instant;
    /** Of a dated list. */
    dataDate?: string | null;
    ageMs: number;
    isLatest: boolean;
  } | null;
  /** The last complete snapshot before this slot, whatever its age. */
  last: EarlierList | null;
  /**
   * Spreads between the latest complete snapshots before it; empty when there is at most one of
   * these.
   */
  usual: readonly Spread[];
  /** The shortfalls of the latest counted lists, newest first. */
  shortfalls: readonly (string | null)[];
  /**
   * Another watch of another region whose recent list is identical: the source may have ignored the
   * region.
   */
  sameListOf: SameList | null;
  /**
   * The doubtful lists in a row just before this one, newest first. Asked for only when this one is
   * unlike `last`.
   */
  doubted: () => readonly EarlierList[];
};

/** What was asked for, as far as the judgement needs it. */
export type Asked = {
  kind: ListKind;
  /** Its parameters. */
  said: Said;
  depth: number;
  pageSize: number;
  /** Window of the metrics: `time_scope` days. */
  windowMs: number;
};

/** Judges a list: see design.md, "Snapshot status". Every status but `complete` says why. */
export function judge(
  fetched: FetchedList,
  list: ServedList,
  asked: Asked,
  precedent: Precedent,
): Verdict {
  const moved = list.duplicates > 0 || list.totals.length > 1;
  const plain = { note: null, moved, shortfall: null, spread: null };
  const { ofDate = null } = precedent;
  if (ofDate !== null) return { ...plain, status: 'stale', reason: whyKnown(ofDate) };
  if (list.rows.length === 0)
    return { ...plain, status: 'failed', reason: whyEmpty(fetched, list) };
  const { served } = precedent;
  if (served !== null && (served.isLatest || hasMetrics(list)))
    return { ...plain, status: 'stale', reason: whyStale(served) };

  const { last } = precedent;
  const gauge = gaugeOf(asked.kind, asked.said);
  const pairs = last === null ? [] : pairsOf(list.rows, last, gauge);
  const spread = last === null ? null : measureOver(pairs, last.ageMs, gauge);
  const doubt = whySuspect(fetched, list, { ...asked, gauge }, precedent, pairs, spread);
  if (doubt !== null && 'reason' in doubt)
    return { ...plain, spread, status: 'suspect', reason: doubt.reason };

  const expected = expectedRows(fetched, list.places, asked.depth);
  const shortfall = shortfallOf(fetched, list, expected);
  const counted = { moved, shortfall, spread };
  const notes = [
    ...(doubt === null ? [] : [doubt.note]),
    ...whatElse(list, precedent, spread, gauge),
  ];
  const isUsual =
    shortfall !== null &&
    precedent.shortfalls.length >= SHORTFALLS_BEFORE &&
    precedent.shortfalls.every((earlier) => earlier === shortfall);
  if (shortfall !== null && isUsual)
    notes.unshift(
      `${whyPartial(fetched, list, expected)}: the same three times in a row, and so taken as this list's normal`,
    );
  const note = notes.length === 0 ? null : notes.join('; ');
  const isPartial = fetched.missing.length > 0 || list.rows.length < expected;
  if (isPartial && !isUsual)
    return { ...counted, note, status: 'partial', reason: whyPartial(fetched, list, expected) };
  return { ...counted, note, status: 'complete', reason: null };
}

/** Ranks alone may come back to what they were a week ago. With all their figures they do not. */
const hasMetrics = ({ rows }: ServedList): boolean =>
  rows.some(({ metrics }) => Object.values(metrics).some((value) => value !== null));

const whyKnown = ({ slotAt, dataDate }: NonNullable<Precedent['ofDate']>): string =>
  `the list of ${dataDate} is stored already, with the slot ${isoTime(slotAt)}`;

function whyStale({ slotAt, dataDate, ageMs, isLatest }: NonNullable<Precedent['served']>): string {
  if (typeof dataDate === 'string')
    return `every row is identical to the list of ${dataDate}: that one was served again`;
  return isLatest
    ? 'every row is identical to the snapshot before: the source did not refresh'
    : `every row is identical to the snapshot of ${isoTime(slotAt)}, ${formatDuration(ageMs)} before: an older list was served again`;
}

/** Why it is doubted, or why it is believed all the same; null when nothing speaks against it. */
function whySuspect(
  fetched: FetchedList,
  list: ServedList,
  { pageSize, windowMs, gauge }: Asked & { gauge: Gauge },
  precedent: Precedent,
  pairs: readonly Pair[],
  spread: Spread | null,
): { reason: string } | { note: string } | null {
  const [first, ...others] = fetched.doubts ?? [];
  if (first !== undefined)
    return { reason: others.length === 0 ? first : `${first}; and ${others.join('; ')}` };
  const disagree = whyPagesDisagree(list, pageSize, gauge);
  if (disagree !== null) return { reason: disagree };

  const { last, usual, sameListOf } = precedent;
  const length = lengthOf(fetched, list.places);
  const isWhole = fetched.missing.length === 0;
  const yardstick = { gauge, pageSize, windowMs, usual, length, isWhole };
  const unlike =
    last === null || spread === null ? null : whyUnlike(list, last, pairs, spread, yardstick);
  if (sameListOf !== null) {
    const isOurs = unlike === null && fitsBetter(fitOf(spread, usual, windowMs), sameListOf.fit);
    const same = `identical to the list of ${sameListOf.watch} (${sameListOf.region})`;
    return isOurs
      ? { note: `${same}, and fits its own past better: that one may be wrong` }
      : { reason: `${same}: the source may have ignored the region` };
  }
  if (last === null || unlike === null) return null;
  if (!agreesWithDoubted(list, precedent.doubted(), last, yardstick)) return { reason: unlike };
  return {
    note: `believed as the new normal, as the third list in a row that agrees with those before it: ${unlike}`,
  };
}

/** A spread over what is usual; null when either is not known. */
export function fitOf(
  spread: Spread | null,
  usual: readonly Spread[],
  windowMs: number,
): number | null {
  if (spread === null || spread.spread === null) return null;
  const expected = expectedSpread(spread, usual, windowMs);
  return expected === null || expected === 0 ? null : spread.spread / expected;
}

/**
 * Of two watches that are served one list: the one without a past to fit cannot claim it; otherwise
 * it belongs to the one whose past it fits better.
 */
const fitsBetter = (ours: number | null, theirs: number | null): boolean =>
  ours !== null && (theirs === null || ours < theirs);

/** What else a reader should know of a list that counts. */
function whatElse(
  list: ServedList,
  { last, usual }: Precedent,
  spread: Spread | null,
  gauge: Gauge,
): string[] {
  const notes: string[] = [];
  if (last === null)
    notes.push('the first list of its series: there was nothing yet to judge it by');
  else if (usual.length < SPREADS_NEEDED && spread !== null && spread.spread !== null)
    notes.push(
      'whether it is of the right region could not be judged: what is usual in this series is not known yet',
    );
  const unknown = newlyUnknown(list, last, gauge);
  if (unknown.length > 0)
    notes.push(`${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} unknown in every row`);
  return notes;
}
