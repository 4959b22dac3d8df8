// The last ranks of a product as a line of 90 by 24 pixels: higher is better, gaps stay open.
import { spanOf } from './spark-span.ts';

/** Pixels on the screen, as the style sheet has them. */
const SHOWN = { width: 90, height: 24 };
/**
 * Steps from top to bottom, of three pixels each. A list has five hundred lines, and what they take
 * compressed is how many different steps there are.
 */
const HEIGHT = 8;
/** Of so many ranks the picture has its own shape, and is not stretched to it. */
const UNSTRETCHED = 30;
/** Of the dot at the end, in pixels. */
const RADIUS = 2.25;

/**
 * One unit of width per snapshot, so that the path is short. Empty for nothing but gaps. The dot at
 * its end is that of `sparkDot`, which the page needs once.
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
    // A rank between two gaps is a dot, too.
    if (before === null) line += `M${x} ${here}${(ranks[x + 1] ?? null) === null ? 'h0' : ''}`;
    else line += step(here - before);
    before = here;
  });
  const dot = (ranks.at(-1) ?? null) === null ? '' : ' marker-end="url(#now)"';
  return `<svg viewBox="0 0 ${widthOf(ranks.length)} ${HEIGHT}"${stretched(ranks.length)} aria-hidden="true"><path${dot} d="${line}"/></svg>`;
}

const stretched = (count: number): string =>
  count === UNSTRETCHED ? '' : ' preserveAspectRatio="none"';

/** One snapshot to the right; a minus needs no space before it. */
function step(down: number): string {
  if (down === 0) return 'h1';
  return down < 0 ? `l1${down}` : `l1 ${down}`;
}

const widthOf = (count: number): number => Math.max(1, count - 1);

/** The dot at the end of every line of so many ranks. It is round where the picture is stretched. */
export function sparkDot(count: number): string {
  const rx = rounded((RADIUS * widthOf(count)) / SHOWN.width);
  const ry = rounded((RADIUS * HEIGHT) / SHOWN.height);
  return `<svg class="heard" aria-hidden="true"><marker id="now" markerUnits="userSpaceOnUse" overflow="visible"><ellipse rx="${rx}" ry="${ry}"/></marker></svg>`;
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
