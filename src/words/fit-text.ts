import { endIsolates, graphemesOf, truncate } from '../lib/text.ts';
import { widthOf } from '../lib/text-width.ts';

/**
 * At most `columns` wide, with an ellipsis where something was cut; no character is cut in half.
 */
export function fitText(text: string, columns: number): string {
  // Combining marks take no column, so without a limit a name could be endless.
  const bounded = truncate(text, columns * 4);
  if (widthOf(bounded) <= columns) return bounded;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemesOf(bounded)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** How a paragraph is wrapped: what its first line and the others begin with. */
type Wrapping = {
  columns: number;
  indent?: string;
  hanging?: string;
  /** Are words broken that are wider than a line? */
  isWhole?: boolean;
};

/**
 * Breaks at spaces so that no line is wider than `columns`, long words excepted; lines after the
 * first start with `hanging`.
 */
export const wrapText = (text: string, columns: number, hanging = ''): string =>
  wrapLines(text, { columns, hanging, isWhole: true }).join('\n');

/** The lines of a paragraph. What an isolate holds stays isolated in each of them. */
export function wrapLines(
  text: string,
  { columns, indent = '', hanging = indent, isWhole = false }: Wrapping,
): string[] {
  const lines: string[] = [];
  let line = indent;
  let isStart = true;
  const end = (): void => {
    // A paragraph of a bidirectional text ends with its line: an isolate goes on in the next.
    const ended = endIsolates(line);
    lines.push(ended);
    line = `${hanging}${'\u2068'.repeat(ended.length - line.length)}`;
    isStart = true;
  };
  for (const word of text.split(' ')) {
    if (!isStart && widthOf(line) + 1 + widthOf(word) > columns) end();
    for (const [index, piece] of piecesOf(
      word,
      isWhole ? Infinity : columns - hanging.length,
    ).entries()) {
      if (index > 0) end();
      line += isStart ? piece : ` ${piece}`;
      isStart = false;
    }
  }
  return [...lines, endIsolates(line)];
}

/** A word in pieces of at most so many columns, no character cut in half; one where it fits. */
function piecesOf(word: string, columns: number): string[] {
  if (widthOf(word) <= columns) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemesOf(word)) {
    if (piece !== '' && widthOf(piece) + widthOf(segment) > columns) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}
