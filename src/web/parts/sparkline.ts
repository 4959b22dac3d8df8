// The last ranks of a product as a line of 90 by 24 pixels: higher is better, gaps stay open.
import { spanOf } from './spark-span.ts';

const HEIGHT = 12;

/**
 * One unit of width per snapshot, so that the path is short: a list has five hundred of them.
 * Empty for nothing but gaps.
 */
export function sparkSvg(ranks: readonly (number | null)[]): string {
  const span = spanOf(ranks);
  if (span === null) return '';
  const y = (rank: number): number => Math.round(((rank - span.best) * HEIGHT) / span.size);
  let line = '';
  let before: number | null = null;
  ranks.forEach((rank, x) => {
    if (rank === null) {
      before = null;
      return;
    }
    const here = y(rank);
    if (before === null) line += `M${x} ${here}h0`;
    else line += here === before ? 'h1' : `l1 ${here - before}`;
    before = here;
  });
  const last = ranks.at(-1) ?? null;
  const end = last === null ? '' : `<path class="now" d="M${ranks.length - 1} ${y(last)}h0"/>`;
  return `<svg class="spark" viewBox="0 0 ${Math.max(1, ranks.length - 1)} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path d="${line}"/>${end}</svg>`;
}
