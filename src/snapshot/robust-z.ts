/** On how many values the z-score looks back, and how few are too few: then it is unknown. */
export const Z_WINDOW = 28;
export const Z_MIN_VALUES = 14;

/**
 * How far `value` lies from what is usual, in robust standard deviations (Iglewicz and Hoaglin):
 * 0.6745 (x - median) / MAD. With a MAD of 0 (common for ranks) the mean absolute deviation about
 * the median serves, times 1.253314; with that 0 too, or fewer than 14 values, it is unknown:
 * dividing by a tiny number instead would make any change an infinite score. Rounded to 4 decimals.
 */
export function robustZ(
  value: number | null,
  earlier: ArrayLike<number>,
  from = 0,
  count = earlier.length,
): number | null {
  if (value === null || count < Z_MIN_VALUES) return null;
  return scoreOf(value, sortedPart(earlier, from, count), count);
}

/** Where values are sorted: to make an array for each of 1,500 scores took as long as to sort it. */
let sorted = new Float64Array(Z_WINDOW);

/** `count` values from a place on, ascending. The array is used again by the next call. */
function sortedPart(values: ArrayLike<number>, from: number, count: number): Float64Array {
  if (count > sorted.length) sorted = new Float64Array(count);
  sortInto(sorted, values, from, count);
  return sorted;
}

/** The same of values that ascend already. */
export const sortedRobustZ = (value: number | null, values: readonly number[]): number | null =>
  value === null || values.length < Z_MIN_VALUES ? null : scoreOf(value, values, values.length);

/** Of the first `count` of values that ascend. */
function scoreOf(value: number, values: ArrayLike<number>, count: number): number | null {
  const middle = medianOf(values, count);
  const mad = medianDistance(values, count, middle);
  const z =
    mad > 0
      ? (0.6745 * (value - middle)) / mad
      : (value - middle) / (1.253314 * meanDistance(values, count, middle));
  return Number.isFinite(z) ? Math.round(z * 10_000) / 10_000 : null;
}

/** An insertion sort: for 28 values nothing is faster, and a snapshot needs thousands of these. */
function sortInto(to: Float64Array, values: ArrayLike<number>, from: number, count: number): void {
  for (let end = 0; end < count; end++) {
    const value = values[from + end] as number;
    let at = end - 1;
    for (; at >= 0 && (to[at] as number) > value; at--) to[at + 1] = to[at] as number;
    to[at + 1] = value;
  }
}

function medianOf(ascending: ArrayLike<number>, count: number): number {
  const half = count >> 1;
  const upper = ascending[half] ?? NaN;
  return count % 2 === 1 ? upper : ((ascending[half - 1] ?? NaN) + upper) / 2;
}

/**
 * The median of the distances of ascending values from their median. On either side of it they grow
 * outwards, so the nearest are taken from both sides until half are.
 */
function medianDistance(ascending: ArrayLike<number>, count: number, middle: number): number {
  const half = count >> 1;
  let right = half;
  let left = half - 1;
  let [before, last] = [0, 0];
  for (let taken = 0; taken <= half; taken++) {
    const below = left < 0 ? Infinity : middle - (ascending[left] as number);
    const above = right === count ? Infinity : (ascending[right] as number) - middle;
    before = last;
    last = below < above ? below : above;
    if (below < above) left--;
    else right++;
  }
  return count % 2 === 1 ? last : (before + last) / 2;
}

/** Added up from the smallest on, as the order changes the last digits. */
function meanDistance(ascending: ArrayLike<number>, count: number, middle: number): number {
  const distances = new Float64Array(count);
  for (let at = 0; at < count; at++) distances[at] = Math.abs((ascending[at] as number) - middle);
  const ordered = new Float64Array(count);
  sortInto(ordered, distances, 0, count);
  return ordered.reduce((sum, distance) => sum + distance, 0) / count;
}

/**
 * Steps in a row of strictly better rank up to this snapshot, negative for worse.
 * A level step or an absence ends it (0); without a `previous` baseline it is unknown (null).
 */
export function nextStreak(
  rank: number,
  baseline: { rank: number; streak: number | null } | 'absent' | null,
): number | null {
  if (baseline === null) return null;
  if (baseline === 'absent' || baseline.rank === rank) return 0;
  const step = baseline.rank > rank ? 1 : -1;
  const before = baseline.streak ?? 0;
  return Math.sign(before) === step ? before + step : step;
}
