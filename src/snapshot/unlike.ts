// The gates that compare a list with an earlier one. The reason that says most comes first. Pure
// functions.
import type { ServedList } from './build.ts';
import { sayEarlier, type EarlierList, type Pair } from './earlier.ts';
import { whyBlank, whyTooFew } from './gate-content.ts';
import { whyShorter } from './gate-length.ts';
import { whyOtherLevel, whyOtherScale } from './gate-level.ts';
import { whyOutOfOrder } from './gate-order.ts';
import { valueBefore, valueNow, type Gauge } from './gauge.ts';
import { measureSpread, expectedSpread, spreadLimit, type Spread } from './spread.ts';

/** What a list is measured by, apart from the earlier list. */
export type Yardstick = {
  gauge: Gauge;
  pageSize: number;
  /** No page is missing. */
  isWhole: boolean;
  /** How many products the list says there are, tracked or not; null when it does not. */
  length: number | null;
  /** Window of the metrics. */
  windowMs: number;
  /**
   * The spreads between the latest complete lists of the series. Without any, the spread says
   * nothing.
   */
  usual: readonly Spread[];
};

/** How far the products of the list have moved apart since the earlier one. */
export const measureOver = (
  pairs: readonly Pair[],
  gapMs: number,
  { level }: Pick<Gauge, 'level'>,
): Spread =>
  measureSpread(
    pairs.flatMap(({ now, before }) => {
      const [a, b] = [valueNow(now, level), valueBefore(before, level)];
      return a === null || b === null ? [] : [[a, b] as const];
    }),
    gapMs,
  );

/**
 * Why the list cannot be the earlier one some time later; null when it can. `measured`: over these
 * pairs.
 */
export function whyUnlike(
  list: ServedList,
  earlier: EarlierList,
  pairs: readonly Pair[],
  measured: Spread,
  { gauge, pageSize, isWhole, length, windowMs, usual }: Yardstick,
): string | null {
  return (
    whyTooFew(list, earlier, pairs, isWhole) ??
    whyShorter(length, earlier, gauge) ??
    whyOutOfOrder(list, earlier, gauge) ??
    whyBlank(list, earlier, gauge) ??
    whyOtherLevel(pairs, pageSize, earlier, gauge) ??
    whyOtherScale(pairs, earlier, gauge) ??
    whyApart(measured, earlier, { isWhole, windowMs, usual })
  );
}

/**
 * Part of a list is a selection of products that rose or fell. If it is small, nothing is said of
 * its spread.
 */
const MIN_PAIRS_OF_PART = 30;

function whyApart(
  measured: Spread,
  earlier: EarlierList,
  { isWhole, usual, windowMs }: Pick<Yardstick, 'isWhole' | 'usual' | 'windowMs'>,
): string | null {
  if (!isWhole && measured.pairs < MIN_PAIRS_OF_PART) return null;
  const limit = spreadLimit(measured, usual, windowMs);
  const expected = expectedSpread(measured, usual, windowMs);
  if (limit === null || expected === null || (measured.spread ?? 0) <= limit) return null;
  return `its products lie ${percent(measured.spread ?? 0)} apart from ${sayEarlier(earlier)}, where ${percent(expected)} is usual: another region may have been served`;
}

/**
 * A standard deviation of log ratios as a percentage: 0.26 is a typical factor of 1.30 up or down.
 */
const percent = (spread: number): string => `${Math.round(100 * Math.expm1(spread))} %`;
