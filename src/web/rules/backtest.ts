// Replays a rule over the whole history, beside the rule as it is configured. It runs in the
// process of backtest-process.ts.
import { differenceOf } from '../../backtest/difference.ts';
import { figuresOf, isTold, noisiest, type Counted } from '../../backtest/figures.ts';
import { openReplay, runReplay, type Evaluated, type Replay } from '../../backtest/replay.ts';
import { countedOf, coverageOf, dayIn } from '../../backtest/report.ts';
import type { Config, Rule } from '../../config/config.ts';
import { DAY_MS, isoTime, type Clock, type Instant } from '../../lib/clock.ts';
import { nameProduct } from '../../store/alerts/episodes.ts';
import { leftText } from '../../words/left-text.ts';

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
  /** What is in a lake alone, and was not replayed, in words; a line a watch. */
  in_lake: readonly string[];
};

/** What was told in some slots, one after another. Whatever was quiet may be told later. */
export type Progress = { from: string; to: string; configured: number; edited: number };

const LISTED = 50;
/** No config can have a rule of this name. */
const asEdited = (name: string): string => `${name} as edited`;

/**
 * Runs both side by side, slot by slot over all watches, and tells what it has come to on the way,
 * the oldest first. The history is only read.
 */
export async function backtestRule(
  config: Config,
  configured: Rule,
  edited: Rule,
  clock: Clock,
  tell: (progress: Progress) => void,
): Promise<RuleBacktest> {
  const rules = [configured, { ...edited, name: asEdited(configured.name) }];
  const scope = { watch: undefined, rule: undefined };
  const replay = openReplay(config.database, { ...config, rules }, scope, clock.now());
  try {
    const progress = progressOf(replay, clock, tell);
    await runReplay(replay, progress.note, new AbortController().signal, 'by slot');
    progress.end();
    return report(replay, config.timezone);
  } finally {
    replay.db.close();
  }
}

/** A person sees something move, also where a week takes long. */
const LONGEST_SILENCE_MS = 100;

/** Tells week by week, and more often where a week takes long. */
function progressOf(
  { rules: [before] }: Replay,
  clock: Clock,
  tell: (progress: Progress) => void,
): { note: (one: Evaluated) => void; end: () => void } {
  let part: { from: Instant; to: Instant; configured: number; edited: number } | null = null;
  let toldMs = clock.monotonicMs();
  const end = () => {
    if (part !== null) tell({ ...part, from: isoTime(part.from), to: isoTime(part.to) });
    part = null;
    toldMs = clock.monotonicMs();
  };
  const note = ({ slotAt, events }: Evaluated) => {
    // A slot is never in two parts: whatever lies between two watches of it is the same part.
    if (
      part !== null &&
      slotAt !== part.to &&
      (mondayOf(slotAt) !== mondayOf(part.to) || clock.monotonicMs() - toldMs > LONGEST_SILENCE_MS)
    )
      end();
    part ??= { from: slotAt, to: slotAt, configured: 0, edited: 0 };
    part.to = slotAt;
    for (const { rule, decision } of events)
      if (decision.kind === 'fired' || decision.kind === 'told')
        part[rule.id === before?.id ? 'configured' : 'edited']++;
  };
  return { note, end };
}

function report(replay: Replay, timeZone: string): RuleBacktest {
  const [before, after] = replay.rules;
  if (before === undefined || after === undefined) throw new Error('both rules are in the replay');
  const counted = countedOf(replay, -Infinity);
  const of = ({ id }: { id: number }) => counted.filter(({ ruleId }) => ruleId === id);
  const [old, fresh] = [of(before), of(after)];
  const coverage = coverageOf(replay, -Infinity);
  // To compare them, both have the name that they have in the config.
  const ruleNames = new Map(replay.rules.map(({ id }) => [id, before.rule.name]));
  const difference = differenceOf({ counted: fresh, ruleNames }, { counted: old, ruleNames });
  const aside = replay.setAside.get(after.rule.name);
  return {
    snapshots: coverage.snapshots,
    evaluated: coverage.evaluated,
    from: coverage.firstAt === null ? null : isoTime(coverage.firstAt),
    to: coverage.lastAt === null ? null : isoTime(coverage.lastAt),
    configured: tally(old, timeZone),
    edited: tally(fresh, timeZone),
    weeks: weeksOf(coverage.firstAt, coverage.lastAt, old, fresh),
    products: noisiest(fresh, 10).map(({ productId, watchId, fired }) => ({
      product: nameProduct(replay.db, productId).name,
      watch: watchOf(replay, watchId),
      fired,
    })),
    both: difference.rules.reduce((sum, { both }) => sum + both, 0),
    only_edited: listed(replay, difference.onlyHere),
    only_configured: listed(replay, difference.onlyThere),
    only_edited_count: difference.onlyHere.length,
    only_configured_count: difference.onlyThere.length,
    set_aside: aside?.reason ?? null,
    in_lake: coverage.left.map(({ watch, ...left }) => `${watch}: ${leftText(left, timeZone)}`),
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
