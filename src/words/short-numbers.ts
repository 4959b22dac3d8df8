// Numbers for tables, where three digits are all that is worth reading. Exact ones are in `--json`.

const COMPACT = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumSignificantDigits: 3,
});

/** `950`, `11.5k`, `1.23M`: 3 significant digits, which is what the source rounds posts, impressions and cost to. */
export const countText = (count: number | null): string | null =>
  count === null ? null : COMPACT.format(count).replace('K', 'k');

/** `$0`, `$1.90`, `$45.20`, `$1.23k`. */
export function moneyText(usd: number | null): string | null {
  if (usd === null) return null;
  if (usd >= 1_000) return `$${countText(usd)}`;
  return Number.isInteger(usd) ? `$${usd}` : `$${usd.toFixed(2)}`;
}

/** A rate in percent, as served: `1.93%`. */
export const percentText = (percent: number | null): string | null =>
  percent === null ? null : `${percent.toFixed(2)}%`;

/** A difference in percent, always with its sign: `+26.4%`, `-3.1%`, `+150%`, `+49.9k%`; `0%` is no difference at all. */
export function differenceText(percent: number | null): string | null {
  if (percent === null) return null;
  if (percent === 0) return '0%';
  const size = Math.abs(percent);
  const digits =
    size < 0.05 ? '<0.1' : size < 99.95 ? size.toFixed(1) : countText(Math.round(size));
  return `${percent > 0 ? '+' : '-'}${digits}%`;
}
