// Links to the same data in four other forms.
import { html } from 'ghtml';
import { cleanText } from '../../lib/text.ts';
import { typed } from './command.ts';
import type { PageContext } from './page.ts';

export type Also = {
  /** Addresses below the prefix. */
  json: string | null;
  csv: string | null;
  /** As it is typed in a shell. */
  command: string | null;
  sql: string | null;
};

/** `this page as JSON CSV command SQL`: what a page lacks is left out. */
export function alsoLinks(ctx: PageContext, also: Also): string {
  const { links } = ctx;
  const to = (address: string | null, label: string) =>
    address === null ? '' : html`<a href="${links.to(address)}">${label}</a>`;
  const words = also.command === null ? null : cleanText(typed(ctx, also.command));
  const command =
    words === null
      ? ''
      : html`<details class="pop"><summary>command</summary>
<div><code>${words}</code> <button type="button" data-copy="${words}" hidden>Copy</button></div>
</details>`;
  const sql = also.sql === null ? '' : to(`/sql?q=${encodeURIComponent(also.sql)}`, 'SQL');
  return html`<div class="also"><span>this page as</span>!${to(also.json, 'JSON')}!${to(also.csv, 'CSV')}!${command}!${sql}</div>`;
}
