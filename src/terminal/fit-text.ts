import stringWidth from 'string-width';
import { truncate } from '../lib/text.ts';

/**
 * How many columns of a terminal a text takes: two for most East Asian characters and emoji, none
 * for combining marks.
 */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `columns` wide, with an ellipsis where something was cut; no character is cut in half.
 */
export function fitText(text: string, columns: number): string {
  // Combining marks take no column: without this a name could be endless.
  const bounded = truncate(text, columns * 4);
  if (widthOf(bounded) <= columns) return bounded;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(bounded)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/**
 * Breaks at spaces so that no line is wider than `columns`, long words excepted; lines after the
 * first start with `hanging`.
 */
export function wrapText(text: string, columns: number, hanging = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = `${hanging}${word}`;
    } else line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
