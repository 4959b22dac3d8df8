import type { View } from '../store/views/view.ts';
import { wrapText } from '../words/fit-text.ts';

const GAP = '  ';

/**
 * A view's columns, a line each, with what they mean beside them; nothing is wider than `columns`
 * unless one word is.
 */
export function viewColumnsText(view: View, columns: number): string {
  const width = Math.max(...view.columns.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 2 * GAP.length);
  return view.columns
    .map(
      ({ name, description }) =>
        `${GAP}${name.padEnd(width)}${GAP}${wrapText(description, columns - indent.length).replaceAll('\n', `\n${indent}`)}\n`,
    )
    .join('');
}

/** All of it: what it holds, and its columns. */
export const viewText = (view: View, columns: number): string =>
  `${wrapText(`${view.name}: ${view.description}`, columns)}\n${viewColumnsText(view, columns)}`;
