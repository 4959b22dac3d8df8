// Ratios between two lists, on the log scale: how far apart they lie, and how widely they spread.
// Pure functions.

/** The value at the middle of an ascending array; NaN when it is empty. */
const middle = (sorted: Float64Array): number => sorted[sorted.length >> 1] ?? NaN;

/** The upper median; NaN when there is none. The array is left as it is. */
export const medianOf = (values: Float64Array): number => middle(values.slice().sort());

/**
 * A deviation of more than this many robust standard deviations counts as this many: one product
 * that spiked must not widen the spread.
 */
const CLIP = 3;
/** Of a normal distribution, standard deviation over median absolute deviation. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * Robust standard deviation: deviations from the median, clipped at three times what the median
 * absolute deviation says, as a root mean square. On clean values it is as exact as the ordinary
 * one (a plain median absolute deviation needs nearly three times as many values), and the few that
 * leap do not change it. NaN when empty.
 */
export function spreadOf(values: Float64Array): number {
  const center = medianOf(values);
  const deviations = values.map((value) => Math.abs(value - center));
  const limit = CLIP * MAD_TO_DEVIATION * medianOf(deviations);
  let sum = 0;
  for (const deviation of deviations) sum += Math.min(deviation, limit) ** 2;
  return Math.sqrt(sum / values.length);
}

/** A log ratio as a factor: `0.85`, `4.0`, `25000`. */
export function sayFactor(log: number): string {
  const factor = Math.exp(log);
  if (factor >= 100) return String(Math.round(factor));
  if (factor >= Math.E) return factor.toFixed(1);
  return factor >= 0.01 ? factor.toFixed(2) : factor.toPrecision(2);
}
