// What `check --connect` shows of the page that it read.
import { widthOf } from '../../lib/text-width.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { ReadPage } from '../../source/probe.ts';
import { fitText, wrapLines } from '../../words/fit-text.ts';
import { metricText } from '../../words/number-text.ts';
import type { Writer } from '../../words/writer.ts';

/** As the label of its line is indented. */
const INDENT = '         ';

/** The first rows as they were read, in how many rows each metric is, and whether a page follows. */
export function readText(page: ReadPage, list: ListKind, writer: Writer, columns: number): string {
  const figures = ({ metrics }: ReadPage['first'][number]): string =>
    list.metrics
      .map((metric) => {
        const value = metrics[metric.column] ?? null;
        return `${metric.column} ${value === null ? '–' : metricText(metric, value, writer)}`;
      })
      .join(', ');
  const width = columns - INDENT.length;
  const rows = page.first.flatMap((row) => {
    const { upstreamId, name, categoryL1, categoryL2 } = row.product;
    const groups = [categoryL1, categoryL2].filter((group) => group !== null).join(' › ');
    const about = [name, upstreamId === name ? '' : `(${upstreamId})`, groups && `[${groups}]`];
    const told = `${writer.rank(row.rank)} ${about.filter((part) => part !== '').join(' ')}`;
    if (list.metrics.length === 0) return [fitText(told, width)];
    const line = `${told}: ${figures(row)}`;
    return widthOf(line) <= width
      ? [line]
      : [fitText(told, width), ...wrapLines(figures(row), { columns: width, indent: '   ' })];
  });
  const filled = list.metrics.map(
    ({ column }) => `${column} in ${writer.number(page.filled[column] ?? 0)}`,
  );
  // Of no row at all there is nothing to say.
  if (page.rows === 0) return '';
  const of =
    filled.length === 0 ? '' : `Of ${writer.number(page.rows)} rows: ${filled.join(', ')}. `;
  const end = wrapLines(`${of}${nextText(page.hasNext)}`, { columns: width });
  return [...rows, ...end].map((line) => `${INDENT}${line}\n`).join('');
}

function nextText(hasNext: boolean | null): string {
  if (hasNext === null) return 'Only asking shows whether there is another page.';
  return hasNext ? 'There is another page.' : 'There is no other page.';
}

/** The same for programs. */
export const readJson = ({ rows, total, first, filled, hasNext }: ReadPage): object => ({
  rows,
  total,
  first: first.map(({ rank, product, metrics }) => ({
    rank,
    product_id: product.upstreamId,
    product: product.name,
    category_l1: product.categoryL1,
    category_l2: product.categoryL2,
    ...metrics,
  })),
  filled,
  next_page: hasNext,
});
