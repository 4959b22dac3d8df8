// A plain table on a card.
import { html } from 'ghtml';

export type Column = {
  head: string;
  /** `n`: figures, to the right; `w`: never broken; `name`: takes the room there is. */
  kind?: 'n' | 'w' | 'name';
  /** Left out on narrow screens: `mid` below 760 pixels, `far` below 560. */
  from?: 'mid' | 'far';
};

const classOf = ({ kind, from }: Column): string =>
  [kind, from].filter((word) => word !== undefined).join(' ');

/** Rows of cells that are HTML; `none` is said where there is no row. The first column heads its row. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  none: string,
): string {
  if (rows.length === 0) return html`<p class="card pad soft">${none}</p>`;
  const head = columns.map(
    (column) => html`<th scope="col" class="${classOf(column)}">${column.head}</th>`,
  );
  const cells = (row: readonly string[]) =>
    columns.map((column, index) => html`<td class="${classOf(column)}">!${row[index] ?? ''}</td>`);
  const lines = rows.map((row) => html`<tr>!${cells(row)}</tr>`);
  return html`<div class="card scroll" tabindex="0" role="group" aria-label="${columns.map(({ head: text }) => text).join(', ')}">
<table><thead><tr>!${head}</tr></thead><tbody>!${lines}</tbody></table></div>`;
}

/** A heading with what stands at its right. */
export const section = (title: string, aside = ''): string =>
  html`<div class="section"><h2>${title}</h2><span class="also">!${aside}</span></div>`;
