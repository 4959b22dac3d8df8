// Gates on levels: what the median product has, say posts, of the list and of each page; and the
// scale of every other metric. Pure. Each product is its own yardstick, so a few that leap move
// nothing.
import { MIN_LEVEL, sayEarlier, type EarlierList, type Pair } from './earlier.ts';
import { pageOf } from './gate-pages.ts';
import { valueBefore, valueNow, type Gauge, type Gauged } from './gauge.ts';
import { medianOf, sayFactor, spreadOf } from './log-ratio.ts';

/**
 * The median product does not move by this factor: another region, window, currency or unit was
 * served.
 */
const MAX_LEVEL = Math.log(2.5);

/** With fewer products than this, a level says nothing. */
const MIN_SAMPLE = 5;
/** How many standard errors of a median over n products (1.25 spreads / sqrt(n)) may be chance. */
const ERRORS = 3;
const MEDIAN_ERROR = 1.2533;

/** Products large enough to have a level; of lists in which nobody has a level, all. */
const sizedOf = (pairs: readonly Pair[]): Pair[] =>
  pairs.filter(({ larger }) => larger === null || larger >= MIN_LEVEL);

/**
 * If hardly any product is large enough, all of them together still have a level, though a vague
 * one.
 */
const enoughOf = (sized: readonly Pair[], pairs: readonly Pair[]): readonly Pair[] =>
  sized.length >= MIN_SAMPLE ? sized : pairs;

/** Is the level further off than any market moves and than chance can explain? */
function isOffLevel(logs: Float64Array, level: number): boolean {
  const off = Math.abs(level);
  // What chance may do is worked out only where the level is far off, as it costs time.
  return logs.length >= MIN_SAMPLE && off > MAX_LEVEL && off > MAX_LEVEL + byChance(logs);
}

/** Log ratios of one metric, over the products for which it is known and above 0 in both lists. */
function logsOf(pairs: readonly Pair[], metric: Gauged): Float64Array {
  const logs = new Float64Array(pairs.length);
  let count = 0;
  for (const pair of pairs) {
    const factor = factorOf(pair, metric);
    if (factor > 0) logs[count++] = Math.log(factor);
  }
  return logs.subarray(0, count);
}

/** What one metric of a product was multiplied by; 0 where that is not known. */
function factorOf({ now, before }: Pair, metric: Gauged): number {
  const value = valueNow(now, metric);
  const base = valueBefore(before, metric);
  return value !== null && base !== null && value > 0 && base > 0 ? value / base : 0;
}

/**
 * Could the median be off? Only if half of the products are: to count them is cheaper than to find
 * the median.
 */
function areHalfOff(pairs: readonly Pair[], metric: Gauged, level: number): boolean {
  const [high, low] = [Math.exp(level + MAX_LEVEL), Math.exp(level - MAX_LEVEL)];
  let [off, known] = [0, 0];
  for (const pair of pairs) {
    const factor = factorOf(pair, metric);
    if (factor === 0) continue;
    known += 1;
    if (factor > high || factor < low) off += 1;
  }
  return 2 * off >= known - 1;
}

/** How far a median over few products may be off by chance alone. */
const byChance = (logs: Float64Array): number =>
  (ERRORS * MEDIAN_ERROR * spreadOf(logs)) / Math.sqrt(logs.length);

/**
 * Checks the metric that gives products a level: of the whole list, and of each page beside the
 * whole list.
 */
export function whyOtherLevel(
  pairs: readonly Pair[],
  pageSize: number,
  last: EarlierList,
  { level: metric }: Pick<Gauge, 'level'>,
): string | null {
  if (metric === null) return null;
  const sized = sizedOf(pairs);
  const all = logsOf(enoughOf(sized, pairs), metric);
  if (all.length < MIN_SAMPLE) return null;
  const level = medianOf(all);
  if (isOffLevel(all, level))
    return `the median product has ${sayFactor(level)} times the ${metric.label} of ${sayEarlier(last)}: another region or window may have been served`;
  // On a page of small products only those that fell from above would be large enough, which says
  // nothing of the page: so all products of its size are taken.
  const large = sized.filter(({ now }) => (valueNow(now, metric) ?? 0) >= MIN_LEVEL);
  for (const [page, ofPage] of byPage(large, pageSize)) {
    if (!areHalfOff(ofPage, metric, level)) continue;
    const logs = logsOf(ofPage, metric);
    const own = medianOf(logs);
    if (isOffLevel(logs, own - level))
      return `page ${page} does not fit: its median product has ${sayFactor(own)} times the ${metric.label} of ${sayEarlier(last)}, the whole list ${sayFactor(level)} times`;
  }
  return null;
}

/**
 * Checks every metric that cannot be negative: a changed currency or unit moves all products by one
 * factor.
 */
export function whyOtherScale(
  pairs: readonly Pair[],
  last: EarlierList,
  { scaled }: Pick<Gauge, 'scaled'>,
): string | null {
  const used = enoughOf(sizedOf(pairs), pairs);
  const changed = scaled.flatMap((metric) => {
    if (!areHalfOff(used, metric, 0)) return [];
    const logs = logsOf(used, metric);
    const level = medianOf(logs);
    return isOffLevel(logs, level) ? [`${metric.column} is ${sayFactor(level)} times`] : [];
  });
  return changed.length === 0
    ? null
    : `another scale: ${changed.join(', ')} that of ${sayEarlier(last)} for the median product: its unit or currency may have changed`;
}

function byPage(pairs: readonly Pair[], pageSize: number): Map<number, Pair[]> {
  const pages = new Map<number, Pair[]>();
  for (const pair of pairs) {
    const page = pageOf(pair.now.rank, pageSize);
    const known = pages.get(page);
    if (known === undefined) pages.set(page, [pair]);
    else known.push(pair);
  }
  return pages;
}
