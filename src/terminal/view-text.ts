import type { View } from '../store/views/view.ts';
import { wrapText } from '../words/fit-text.ts';

const GAP = '  ';

type Named = { name: string; description: string };

/** A line for each, with what it is beside its name; wider than `columns` where one word is. */
function namedText(all: readonly Named[], columns: number, before: string): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const indent = ' '.repeat(before.length + width + GAP.length);
  return all
    .map(
      ({ name, description }) =>
        `${before}${name.padEnd(width)}${GAP}${wrapText(description, columns - indent.length).replaceAll('\n', `\n${indent}`)}\n`,
    )
    .join('');
}

/** A view's columns with what they mean. */
export const viewColumnsText = (view: View, columns: number): string =>
  namedText(view.columns, columns, GAP);

/** Views with what they hold. */
export const viewListText = (views: readonly View[], columns: number): string =>
  namedText(views, columns, '');

/** All of it: what it holds, and its columns. */
export const viewText = (view: View, columns: number): string =>
  `${wrapText(`${view.name}: ${view.description}`, columns)}\n${viewColumnsText(view, columns)}`;
