/**
 * The smallest and the largest of many values, which as arguments of Math.min would overflow the
 * stack; infinite when there are none.
 */
export function extentOf(values: Iterable<number>): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}
