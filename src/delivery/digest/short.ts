// A digest is short unless its config asks for all: it shows the first rows of each section, and
// counts the others.
import type { DigestFacts, DigestList } from '../../message/digest.ts';
import type { Caps } from './cut-page.ts';

/** Rows of a section of a short digest. */
const ROWS = 5;

const LISTS = ['climbers', 'fallers', 'entered', 'returned', 'left', 'records', 'streaks'] as const;

/** The facts with the first rows of every list, whose totals stay. */
export function shortFacts(facts: DigestFacts): DigestFacts {
  const short = (list: DigestList): DigestList => ({ ...list, rows: list.rows.slice(0, ROWS) });
  return {
    ...facts,
    ...Object.fromEntries(LISTS.map((list) => [list, short(facts[list])])),
    watches: facts.watches.map((watch) => ({
      ...watch,
      chart: watch.chart && { ...watch.chart, rows: watch.chart.rows.slice(0, ROWS) },
      categories: { ...watch.categories, rows: watch.categories.rows.slice(0, ROWS) },
    })),
  };
}

/**
 * What the short page shows of alerts: so many in all, but at least one of each rule that is shown.
 */
export const shortCaps = ({ alerts }: DigestFacts): Caps => ({
  rows: ROWS,
  tableRows: ROWS,
  rules: ROWS,
  lines: Math.max(1, Math.floor(ROWS / Math.max(1, alerts.length))),
});
