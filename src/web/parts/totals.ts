// The headline figures of a list as a whole, as digests total them.
import { headlinesOf } from '../../list/list-kind.ts';
import type { Db } from '../../store/file/open.ts';
import { listLeaders, type Comparison } from '../../store/reading/leaderboard.ts';
import { differenceText } from '../../words/short-numbers.ts';
import { valueText } from './cells.ts';

export type Total = { title: string; text: string; by: string; tone: '' | 'up' | 'down' | 'soft' };

/** The sum over all rows, and by how much it differs from that of the baseline's rows. */
export function readTotal(db: Db, comparison: Comparison): Total[] {
  const rows = listLeaders(db, comparison);
  const before =
    comparison.baseline === null
      ? []
      : listLeaders(db, { ...comparison, snapshot: comparison.baseline, baseline: null });
  return headlinesOf(comparison.list.list).map((metric) => {
    const sum = (all: typeof rows): number =>
      all.reduce((total, row) => total + Number(row[metric.column] ?? 0), 0);
    const [now, then] = [sum(rows), sum(before)];
    const by = then > 0 ? ((now - then) * 100) / then : null;
    return {
      title: metric.headline?.title ?? metric.label,
      text: valueText(metric, now),
      by: differenceText(by) ?? '',
      tone: toneOf(by, metric.headline?.moreIsGood === true),
    };
  });
}

function toneOf(by: number | null, moreIsGood: boolean): Total['tone'] {
  if (by === null || !moreIsGood) return 'soft';
  return by >= 0 ? 'up' : 'down';
}
