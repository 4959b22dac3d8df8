// What a backtest counts. Pure.
import { DAY_MS, type Instant } from '../lib/clock.ts';
import type { Episode } from '../store/alerts/episodes.ts';

/**
 * An alert that fires again so soon after it resolved is a flap: products hover around the rule's
 * threshold.
 */
export const FLAP_MS = 7 * DAY_MS;

/**
 * Of episodes that began in the period. Only those that are told count as fired, as in
 * `tidemark alerts`.
 */
export type Figures = {
  fired: number;
  /** Of those that fired. */
  resolved: number;
  firing: number;
  /** Episodes nobody is told of: true already when the rule met the list, or inside a cooldown. */
  adopted: number;
  cooldown: number;
  /**
   * Of those that fired: how many came at most seven days after the rule had resolved for the same
   * product.
   */
  flaps: number;
  /** Different ones that fired. */
  products: number;
  /** Alerts per day over all days on which a snapshot was evaluated; null without such a day. */
  median: number | null;
  worst: { count: number; day: string } | null;
  /** By month, `2026-01`, also those without an alert. */
  months: ReadonlyMap<string, number>;
};

/**
 * An episode of the period. `isFlap`: it began at most seven days after the episode before it
 * ended.
 */
export type Counted = Episode & { isFlap: boolean };

/** Of all episodes (by rule, series and product, in slot order) those that began in the period. */
export function countedSince(episodes: readonly Episode[], sinceAt: Instant): Counted[] {
  return episodes.flatMap((episode, index) => {
    if (episode.slotAt < sinceAt) return [];
    const before = episodes[index - 1];
    const isSame =
      before !== undefined &&
      before.ruleId === episode.ruleId &&
      before.seriesId === episode.seriesId &&
      before.productId === episode.productId;
    return [
      {
        ...episode,
        isFlap:
          isSame &&
          before.resolvedSlotAt !== null &&
          episode.slotAt - before.resolvedSlotAt <= FLAP_MS,
      },
    ];
  });
}

/** Did anybody hear of it? */
export const isTold = ({ quiet }: Episode): boolean => quiet === null;

/**
 * `days` are those on which a snapshot was evaluated, once each; `dayOf` gives the day of a slot,
 * `2026-01-05`.
 */
export function figuresOf(
  counted: readonly Counted[],
  days: readonly string[],
  dayOf: (slotAt: Instant) => string,
): Figures {
  const told = counted.filter(isTold);
  const perDay = new Map(days.map((day) => [day, 0]));
  const months = new Map(days.map((day) => [monthOf(day), 0]));
  for (const { slotAt } of told) {
    const day = dayOf(slotAt);
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
    months.set(monthOf(day), (months.get(monthOf(day)) ?? 0) + 1);
  }
  const resolved = told.filter(({ resolvedSlotAt }) => resolvedSlotAt !== null).length;
  return {
    fired: told.length,
    resolved,
    firing: told.length - resolved,
    adopted: counted.filter(({ quiet }) => quiet === 'adopted').length,
    cooldown: counted.filter(({ quiet }) => quiet === 'cooldown').length,
    flaps: told.filter(({ isFlap }) => isFlap).length,
    products: new Set(told.map(({ productId }) => productId)).size,
    median: medianOf([...perDay.values()]),
    worst: worstOf(perDay),
    months,
  };
}

const monthOf = (day: string): string => day.slice(0, '2026-01'.length);

function medianOf(counts: readonly number[]): number | null {
  const sorted = [...counts].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The first of several equally bad days; null when nothing fired. */
function worstOf(perDay: ReadonlyMap<string, number>): Figures['worst'] {
  let worst: Figures['worst'] = null;
  for (const [day, count] of perDay) if (count > (worst?.count ?? 0)) worst = { count, day };
  return worst;
}

/** A product for which alerts fired, by how many of which rule, the most first. */
export type NoisyProduct = {
  productId: number;
  watchId: number;
  fired: number;
  rules: { ruleId: number; fired: number }[];
};

/** The products of each watch that fired most. */
export function noisiest(counted: readonly Counted[], limit: number): NoisyProduct[] {
  const groups = new Map<
    string,
    { productId: number; watchId: number; byRule: Map<number, number> }
  >();
  for (const { watchId, productId, ruleId } of counted.filter(isTold)) {
    const key = `${watchId} ${productId}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { productId, watchId, byRule: new Map() }));
    group.byRule.set(ruleId, (group.byRule.get(ruleId) ?? 0) + 1);
  }
  return [...groups.values()]
    .map(({ productId, watchId, byRule }): NoisyProduct => {
      const rules = [...byRule]
        .map(([ruleId, fired]) => ({ ruleId, fired }))
        .sort((a, b) => b.fired - a.fired);
      return { productId, watchId, fired: rules.reduce((sum, { fired }) => sum + fired, 0), rules };
    })
    .sort((a, b) => b.fired - a.fired || a.productId - b.productId)
    .slice(0, limit);
}
