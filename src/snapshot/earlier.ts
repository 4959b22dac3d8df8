// What a new list is judged beside: earlier lists of its series, and which products both have. Pure.
import { METRICS } from '../change/columns.ts';
import type { Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { RankedProduct } from './build.ts';

/** A product in an earlier list. */
export type EarlierRow = {
  rank: number;
  /** In the order of METRICS. */
  values: readonly (number | null)[];
};

/** A list of the same series, stored before. */
export type EarlierList = {
  slotAt: Instant;
  /** From its slot to that of the list being judged. */
  ageMs: number;
  /** By upstream id, in any order. */
  rows: ReadonlyMap<string, EarlierRow>;
};

/** The metric that orders the list, and tells a product with a level from one that is nearly nothing. */
export const ORDER_METRIC = 'posts';
const ORDER_INDEX = METRICS.findIndex(({ column }) => column === ORDER_METRIC);

/** A product with fewer than this is all noise: from 1 to 3 is threefold. */
export const MIN_LEVEL = 10;

/** A product that both lists have. */
export type Pair = {
  now: RankedProduct;
  before: EarlierRow;
  /** The larger of both counts of ORDER_METRIC; null when neither is known. */
  larger: number | null;
  /** The smaller; 0 when one is not known. */
  smaller: number;
};

/** The products of `rows` that the earlier list has too, in the order of `rows`. */
export function pairsOf(rows: readonly RankedProduct[], { rows: earlier }: EarlierList): Pair[] {
  const pairs: Pair[] = [];
  for (const now of rows) {
    const before = earlier.get(now.product.upstreamId);
    if (before === undefined) continue;
    const [a, b] = [orderOf(now), before.values[ORDER_INDEX] ?? null];
    const larger = a === null && b === null ? null : Math.max(a ?? 0, b ?? 0);
    pairs.push({ now, before, larger, smaller: Math.min(a ?? 0, b ?? 0) });
  }
  return pairs;
}

/** What the list is ordered by; null when not known. */
export const orderOf = ({ metrics }: RankedProduct): number | null => metrics[ORDER_METRIC] ?? null;
export const orderBefore = ({ values }: EarlierRow): number | null => values[ORDER_INDEX] ?? null;

/** `the last complete snapshot, 5d before`: what a reason compares with. */
export const sayEarlier = ({ ageMs }: EarlierList): string =>
  `the last complete snapshot, ${formatDuration(ageMs)} before`;
