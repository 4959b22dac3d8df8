// Figures that are honest about how little they know. Pure.
import type { DigestFigure, DigestTotal } from '../model.ts';
import type { ChangeFact } from '../store/digest-facts.ts';

export type RoundedMetric = 'posts' | 'impressions' | 'cost';

/**
 * How far a figure as served may be from the true one: half a unit of the third significant digit, to which the source
 * rounds posts, impressions and cost. Counts below 1,000 are exact.
 */
export function roundingSlack(metric: RoundedMetric, value: number | null): number {
  if (value === null || value <= 0 || (metric !== 'cost' && value < 1_000)) return 0;
  return 10 ** (Math.floor(Math.log10(value)) - 2) / 2;
}

/** Differences are rounded to 4 decimals where they are made (change/columns.ts): 12.4 − 12.3 is 0.1, and not a bit more. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** One product's metric; `pct` as in its change row. */
export function figureOf(
  metric: RoundedMetric,
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

/** A number of things, which is exact. */
export function countOf(now: number, before: number | null): DigestFigure {
  return { now, before, pct: percent(now, before), about_same: now === before };
}

/**
 * The sum of a metric over the products of one list, now and in the baseline. Products whose metric is not known add
 * nothing, and are counted for those now on the list; a sum of nothing known is not known.
 */
export function totalOf(metric: RoundedMetric, rows: readonly ChangeFact[]): DigestTotal {
  const now = rows.map((row) => row[metric]).filter((value) => value !== null);
  const before = rows.map((row) => row[`${metric}_before`]).filter((value) => value !== null);
  const sums = { now: sum(now), before: sum(before) };
  const slack = [...now, ...before].reduce((all, value) => all + roundingSlack(metric, value), 0);
  return {
    ...sums,
    pct: percent(sums.now, sums.before),
    about_same: isAboutSame(sums.now, sums.before, slack),
    unknown: rows.filter((row) => row.rank !== null && row[metric] === null).length,
  };
}

const sum = (values: readonly number[]): number | null =>
  values.length === 0 ? null : rounded(values.reduce((all, value) => all + value, 0));

const isAboutSame = (now: number | null, before: number | null, slack: number): boolean =>
  now !== null && before !== null && rounded(Math.abs(now - before)) <= slack;

const percent = (now: number | null, before: number | null): number | null =>
  now === null || before === null || before <= 0 ? null : rounded(((now - before) * 100) / before);
