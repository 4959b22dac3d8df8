import { extentOf } from '../lib/extent.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';

/**
 * Values in block characters, oldest first; null (not on the list, or unknown) is a space. With
 * `inverted` the smallest value is the tallest, as ranks want it. A flat line is drawn in the
 * middle.
 */
export function sparkline(
  values: readonly (number | null)[],
  options: { inverted?: boolean } = {},
): string {
  const known = values.filter((value) => value !== null);
  const { low, high } = extentOf(known);
  return values
    .map((value) => {
      if (value === null) return ' ';
      const share = high === low ? 0.5 : (value - low) / (high - low);
      return (
        BLOCKS[Math.round((options.inverted ? 1 - share : share) * (BLOCKS.length - 1))] ?? ' '
      );
    })
    .join('');
}
