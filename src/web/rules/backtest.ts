// Replays a rule over the whole history, beside the rule as it is configured. It runs in the
// process of backtest-process.ts.
import { differenceOf } from '../../backtest/difference.ts';
import { figuresOf, isTold, noisiest, type Counted } from '../../backtest/figures.ts';
import { openReplay, runReplay, type Replay } from '../../backtest/replay.ts';
import { countedOf, coverageOf, dayIn } from '../../backtest/report.ts';
import type { Config, Rule } from '../../config/config.ts';
import { DAY_MS, isoTime, type Instant } from '../../lib/clock.ts';
import { nameProduct } from '../../store/alerts/episodes.ts';

export type Tally = {
  fired: number;
  resolved: number;
  firing: number;
  adopted: number;
  cooldown: number;
  flaps: number;
  products: number;
};

/** An alert that one side has and the other has not. */
export type OneSided = { slot_at: string; watch: string; product_id: string; product: string };

export type RuleBacktest = {
  /** Snapshots that were read, and of these those that say something about rules. */
  snapshots: number;
  evaluated: number;
  from: string | null;
  to: string | null;
  configured: Tally;
  edited: Tally;
  /** By the Monday of a week; also weeks without an alert. */
  weeks: readonly { week: string; configured: number; edited: number }[];
  /** Those that the edited rule fires for most. */
  products: readonly { product: string; watch: string; fired: number }[];
  both: number;
  only_edited: readonly OneSided[];
  only_configured: readonly OneSided[];
  /** How many there are, of which at most so many are listed. */
  only_edited_count: number;
  only_configured_count: number;
  /** Why the edited rule could not be evaluated somewhere; null when it could. */
  set_aside: string | null;
};

const LISTED = 50;

/** Runs both. The history is only read. */
export async function backtestRule(
  config: Config,
  configured: Rule,
  edited: Rule,
  now: Instant,
): Promise<RuleBacktest> {
  const replays: Replay[] = [];
  try {
    for (const rule of [configured, edited]) {
      const one = { ...config, rules: [rule] };
      const replay = openReplay(config.database, one, { watch: undefined, rule: rule.name }, now);
      replays.push(replay);
      await runReplay(replay, () => {}, new AbortController().signal);
    }
    const [before, after] = replays;
    if (before === undefined || after === undefined) throw new Error('both replays were opened');
    return report(before, after, config.timezone);
  } finally {
    for (const { db } of replays) db.close();
  }
}

function report(before: Replay, after: Replay, timeZone: string): RuleBacktest {
  const [old, fresh] = [countedOf(before, -Infinity), countedOf(after, -Infinity)];
  const coverage = coverageOf(after, -Infinity);
  const sides = [before, after].map((replay, index) => ({
    counted: index === 0 ? old : fresh,
    ruleNames: new Map(replay.rules.map(({ id, rule }) => [id, rule.name])),
  }));
  const [there, here] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const difference = differenceOf(here, there);
  const [aside] = [...after.setAside.values()];
  return {
    snapshots: coverage.snapshots,
    evaluated: coverage.evaluated,
    from: coverage.firstAt === null ? null : isoTime(coverage.firstAt),
    to: coverage.lastAt === null ? null : isoTime(coverage.lastAt),
    configured: tally(old, timeZone),
    edited: tally(fresh, timeZone),
    weeks: weeksOf(coverage.firstAt, coverage.lastAt, old, fresh),
    products: noisiest(fresh, 10).map(({ productId, watchId, fired }) => ({
      product: nameProduct(after.db, productId).name,
      watch: watchOf(after, watchId),
      fired,
    })),
    both: difference.rules.reduce((sum, { both }) => sum + both, 0),
    only_edited: listed(after, difference.onlyHere),
    only_configured: listed(before, difference.onlyThere),
    only_edited_count: difference.onlyHere.length,
    only_configured_count: difference.onlyThere.length,
    set_aside: aside?.reason ?? null,
  };
}

function tally(counted: readonly Counted[], timeZone: string): Tally {
  const { fired, resolved, firing, adopted, cooldown, flaps, products } = figuresOf(
    counted,
    [],
    dayIn(timeZone),
  );
  return { fired, resolved, firing, adopted, cooldown, flaps, products };
}

const watchOf = ({ lists }: Replay, watchId: number): string =>
  lists.find((list) => list.watchId === watchId)?.watch ?? '';

const listed = (replay: Replay, counted: readonly Counted[]): OneSided[] =>
  [...counted]
    .sort((a, b) => b.slotAt - a.slotAt || a.id - b.id)
    .slice(0, LISTED)
    .map(({ slotAt, productId, watchId }) => {
      const { upstreamId, name } = nameProduct(replay.db, productId);
      return {
        slot_at: isoTime(slotAt),
        watch: watchOf(replay, watchId),
        product_id: upstreamId,
        product: name,
      };
    });

/** The Monday 00:00 UTC of an instant's week. 5 January 1970 was one. */
const mondayOf = (at: Instant): Instant => {
  const monday = 4 * DAY_MS;
  return Math.floor((at - monday) / (7 * DAY_MS)) * 7 * DAY_MS + monday;
};

function weeksOf(
  firstAt: Instant | null,
  lastAt: Instant | null,
  old: readonly Counted[],
  fresh: readonly Counted[],
): RuleBacktest['weeks'] {
  if (firstAt === null || lastAt === null) return [];
  const count = (counted: readonly Counted[], week: Instant) =>
    counted.filter((one) => isTold(one) && mondayOf(one.slotAt) === week).length;
  const weeks: { week: string; configured: number; edited: number }[] = [];
  for (let week = mondayOf(firstAt); week <= lastAt; week += 7 * DAY_MS)
    weeks.push({
      week: isoTime(week).slice(0, '2026-01-05'.length),
      configured: count(old, week),
      edited: count(fresh, week),
    });
  return weeks;
}
