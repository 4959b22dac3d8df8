// What the tables of `top` and `movers` are about: which snapshot, of which list, against what, and
// what is wrong with it.
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import type { Compare, ListQuery } from '../config/config.ts';
import { DAY_MS } from '../lib/clock.ts';
import { formatDuration, formatGap } from '../lib/duration.ts';
import { cleanText } from '../lib/text.ts';
import { isOptional, type Parameter } from '../list/list-kind.ts';
import { zonedTime } from '../lib/zoned-time.ts';
import type { Shown } from '../report/shown.ts';
import type { Comparison } from '../store/reading/leaderboard.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import { saidDateText, timeWithZone } from '../words/times.ts';
import { wrapText } from '../words/fit-text.ts';
import type { Fit } from './table.ts';

/** `US, 1-day window, top 500, category 601450, keyword "lamp"`. */
export function listText(query: ListQuery): string {
  const { parameters } = query.list;
  const write = (wanted: readonly Parameter[]) =>
    wanted.flatMap((parameter) => {
      const value = query.asked[parameter.key] ?? null;
      if (value === null) return [];
      return [parameter.write(typeof value === 'string' ? cleanText(value) : value)];
    });
  return [
    ...write(parameters.filter((parameter) => !isOptional(parameter))),
    `top ${query.depth}`,
    ...write(parameters.filter(isOptional)),
  ].join(', ');
}

/**
 * Which snapshot is shown, of which list, and against which baseline. If something newer is not
 * complete, it says that too.
 */
export function headingText(shown: Shown, timeZone: string, fit: Fit): string {
  const note = staleNote(shown, timeZone);
  const lines = [...comparisonLines(shown, timeZone), ...(note === null ? [] : [note])];
  return lines.map((line) => wrapText(line, fit.columns, '  ')).join('\n');
}

function comparisonLines({ query, comparison }: Shown, timeZone: string): string[] {
  if (comparison === null) return [];
  const { snapshot, list } = comparison;
  return [
    `${query.watch}${ofDateText(list, snapshot)} on ${timeWithZone(snapshot.slotAt, timeZone)} (${listText(list)})`,
    baselineLine(comparison, query.compare, timeZone),
    ...(snapshot.moved
      ? ['The list moved while it was read: neighbouring ranks may be off by a few.']
      : []),
  ];
}

/** ` (data of 2026-11-24)`, ` (week of 2026-11-16)`; nothing for a list of now. */
export function ofDateText(list: ListQuery, { dataDate }: Pick<SnapshotRow, 'dataDate'>): string {
  return dataDate === null ? '' : ` (${saidDateText(list, dataDate)})`;
}

/** `against Thu 2026-11-19 06:00, 1 day before; between them: 1 failed`; or why there is none. */
export function baselineLine(
  { snapshot, list, baseline, before, between }: Comparison,
  compare: Compare,
  timeZone: string,
): string {
  if (baseline !== null) {
    const gaps =
      compare.kind === 'previous' && between.length > 0
        ? `; between them: ${between.map(({ status, count }) => `${count} ${status}`).join(', ')}`
        : '';
    return `against ${zonedTime(baseline.slotAt, timeZone)}${ofDateText(list, baseline)}, ${daysText(snapshot, baseline)} before${gaps}`;
  }
  if (before === null) return 'No changes yet: it is the first complete snapshot of this list.';
  if (compare.kind === 'ago')
    return `No changes: there is no complete snapshot within ${formatDuration(snapshot.intervalMs / 2)} of ${compare.text} before.`;
  const [at, age] = [zonedTime(before.slotAt, timeZone), daysText(snapshot, before)];
  return `No changes: the complete snapshot before, ${at}, is ${age} older, more than ${MAX_GAP_INTERVALS} intervals.`;
}

const daysText = (later: SnapshotRow, earlier: SnapshotRow): string =>
  formatGap((later.slotAt - earlier.slotAt) / DAY_MS);

/**
 * Says that what it would be compared with is in a lake alone, or that something newer than what is
 * shown is not complete; null when nothing is.
 */
export function staleNote(shown: Shown, timeZone: string): string | null {
  const { newest, comparison, baselineLeft } = shown;
  if (baselineLeft !== null)
    return `The list before, ${zonedTime(baselineLeft.slotAt, timeZone)}, is in the lake alone, at ${baselineLeft.place}: tidemark help growing`;
  if (newest === null || newest.id === comparison?.snapshot.id) return null;
  return `The newest, ${zonedTime(newest.slotAt, timeZone)}, is ${statusText(newest)}. The last complete one is shown.`;
}

/** Why there is nothing to show. */
export function nothingText({ query: { watch, at }, newest }: Shown, timeZone: string): string {
  const when = at === undefined ? '' : ` up to ${timeWithZone(at, timeZone)}`;
  if (newest !== null) {
    const by = at === undefined ? ' yet' : when;
    return `${watch} has no complete snapshot${by}. The newest, ${timeWithZone(newest.slotAt, timeZone)}, is ${statusText(newest)}.`;
  }
  return at === undefined
    ? `${watch} has no snapshot yet. Take one now: tidemark snapshot ${watch}`
    : `${watch} has no snapshot${when}.`;
}

/** `suspect: 120 rows where 500 were before`. */
export const statusText = ({ status, reason }: Pick<SnapshotRow, 'status' | 'reason'>): string =>
  reason === null ? status : `${status}: ${cleanText(reason)}`;
