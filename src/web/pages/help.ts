// `/help` and `/help/SUBJECT`: the manual.
import { html } from 'ghtml';
import { marked } from 'marked';
import { AppError } from '../../lib/errors.ts';
import { manualSubjects, readManualPage } from '../../report/manual-pages.ts';
import { commandText } from '../../words/shell-text.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { page, type PageContext } from '../parts/page.ts';

/** Every subject, with what it is about. */
export function helpPage(ctx: PageContext): string {
  const items = manualSubjects()
    .map(readManualPage)
    .map(
      ({ subject, title }) =>
        html`<li><a href="${ctx.links.to(path`/help/${subject}`)}">${title}</a></li>`,
    );
  const body = html`<div class="head"><div><h1>Help</h1><p>The manual of this version.</p></div></div>
<div class="card"><ul class="todo">!${items}</ul></div>`;
  return page(ctx, { title: 'Help', section: '/help', body });
}

/** One page of it. Links between pages lead to pages here. @throws AppError `not_found` */
export function subjectPage(ctx: PageContext, subject: string): string {
  if (!manualSubjects().includes(subject))
    throw new AppError('not_found', `the manual has no page ${JSON.stringify(subject)}`);
  const { title, text } = readManualPage(subject);
  const linked = text.replace(
    /\]\((?:\.\/)?([a-z-]+)\.md(#[\w-]*)?\)/g,
    (_, other: string, place: string | undefined) =>
      `](${ctx.links.to(path`/help/${other}`)}${place ?? ''})`,
  );
  const also = alsoLinks(ctx, {
    json: null,
    csv: null,
    command: commandText(['help', subject]),
    sql: null,
  });
  // The manual is our own text, so its HTML needs no check.
  const shown = marked.parse(linked, { async: false }).replaceAll('<pre>', '<pre tabindex="0">');
  const body = html`<div class="row"><p class="crumbs"><a href="${ctx.links.to('/help')}">Help</a></p>!${also}</div>
<article class="card doc">!${shown}</article>`;
  return page(ctx, { title, section: '/help', body });
}
