import { Resvg } from '@resvg/resvg-js';

/** Legible on white and on the dark grey of dark mode. */
const LINE = '#4a8fe7';
const GUIDE = '#9aa4b2';
/** Pixels per CSS pixel, for dense screens. */
const SCALE = 2;
const MARGIN = 4;

type Size = { width: number; height: number };

/**
 * A line of ranks as a PNG with a transparent background, twice as large as it is shown. The best
 * rank is at the top; where the product was not on the list, the line is broken. No text, so no
 * font is needed.
 */
export function rankPng(ranks: readonly (number | null)[], size: Size): Buffer {
  const svg = new Resvg(rankSvg(ranks, size), {
    fitTo: { mode: 'width', value: size.width * SCALE },
    font: { loadSystemFonts: false },
  });
  return svg.render().asPng();
}

/** The same picture as SVG. */
export function rankSvg(ranks: readonly (number | null)[], { width, height }: Size): string {
  const known = ranks.filter((rank) => rank !== null);
  const best = Math.min(...known);
  const worst = Math.max(...known);
  const x = (index: number) =>
    MARGIN + (ranks.length < 2 ? 0 : (index / (ranks.length - 1)) * (width - 2 * MARGIN));
  const y = (rank: number) =>
    best === worst ? height / 2 : MARGIN + ((rank - best) / (worst - best)) * (height - 2 * MARGIN);
  const points = ranks.map((rank, index) =>
    rank === null ? null : { x: x(index).toFixed(1), y: y(rank).toFixed(1) },
  );
  const last = points.at(-1);
  const parts = [
    `<line x1="${MARGIN}" y1="${height - 1}" x2="${width - MARGIN}" y2="${height - 1}" stroke="${GUIDE}" stroke-opacity="0.5"/>`,
    ...runs(points).map((run) =>
      run.length > 1
        ? `<polyline fill="none" stroke="${LINE}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" points="${run.map((point) => `${point.x},${point.y}`).join(' ')}"/>`
        : `<circle cx="${run[0]?.x ?? 0}" cy="${run[0]?.y ?? 0}" r="1.5" fill="${LINE}"/>`,
    ),
    ...(last ? [`<circle cx="${last.x}" cy="${last.y}" r="3" fill="${LINE}"/>`] : []),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`;
}

/** Neighbouring known points together. */
export function runs<Point>(points: readonly (Point | null)[]): Point[][] {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (point === null) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((run) => run.length > 0);
}
