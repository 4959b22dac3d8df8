import { Resvg } from '@resvg/resvg-js';
import { runs } from './rank-png.ts';

/**
 * Ten hues that are told apart on white and on the dark grey of dark mode (Tableau 10, the light
 * ones darkened).
 */
export const HUES = [
  '#4e79a7',
  '#f28e2b',
  '#e15759',
  '#3f9c96',
  '#59a14f',
  '#c99a1e',
  '#b07aa1',
  '#e0708a',
  '#9c755f',
  '#8a8f98',
];
const GUIDE = '#9aa4b2';
/** Pixels per CSS pixel, for dense screens. */
const SCALE = 2;
const MARGIN = 6;

/**
 * `ranks` are the rows of the picture, each of `rowHeight`; one more, below a dashed line, is for
 * all further ranks.
 */
type Size = { width: number; rowHeight: number; ranks: number };

/**
 * The ranks of the first products of a list over time, as a PNG with a transparent background,
 * twice as large as it is shown. A line ends at the height of its rank, beside which a page writes
 * its name: so the picture needs no text, and no font. Where nothing is known, a line is broken.
 */
export function bumpPng(lines: readonly (readonly (number | null)[])[], size: Size): Buffer {
  const svg = new Resvg(bumpSvg(lines, size), {
    fitTo: { mode: 'width', value: size.width * SCALE },
    font: { loadSystemFonts: false },
  });
  return svg.render().asPng();
}

/** The same picture as SVG. */
export function bumpSvg(
  lines: readonly (readonly (number | null)[])[],
  { width, rowHeight, ranks: shown }: Size,
): string {
  const height = rowHeight * (shown + 1);
  const count = lines[0]?.length ?? 0;
  const x = (index: number) =>
    MARGIN + (count < 2 ? 0.5 : index / (count - 1)) * (width - 2 * MARGIN);
  const y = (rank: number) => (Math.min(rank, shown + 1) - 0.5) * rowHeight;
  const below = `<line x1="0" y1="${shown * rowHeight}" x2="${width}" y2="${shown * rowHeight}" stroke="${GUIDE}" stroke-opacity="0.6" stroke-dasharray="3 4"/>`;
  const drawn = lines.map((ranks, index) => {
    const hue = HUES[index % HUES.length] ?? GUIDE;
    const points = ranks.map((rank, at) => (rank === null ? null : ([x(at), y(rank)] as const)));
    const last = points.at(-1);
    return [
      ...runs(points).map((run) =>
        run.length > 1
          ? `<path fill="none" stroke="${hue}" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round" d="${smooth(run)}"/>`
          : `<circle cx="${fixed(run[0]?.[0] ?? 0)}" cy="${fixed(run[0]?.[1] ?? 0)}" r="2" fill="${hue}"/>`,
      ),
      ...(last
        ? [`<circle cx="${fixed(last[0])}" cy="${fixed(last[1])}" r="4" fill="${hue}"/>`]
        : []),
    ].join('');
  });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${below}${drawn.reverse().join('')}</svg>`;
}

type Point = readonly [x: number, y: number];

const fixed = (value: number): string => value.toFixed(1);

/** The curve is level at every point, so that the eye can follow crossings. */
function smooth(run: readonly Point[]): string {
  return run
    .map(([x, y], index) => {
      const before = run[index - 1];
      if (before === undefined) return `M${fixed(x)} ${fixed(y)}`;
      const middle = fixed((before[0] + x) / 2);
      return `C${middle} ${fixed(before[1])} ${middle} ${fixed(y)} ${fixed(x)} ${fixed(y)}`;
    })
    .join('');
}
