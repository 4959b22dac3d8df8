// The headline figures of a list as a whole, as digests total them.
import { headlinesOf } from '../../list/list-kind.ts';
import type { Db } from '../../store/file/open.ts';
import type { Comparison } from '../../store/reading/leaderboard.ts';
import { sumMetrics } from '../../store/reading/metric-sums.ts';
import { differenceText } from '../../words/short-numbers.ts';
import { valueText } from './cells.ts';

export type Total = { title: string; text: string; by: string; tone: '' | 'up' | 'down' | 'soft' };

/** The sum over all rows, and by how much it differs from that of the baseline's rows. */
export function readTotal(db: Db, comparison: Comparison): Total[] {
  const { snapshot, baseline } = comparison;
  const { list } = comparison.list;
  const metrics = headlinesOf(list);
  const columns = metrics.map(({ column }) => column);
  const after = sumMetrics(db, list, snapshot.id, columns);
  const before = baseline === null ? [] : sumMetrics(db, list, baseline.id, columns);
  return metrics.map((metric, index) => {
    const [now, then] = [after[index] ?? 0, before[index] ?? 0];
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
