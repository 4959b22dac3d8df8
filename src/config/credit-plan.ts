// What the watches will cost, before it is spent. A pure function: it counts the slots of a real
// calendar month, so that zones, weekends and clock changes are in it.
import { DAY_MS, type Instant } from '../lib/clock.ts';
import { ASK_AGAIN_MS, closesAt } from '../schedule/overdue.ts';
import { slotsBetween } from '../schedule/slots.ts';
import { mainSource, sourceOf, type Config, type Watch } from './config.ts';
import { costOf, creditsFor, pagesFor } from './pass-cost.ts';

export type WatchPlan = {
  watch: string;
  /**
   * Requests of one pass, without retries: the depth in pages. A list that ends earlier needs
   * fewer.
   */
  pages: number;
  creditsPerRun: number;
  /** On its busiest UTC day of the month. */
  runsPerDay: number;
  creditsPerDay: number;
  runsPerMonth: number;
  creditsPerMonth: number;
  /**
   * What asking again costs on such a day at most, where every list of it is published too late: 0
   * for a list that is always there. In none of the sums.
   */
  creditsIfLate: number;
};

export type CreditPlan = {
  /**
   * The month that was counted, `2026-12`: the first that begins after the instant asked for, in
   * UTC.
   */
  month: string;
  watches: WatchPlan[];
  /** Of all watches on the busiest UTC day of the month, which need not be the busiest of each. */
  creditsPerDay: number;
  creditsPerMonth: number;
  /** The limit of the configuration; null when there is none, and where there are several sources. */
  dailyCredits: number | null;
  /** Each source on its own busiest day, with its own limit. */
  sources: { place: string; creditsPerDay: number; dailyCredits: number | null }[];
};

/**
 * What the schedules of a config will cost in the next calendar month (UTC), in requests and
 * credits.
 */
export function planCredits(config: Config, now: Instant): CreditPlan {
  const [start, end] = [monthStart(now, 1), monthStart(now, 2)];
  const creditsOfDay = new Map<number, number>();
  const ofSource = new Map(config.sources.map(({ name }) => [name, new Map<number, number>()]));

  const watches = config.watches.map((watch): WatchPlan => {
    const cost = costOf(sourceOf(config, watch), watch.list);
    const pages = pagesFor(watch.depth, cost.pageSize);
    const creditsPerRun = creditsFor(pages, cost);
    const slots = slotsBetween(watch.schedule, watch.timezone, start - 1, end - 1);
    const waits = watch.list.request?.empty === 'not_yet';
    const runsOfDay = new Map<number, number>();
    const asksOfDay = new Map<number, number>();
    for (const slot of slots) {
      const day = Math.floor(slot / DAY_MS);
      runsOfDay.set(day, (runsOfDay.get(day) ?? 0) + 1);
      if (waits) asksOfDay.set(day, (asksOfDay.get(day) ?? 0) + asksAgain(watch, slot));
      for (const days of [creditsOfDay, ofSource.get(watch.source)])
        days?.set(day, (days.get(day) ?? 0) + creditsPerRun);
    }
    const runsPerDay = Math.max(0, ...runsOfDay.values());
    return {
      watch: watch.name,
      pages,
      creditsPerRun,
      runsPerDay,
      creditsPerDay: runsPerDay * creditsPerRun,
      runsPerMonth: slots.length,
      creditsPerMonth: slots.length * creditsPerRun,
      creditsIfLate: creditsFor(Math.max(0, ...asksOfDay.values()), cost),
    };
  });

  return {
    month: new Date(start).toISOString().slice(0, 7),
    watches,
    creditsPerDay: Math.max(0, ...creditsOfDay.values()),
    creditsPerMonth: watches.reduce((sum, { creditsPerMonth }) => sum + creditsPerMonth, 0),
    dailyCredits: config.sources.length === 1 ? mainSource(config).dailyCredits : null,
    sources: config.sources.map(({ name, place, dailyCredits }) => ({
      place,
      creditsPerDay: Math.max(0, ...(ofSource.get(name)?.values() ?? [])),
      dailyCredits,
    })),
  };
}

/** How often the list of a slot is asked for again at most: each time for its first page. */
const asksAgain = ({ schedule, timezone }: Watch, slotAt: Instant): number =>
  Math.floor((closesAt(schedule, timezone, slotAt) - slotAt) / ASK_AGAIN_MS);

/** The first instant of the UTC month so many months after the one an instant is in. */
function monthStart(at: Instant, monthsLater: number): Instant {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1);
}

/** A warning of each source whose busiest day needs more than its `daily_credits`. */
export const creditWarnings = ({ sources, month }: CreditPlan): { path: string; text: string }[] =>
  sources.flatMap(({ place, ...plan }) => {
    const text = creditWarning({ ...plan, month });
    return text === null ? [] : [{ path: `${place}.daily_credits`, text }];
  });

function creditWarning({
  creditsPerDay,
  dailyCredits,
  month,
}: {
  creditsPerDay: number;
  dailyCredits: number | null;
  month: string;
}): string | null {
  if (dailyCredits === null || creditsPerDay <= dailyCredits) return null;
  return `the busiest day of ${month} needs ${creditsPerDay} credits and daily_credits is ${dailyCredits}: watches that do not fit will be skipped`;
}
