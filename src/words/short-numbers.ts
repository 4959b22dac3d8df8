// Numbers for tables, where three digits are enough to read. Exact ones are in `--json`. Null is
// not known, and stays null.
import { writerOf } from './writer.ts';

const english = writerOf({ timezone: 'UTC' });

/** `1 row`, `1,234 rows`: every digit, in groups. */
export const counted = english.count;
/** `1,234` */
export const wholeText = english.number;

const known =
  (write: (value: number) => string) =>
  (value: number | null): string | null =>
    value === null ? null : write(value);

/**
 * `950`, `11.5k`, `1.23M`: 3 significant digits, which is what the source rounds posts, impressions
 * and cost to.
 */
export const countText = known(english.compact);

/** `$0`, `$1.90`, `$45.20`, `$1.23k`. */
export const moneyText = known(english.compactMoney);

/** `8.50`, `45.20`, `1.23k`: of a currency that is not known. */
export const amountText = known(english.compactAmount);

/** A rate in percent, as served: `1.93 %`. */
export const percentText = known((percent) => english.percent(percent, 2));

/**
 * A difference in percent, always with its sign: `+26.4 %`, `−3.1 %`, `+150 %`, `+49.9k %`; `±0 %`
 * is no difference at all.
 */
export const differenceText = known(english.percentChange);
