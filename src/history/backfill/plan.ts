// What of the dates that were asked for is to be fetched, for which slots, and at what price.
import { sourceOf, type Config, type Watch } from '../../config/config.ts';
import { costOf, creditsFor, pagesFor } from '../../config/pass-cost.ts';
import { DAY_MS, SECOND_MS, type Instant } from '../../lib/clock.ts';
import { dataDateAt, dueAt } from '../../list/dated.ts';
import { nextSlot, slotsBetween } from '../../schedule/slots.ts';
import type { Db } from '../../store/file/open.ts';
import { creditsLeft } from '../../store/ledger.ts';
import { listStoredDates } from '../../store/snapshots/dates.ts';
import { findThinnedUntil } from '../../store/series/series.ts';

/** A list to fetch, and the slot it is stored for. */
export type Wanted = { date: string; slotAt: Instant };

export type BackfillPlan = {
  wanted: readonly Wanted[];
  /** How many are stored already. */
  known: number;
  /** How many lie where `retention` has thinned the history: they would be deleted again. */
  thinned: number;
  /** What one list costs at most; a shorter one costs less. */
  pages: number;
  creditsEach: number;
};

/** Plans a backfill of these dates; a series that is not recorded yet has nothing stored. */
export function planBackfill(
  db: Db,
  config: Pick<Config, 'sources'>,
  watch: Watch,
  seriesId: number | null,
  dates: readonly string[],
): BackfillPlan {
  const stored = seriesId === null ? new Set<string>() : listStoredDates(db, seriesId);
  const thinnedUntil = (seriesId === null ? null : findThinnedUntil(db, seriesId)) ?? -Infinity;
  const missing = dates
    .filter((date) => !stored.has(date))
    .map((date) => ({ date, slotAt: slotOf(watch, date) }));
  const wanted = missing.filter(({ slotAt }) => slotAt >= thinnedUntil);
  const cost = costOf(sourceOf(config, watch), watch.list);
  const most = watch.list.request?.pages.most ?? Infinity;
  const pages = Math.min(pagesFor(watch.depth, cost.pageSize), most);
  return {
    wanted,
    known: dates.length - missing.length,
    thinned: missing.length - wanted.length,
    pages,
    creditsEach: creditsFor(pages, cost),
  };
}

/**
 * The slot of a date: the first one of the schedule that asks for it; where none does, as on a day
 * that the schedule leaves out, the moment it was due.
 */
export function slotOf(watch: Watch, date: string): Instant {
  const { list, asked, schedule, timezone } = watch;
  if (list.dated === null) throw new Error('a list of now has no dates');
  const due = dueAt(list.dated, asked, date);
  const slot = nextSlot(schedule, timezone, due - SECOND_MS);
  return slot !== null && dataDateAt(watch, slot) === date ? slot : due;
}

/**
 * The credits of today that a backfill may spend: those that are left, without what the slots of the
 * rest of the day need; null without a daily limit.
 */
export function creditsToSpend(
  db: Db,
  config: Pick<Config, 'sources' | 'watches'>,
  watch: Watch,
  now: Instant,
): { left: number; kept: number } | null {
  const source = sourceOf(config, watch);
  if (source.dailyCredits === null) return null;
  const midnight = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const kept = config.watches
    .filter((other) => other.source === source.name)
    .reduce((sum, { list, depth, schedule, timezone }) => {
      const cost = costOf(source, list);
      const slots = slotsBetween(schedule, timezone, now, midnight - 1).length;
      return sum + slots * creditsFor(pagesFor(depth, cost.pageSize), cost);
    }, 0);
  const left = creditsLeft(db, source.name, source.dailyCredits, now);
  return { left: Math.max(0, left - kept), kept: Math.min(kept, left) };
}
