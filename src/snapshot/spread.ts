// How widely the products of a list moved apart since an earlier list, compared with what is usual
// in this very series. A list of another region has the same products at other levels: its ratios
// spread wider than those of one day to the next.
import { DAY_MS } from '../lib/clock.ts';
import { MIN_LEVEL } from './earlier.ts';
import { spreadOf } from './log-ratio.ts';

/**
 * How far the products of one list lie apart from those of the list before; stored with the
 * snapshot.
 */
export type Spread = {
  /** Standard deviation of the log ratios; null when there were too few products to tell. */
  spread: number | null;
  /** Products it was measured on. */
  pairs: number;
  /** The time from slot to slot. */
  gapMs: number;
};

/**
 * Products are steadier the larger they are, and foreign ones are not: so only large ones are
 * looked at …
 */
const LARGE = 50;
/** … or, in a small market, so many of the largest. */
const ENOUGH = 60;
/** With fewer products than this, nothing is said of the spread. */
const MIN_PAIRS = 25;
/** How many spreads of a series are kept to say what is usual, and how few are too few. */
export const SPREADS_KEPT = 12;
export const SPREADS_NEEDED = 3;

/**
 * Windows that overlap share most of their days: until they no longer do, their difference grows
 * nearly with the distance …
 */
const OVERLAP_GROWTH = 0.85;
/** … and after that only as the market drifts. */
const DRIFT_GROWTH = 0.12;
/**
 * What is usual varies by itself: measured over all regions and windows of the sandbox, see
 * `npm run bench -- gates`.
 */
const TOLERANCE = 1.25;
/** Standard errors of a spread over n products, each 1 / sqrt(2 n). */
const ERRORS = 4;
/** Below this nothing is foreign: lists of other regions were never nearer than 0.29. */
const LEAST_LIMIT = 0.2;
/**
 * In addition every market drifts, even one that is steady from day to day: by this much times the
 * square root of the days.
 */
const DRIFT = 0.05;

/**
 * Spread of the log ratios of the large products, from `[now, before]` of each that both lists
 * know.
 */
export function measureSpread(
  counts: readonly (readonly [number, number])[],
  gapMs: number,
): Spread {
  const sized = counts.filter((count) => count[0] >= MIN_LEVEL && count[1] >= MIN_LEVEL);
  let used = sized.filter((count) => count[0] >= LARGE && count[1] >= LARGE);
  if (used.length < ENOUGH)
    used = sized.sort((a, b) => Math.min(...b) - Math.min(...a)).slice(0, ENOUGH);
  const logs = Float64Array.from(used, (count) => Math.log(count[0] / count[1]));
  return { spread: logs.length < MIN_PAIRS ? null : spreadOf(logs), pairs: logs.length, gapMs };
}

/**
 * How much wider lists of windows of `windowMs` spread that are `gapMs` apart, beside such that are
 * a moment apart.
 */
function growth(gapMs: number, windowMs: number): number {
  const gap = Math.max(gapMs, 1) / DAY_MS;
  const window = windowMs / DAY_MS;
  return Math.min(gap, window) ** OVERLAP_GROWTH * Math.max(1, gap / window) ** DRIFT_GROWTH;
}

/**
 * What spread is expected over the distance of `measured`: the median of the series' own, each
 * brought to that distance. Null when the series has fewer than three.
 */
export function expectedSpread(
  { gapMs }: Pick<Spread, 'gapMs'>,
  usual: readonly Spread[],
  windowMs: number,
): number | null {
  const known = usual.flatMap((one) =>
    one.spread === null ? [] : [one.spread / growth(one.gapMs, windowMs)],
  );
  if (known.length < SPREADS_NEEDED) return null;
  const sorted = Float64Array.from(known).sort();
  return (sorted[sorted.length >> 1] ?? 0) * growth(gapMs, windowMs);
}

/** The widest spread that is still believed. Null when that cannot be told. */
export function spreadLimit(
  measured: Spread,
  usual: readonly Spread[],
  windowMs: number,
): number | null {
  const expected = expectedSpread(measured, usual, windowMs);
  if (expected === null || measured.spread === null) return null;
  const byChance = expected * (TOLERANCE + ERRORS / Math.sqrt(2 * measured.pairs));
  const byDrift = DRIFT * Math.sqrt(measured.gapMs / DAY_MS);
  return Math.max(LEAST_LIMIT, Math.hypot(byChance, byDrift));
}
