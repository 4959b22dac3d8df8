/**
 * A difference or percentage rounded to 4 decimals, halves away from zero, as the change columns
 * are (change/columns.ts): what lies beyond the ninth decimal is noise of binary numbers, and is
 * taken away first. 16.406249999999996 becomes 16.4063.
 */
export function roundTo4(value: number): number {
  const size = Math.round(Math.round(Math.abs(value) * 1e9) / 1e5) / 1e4;
  return value < 0 && size > 0 ? -size : size;
}
