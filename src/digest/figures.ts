// Figures that say how much of them is known. Pure functions.
import { roundTo4 } from '../lib/decimals.ts';
import type { Metric } from '../list/list-kind.ts';
import type { DigestFigure, DigestTotal } from '../message/digest.ts';
import { metricIn, type ChangeFact } from '../store/digests/digest-facts.ts';

/**
 * How far a figure as served may be from the true one: half a unit of the last digit that the
 * source keeps when it rounds the metric. A count with no more digits than that is exact.
 */
export function roundingSlack(
  { significant, kind }: Pick<Metric, 'significant' | 'kind'>,
  value: number | null,
): number {
  if (significant === null || value === null || value <= 0) return 0;
  if (kind === 'count' && value < 10 ** significant) return 0;
  return 10 ** (Math.floor(Math.log10(value)) - (significant - 1)) / 2;
}

/** One product's metric; `pct` as in its change row. */
export function figureOf(
  metric: Metric,
  now: number | null,
  before: number | null,
  pct: number | null,
): DigestFigure {
  return {
    now,
    before,
    pct,
    about_same: isAboutSame(
      now,
      before,
      roundingSlack(metric, now) + roundingSlack(metric, before),
    ),
  };
}

/** A count of things, which is exact. */
export function countOf(now: number, before: number | null): DigestFigure {
  return { now, before, pct: percent(now, before), about_same: now === before };
}

/**
 * The sum of a metric over the products of one list, as far as it is known. Its change is that of
 * the products for which it is known on both sides, so that like is compared with like: a product
 * that was not on the list, or whose metric was not known, had some value all the same. Products
 * for which it is not known are counted, now and then.
 */
export function totalOf(metric: Metric, rows: readonly ChangeFact[]): DigestTotal {
  const present = (row: ChangeFact) => metricIn(row, metric.column);
  const before = (row: ChangeFact) => metricIn(row, `${metric.column}_before`);
  const both = rows.filter((row) => present(row) !== null && before(row) !== null);
  const [now, then] = [sum(both.map(present)), sum(both.map(before))];
  const slack = both.reduce(
    (all, row) => all + roundingSlack(metric, present(row)) + roundingSlack(metric, before(row)),
    0,
  );
  return {
    now: sum(rows.map(present)),
    compared: both.length,
    compared_now: now,
    before: then,
    pct: percent(now, then),
    about_same: isAboutSame(now, then, slack),
    unknown: rows.filter((row) => row.rank !== null && present(row) === null).length,
    unknown_before: rows.filter((row) => row.rank_before !== null && before(row) === null).length,
  };
}

/** The sum of the values that are known; null when none is. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : roundTo4(known.reduce((all, value) => all + value, 0));
}

const isAboutSame = (now: number | null, before: number | null, slack: number): boolean =>
  now !== null && before !== null && roundTo4(Math.abs(now - before)) <= slack;

const percent = (now: number | null, before: number | null): number | null =>
  now === null || before === null || before <= 0 ? null : roundTo4(((now - before) * 100) / before);
