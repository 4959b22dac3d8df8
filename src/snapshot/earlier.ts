// What a new list is compared with when it is judged: earlier lists of its series, and which
// products both have. Pure functions.
import type { Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { RankedProduct } from './build.ts';
import { valueBefore, valueNow, type Gauge } from './gauge.ts';

/** A product in an earlier list. */
export type EarlierRow = {
  rank: number;
  /** In the order in which the list declares its metrics. */
  values: readonly (number | null)[];
};

/** A list of the same series, stored before. */
export type EarlierList = {
  slotAt: Instant;
  /** How much earlier its slot is than that of the list that is judged. */
  ageMs: number;
  /** How many products the source said there are, tracked or not; null when it did not. */
  total: number | null;
  /** By upstream id, in any order. */
  rows: ReadonlyMap<string, EarlierRow>;
};

/** The figures of a product with fewer than this are mostly noise: from 1 to 3 is threefold. */
export const MIN_LEVEL = 10;

/** A product that both lists have. */
export type Pair = {
  now: RankedProduct;
  before: EarlierRow;
  /** The larger of what gives it a level; null when neither is known. */
  larger: number | null;
  /** The smaller; 0 when one is not known. */
  smaller: number;
};

/** The products of `rows` that the earlier list has too, in the order of `rows`. */
export function pairsOf(
  rows: readonly RankedProduct[],
  { rows: earlier }: EarlierList,
  { level }: Pick<Gauge, 'level'>,
): Pair[] {
  const pairs: Pair[] = [];
  for (const now of rows) {
    const before = earlier.get(now.product.upstreamId);
    if (before === undefined) continue;
    const [a, b] = [valueNow(now, level), valueBefore(before, level)];
    const larger = a === null && b === null ? null : Math.max(a ?? 0, b ?? 0);
    pairs.push({ now, before, larger, smaller: Math.min(a ?? 0, b ?? 0) });
  }
  return pairs;
}

/** `the last complete snapshot, 5d before`: what a reason compares with. */
export const sayEarlier = ({ ageMs }: EarlierList): string =>
  `the last complete snapshot, ${formatDuration(ageMs)} before`;
