// Passes that ask the source for nothing: the list is stored already, or costs too much.
import { sourceOf, type Watch } from '../config/config.ts';
import { costOf, creditsFor, pagesFor } from '../config/pass-cost.ts';
import type { Instant } from '../lib/clock.ts';
import type { FetchedList } from '../model.ts';
import { creditsLeft } from '../store/ledger.ts';
import type { WatchRow } from '../store/series/series.ts';
import { findExtent, findOfDate } from '../store/snapshots/snapshots.ts';
import type { PassContext } from './slot.ts';

/**
 * A list of a date that the series has complete already is not asked for again: nothing, at no
 * cost. It is judged `stale` (snapshot/judge.ts).
 */
export const alreadyStored = (
  { db, clock }: PassContext,
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
export function whyUnaffordable(
  { db, config, clock }: PassContext,
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
