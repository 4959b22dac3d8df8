/**
 * The smallest and the largest of many values; infinite when there are none. As arguments of
 * Math.min so many values would overflow the stack.
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
