/** Values the z-score looks back on, and how few are too few: below that it is unknown. */
export const Z_WINDOW = 28;
export const Z_MIN_VALUES = 14;

/**
 * How far `value` lies from what is usual, in robust standard deviations (Iglewicz and Hoaglin):
 * 0.6745 (x - median) / MAD. With a MAD of 0 (common for ranks) the mean absolute deviation about
 * the median serves, times 1.253314; with that 0 too, or fewer than 14 values, it is unknown:
 * dividing by a tiny number instead would make any change an infinite score. Rounded to 4 decimals.
 */
export function robustZ(value: number | null, earlier: readonly number[]): number | null {
  if (value === null || earlier.length < Z_MIN_VALUES) return null;
  const deviations = sorted(earlier);
  const middle = medianOf(deviations);
  for (let index = 0; index < deviations.length; index++)
    deviations[index] = Math.abs((deviations[index] ?? NaN) - middle);
  const mad = medianOf(insertionSort(deviations));
  const z =
    mad > 0
      ? (0.6745 * (value - middle)) / mad
      : (value - middle) /
        (1.253314 * (deviations.reduce((sum, x) => sum + x, 0) / deviations.length));
  return Number.isFinite(z) ? Math.round(z * 10_000) / 10_000 : null;
}

const sorted = (values: readonly number[]): Float64Array =>
  insertionSort(Float64Array.from(values));

/** In place. Of 28 values the fastest there is; a snapshot needs some thousand of these. */
function insertionSort(values: Float64Array): Float64Array {
  for (let end = 1; end < values.length; end++) {
    const value = values[end] ?? NaN;
    let at = end - 1;
    for (; at >= 0 && (values[at] ?? NaN) > value; at--) values[at + 1] = values[at] ?? NaN;
    values[at + 1] = value;
  }
  return values;
}

function medianOf(ascending: Float64Array): number {
  const half = ascending.length >> 1;
  const upper = ascending[half] ?? NaN;
  return ascending.length % 2 === 1 ? upper : ((ascending[half - 1] ?? NaN) + upper) / 2;
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
