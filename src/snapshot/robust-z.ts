/** On how many values the z-score looks back, and how few are too few: then it is unknown. */
export const Z_WINDOW = 28;
export const Z_MIN_VALUES = 14;

/**
 * How far `value` lies from what is usual, in robust standard deviations (Iglewicz and Hoaglin):
 * 0.6745 (x - median) / MAD. With a MAD of 0 (common for ranks) the mean absolute deviation about
 * the median serves, times 1.253314; with that 0 too, or fewer than 14 values, it is unknown:
 * dividing by a tiny number instead would make any change an infinite score. Rounded to 4 decimals.
 */
export const robustZ = (value: number | null, earlier: ArrayLike<number>): number | null =>
  value === null || earlier.length < Z_MIN_VALUES
    ? null
    : sortedRobustZ(value, sortedCopy(earlier));

/** The same of values that ascend already. */
export function sortedRobustZ(value: number | null, values: ArrayLike<number>): number | null {
  if (value === null || values.length < Z_MIN_VALUES) return null;
  const middle = medianOf(values);
  const mad = medianDistance(values, middle);
  const z =
    mad > 0
      ? (0.6745 * (value - middle)) / mad
      : (value - middle) / (1.253314 * meanDistance(values, middle));
  return Number.isFinite(z) ? Math.round(z * 10_000) / 10_000 : null;
}

/** An insertion sort: for 28 values nothing is faster, and a snapshot needs thousands of these. */
function sortedCopy(values: ArrayLike<number>): number[] {
  const sorted: number[] = [];
  for (let end = 0; end < values.length; end++) {
    const value = values[end] as number;
    let at = end - 1;
    for (; at >= 0 && (sorted[at] as number) > value; at--) sorted[at + 1] = sorted[at] as number;
    sorted[at + 1] = value;
  }
  return sorted;
}

function medianOf(ascending: ArrayLike<number>): number {
  const half = ascending.length >> 1;
  const upper = ascending[half] ?? NaN;
  return ascending.length % 2 === 1 ? upper : ((ascending[half - 1] ?? NaN) + upper) / 2;
}

/**
 * The median of the distances of ascending values from their median. On either side of it they grow
 * outwards, so the nearest are taken from both sides until half are.
 */
function medianDistance(ascending: ArrayLike<number>, middle: number): number {
  const half = ascending.length >> 1;
  let right = half;
  let left = half - 1;
  let [before, last] = [0, 0];
  for (let taken = 0; taken <= half; taken++) {
    const below = left < 0 ? Infinity : middle - (ascending[left] as number);
    const above = right === ascending.length ? Infinity : (ascending[right] as number) - middle;
    before = last;
    last = below < above ? below : above;
    if (below < above) left--;
    else right++;
  }
  return ascending.length % 2 === 1 ? last : (before + last) / 2;
}

/** Added up from the smallest on, as the order changes the last digits. */
function meanDistance(ascending: ArrayLike<number>, middle: number): number {
  const distances = sortedCopy(Array.from(ascending, (value) => Math.abs(value - middle)));
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
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
