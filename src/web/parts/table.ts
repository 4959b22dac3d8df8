// A plain table on a card.
import { html } from 'ghtml';

export type Column = {
  head: string;
  /**
   * `n`: figures, to the right; `w`: never broken; `name`: what the row is about, which takes the
   * room there is and heads its row; `long`: text that may hold words of any length; `text`: the same
   * where there may be any number of columns.
   */
  kind?: 'n' | 'w' | 'name' | 'long' | 'text';
  /**
   * On narrow screens: `mid` is left out below 760 pixels, and `far` below 560; `under` stands below
   * 560 in a line of its own below the name of its row.
   */
  from?: 'mid' | 'far' | 'under';
};

const classOf = ({ kind, from }: Column): string =>
  [kind, from === 'under' ? 'far' : from].filter((word) => word !== undefined).join(' ');

/** Rows of cells that are HTML; `none` is said where there is no row. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  none: string,
): string {
  if (rows.length === 0) return html`<p class="card pad soft">${none}</p>`;
  const head = columns.map(
    (column) => html`<th scope="col" class="${classOf(column)}">${column.head}</th>`,
  );
  const lines = rows.map((row) => html`<tr>!${cellsOf(columns, row)}</tr>`);
  return html`<div class="card scroll" tabindex="0" role="group" aria-label="${columns.map(({ head: text }) => text).join(', ')}">
<table><thead><tr>!${head}</tr></thead><tbody>!${lines}</tbody></table></div>`;
}

function cellsOf(columns: readonly Column[], row: readonly string[]): string[] {
  const under = columns.flatMap(({ from }, index) => {
    const cell = row[index] ?? '';
    return from === 'under' && cell !== '' ? [html`<span>!${cell}</span>`] : [];
  });
  const below = under.length === 0 ? '' : html`<div class="under">!${under}</div>`;
  return columns.map((column, index) => {
    const cell = row[index] ?? '';
    return column.kind === 'name'
      ? html`<th scope="row" class="${classOf(column)}">!${cell}!${below}</th>`
      : html`<td class="${classOf(column)}">!${cell}</td>`;
  });
}

/** A heading with what stands at its right. */
export const section = (title: string, aside = ''): string =>
  html`<div class="section"><h2>${title}</h2><span class="also">!${aside}</span></div>`;
