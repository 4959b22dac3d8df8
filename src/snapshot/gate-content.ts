// Gates that compare what a list holds with the last complete one: its rows, its products, and
// whether values are there at all. Pure functions.
import type { ServedList } from './build.ts';
import { sayEarlier, type EarlierList, type Pair } from './earlier.ts';
import type { Gauge } from './gauge.ts';

/**
 * A list that claims to be whole and has lost more than a quarter of its rows is not the same list.
 * Short lists may vary more.
 */
const MIN_ROWS_SHARE = 0.75;
const MIN_ROWS_LOST = 10;
/** Measured day-to-day overlap of such lists is 80 to 97 %; below 30 % another list was served. */
const MIN_OVERLAP = 0.3;
/** A metric that was nearly always there and is now missing for most rows was dropped, not zero. */
const USUAL_NULL_SHARE = 0.1;
const SUSPECT_NULL_SHARE = 0.6;
/**
 * 0 is an honest value (nothing converted), but not for a whole list where half of it had another.
 */
const USUAL_ZERO_SHARE = 0.5;
const SUSPECT_ZERO_SHARE = 0.95;

/**
 * `isWhole`: no page is missing. Missing pages explain missing rows; a shorter list that claims to
 * be whole does not.
 */
export function whyTooFew(
  list: ServedList,
  last: EarlierList,
  pairs: readonly Pair[],
  isWhole: boolean,
): string | null {
  const [now, before] = [list.rows.length, last.rows.size];
  if (isWhole && before - now >= MIN_ROWS_LOST && now < MIN_ROWS_SHARE * before)
    return `${now} rows, against ${before} in ${sayEarlier(last)}`;
  const overlap = pairs.length / Math.min(now, before);
  if (overlap < MIN_OVERLAP)
    return `only ${percent(overlap)} of its products were in ${sayEarlier(last)}`;
  return null;
}

/** Why a metric looks dropped: it was there before, and now is not, or is 0 nearly everywhere. */
export function whyBlank(
  list: ServedList,
  last: EarlierList,
  { metrics: declared }: Gauge,
): string | null {
  for (const { column, index, zeroIsUnknown } of declared) {
    const now = sharesOf(list.rows, ({ metrics }) => metrics[column] ?? null);
    if (now.nulls < SUSPECT_NULL_SHARE && now.zeros < SUSPECT_ZERO_SHARE) continue;
    const usual = sharesOf([...last.rows.values()], ({ values }) => values[index] ?? null);
    if (usual.nulls <= USUAL_NULL_SHARE && now.nulls >= SUSPECT_NULL_SHARE)
      return `${column} is ${zeroIsUnknown ? '0 or missing' : 'missing'} in ${percent(now.nulls)} of the rows, against ${percent(usual.nulls)} in ${sayEarlier(last)}`;
    if (usual.zeros <= USUAL_ZERO_SHARE && now.zeros >= SUSPECT_ZERO_SHARE)
      return `${column} is 0 in ${percent(now.zeros)} of the rows, against ${percent(usual.zeros)} in ${sayEarlier(last)}`;
  }
  return null;
}

/**
 * Metrics that have no value in any row but had one in the list before, or have none in the very
 * first list: this is said once. In the order in which the list declares them.
 */
export function newlyUnknown(
  list: ServedList,
  last: EarlierList | null,
  { metrics: declared }: Gauge,
): string[] {
  return declared.flatMap(({ column, index }) => {
    if (list.rows.some(({ metrics }) => (metrics[column] ?? null) !== null)) return [];
    if (last === null) return [column];
    const wasKnown = [...last.rows.values()].some(({ values }) => (values[index] ?? null) !== null);
    return wasKnown ? [column] : [];
  });
}

function sharesOf<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => number | null,
): { nulls: number; zeros: number } {
  let [nulls, zeros] = [0, 0];
  for (const row of rows) {
    const value = valueOf(row);
    if (value === null) nulls += 1;
    else if (value === 0) zeros += 1;
  }
  const count = Math.max(1, rows.length);
  return { nulls: nulls / count, zeros: zeros / count };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
