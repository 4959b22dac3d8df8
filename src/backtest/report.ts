// What a finished replay comes to, as data.
import { covers } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { zonedTime } from '../lib/zoned-time.ts';
import type { SnapshotStatus } from '../model.ts';
import type { LeftPart } from '../store/lake/left.ts';
import { getEpisodeAlert, listEpisodes, nameProduct } from '../store/alerts/episodes.ts';
import {
  countedSince,
  figuresOf,
  isTold,
  noisiest,
  type Counted,
  type Figures,
} from './figures.ts';
import { isEvaluated, type Replay } from './replay.ts';

/** What of the history was read. */
export type Coverage = {
  /** Slots of the first and last snapshot of the period; null without one. */
  firstAt: Instant | null;
  lastAt: Instant | null;
  snapshots: number;
  evaluated: number;
  /** Of the evaluated ones. */
  imported: number;
  /** Of the others, how many have which status. */
  skipped: ReadonlyMap<SnapshotStatus, number>;
  /** Snapshots of queries that a watch had earlier: another list. */
  otherQuery: number;
  /** What of the period is in a lake alone, by watch. */
  left: readonly (LeftPart & { watch: string })[];
};

export type Report = {
  coverage: Coverage;
  /** In the order of the config. */
  rules: { rule: string; figures: Figures }[];
  all: Figures;
  noisiest: {
    product: string;
    watch: string;
    fired: number;
    rules: { rule: string; fired: number }[];
  }[];
};

const NOISIEST = 10;

/** The day of a slot in a zone, `2026-01-05`. */
export function dayIn(timeZone: string): (slotAt: Instant) => string {
  const known = new Map<Instant, string>();
  return (slotAt) => {
    let day = known.get(slotAt);
    if (day === undefined)
      known.set(
        slotAt,
        (day = zonedTime(slotAt, timeZone).slice('Tue '.length, 'Tue 2026-01-05'.length)),
      );
    return day;
  };
}

/** Episodes of a replay that began at or after a slot. */
export const countedOf = ({ db }: Replay, sinceAt: Instant): Counted[] =>
  countedSince(listEpisodes(db), sinceAt);

/**
 * What the rules did in a replay, counted from `sinceAt` on. Days and months are those of
 * `timeZone`.
 */
export function reportOf(replay: Replay, sinceAt: Instant, timeZone: string): Report {
  const counted = countedOf(replay, sinceAt);
  const dayOf = dayIn(timeZone);
  const daysOf = (lists: Replay['lists']) =>
    [
      ...new Set(
        lists.flatMap(({ snapshots }) =>
          snapshots
            .filter((one) => one.slotAt >= sinceAt && isEvaluated(one))
            .map(({ slotAt }) => dayOf(slotAt)),
        ),
      ),
    ].sort();
  const byRule = new Map(replay.rules.map(({ id }): [number, Counted[]] => [id, []]));
  for (const one of counted) byRule.get(one.ruleId)?.push(one);
  const ruleNames = new Map(replay.rules.map(({ id, rule }) => [id, rule.name]));
  return {
    coverage: coverageOf(replay, sinceAt),
    rules: replay.rules.map(({ id, rule }) => ({
      rule: rule.name,
      figures: figuresOf(
        byRule.get(id) ?? [],
        daysOf(replay.lists.filter(({ watch }) => covers(rule, watch))),
        dayOf,
      ),
    })),
    all: figuresOf(counted, daysOf(replay.lists), dayOf),
    noisiest: noisiest(counted, NOISIEST).map(({ productId, watchId, fired, rules }) => ({
      product: nameProduct(replay.db, productId).name,
      watch: replay.lists.find((list) => list.watchId === watchId)?.watch ?? '',
      fired,
      rules: rules.map((one) => ({ rule: ruleNames.get(one.ruleId) ?? '', fired: one.fired })),
    })),
  };
}

/** What of the history a replay read, from a slot on. */
export function coverageOf({ lists }: Replay, sinceAt: Instant): Coverage {
  const snapshots = lists.flatMap((list) =>
    list.snapshots.filter(({ slotAt }) => slotAt >= sinceAt),
  );
  const skipped = new Map<SnapshotStatus, number>();
  for (const { status } of snapshots.filter((one) => !isEvaluated(one)))
    skipped.set(status, (skipped.get(status) ?? 0) + 1);
  const slots = snapshots.map(({ slotAt }) => slotAt).sort((a, b) => a - b);
  const evaluated = snapshots.filter(isEvaluated);
  return {
    firstAt: slots[0] ?? null,
    lastAt: slots.at(-1) ?? null,
    snapshots: snapshots.length,
    evaluated: evaluated.length,
    imported: evaluated.filter(({ origin }) => origin === 'import').length,
    skipped,
    otherQuery: lists.reduce((sum, list) => sum + list.countOthers(sinceAt), 0),
    left: lists.flatMap(({ watch, left }) =>
      left === null || left.toAt < sinceAt ? [] : [{ ...left, watch }],
    ),
  };
}

/** Ids of the alerts that were told, the newest first. */
export const toldIds = (counted: readonly Counted[]): number[] =>
  counted
    .filter(isTold)
    .sort((a, b) => b.slotAt - a.slotAt || b.id - a.id)
    .map(({ id }) => id);

/** An alert of a replay, with its evidence. */
export const alertOf = ({ db }: Replay, id: number) => getEpisodeAlert(db, id);
