// `/sql`: the console. The text stays in the form and in the address, so that a query is never lost.
import { html } from 'ghtml';
import { EXAMPLE, viewQuery } from '../../history/sql/page-queries.ts';
import { remarkOn } from '../../history/sql/effort.ts';
import { gate } from '../../history/sql/gate.ts';
import { leftOut } from '../../history/sql/left-out.ts';
import { readValue } from '../../history/sql/parameters.ts';
import { listSaved, type SavedQuery } from '../../history/sql/saved.ts';
import { SECOND_MS } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import { cleanText, plural, truncate } from '../../lib/text.ts';
import { VIEWS } from '../../store/views/views.ts';
import { commandText } from '../../words/shell-text.ts';
import { Refusal } from '../http/refusal.ts';
import { alsoLinks } from '../parts/also.ts';
import { withTyped } from '../parts/command.ts';
import { leftHtml } from '../parts/left.ts';
import { page, type PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import { askRows, findAsked, LONGEST_MS, queriesFolder, type Answered } from './ask-sql.ts';
import { resultChart } from './sql-chart.ts';

const MOST_CELL = 300;
const ON_A_LINE = 40;

/** @throws Refusal for viewers, unless the config lets them */
export function requireSql({ deps, who }: Pick<PageContext, 'deps' | 'who'>): void {
  if (who.role === 'operator' || deps.config.web.viewersMayQuery) return;
  throw new Refusal(403, 'those who only look may not ask SQL here', {
    hint: 'viewers_may_query below web in the config lets them',
  });
}

/** What is asked, with values for its parameters (`p_watch=us-daily`). */
export function readAsking({ deps, asked }: Pick<PageContext, 'deps' | 'asked'>) {
  const text = asked.query['q'] ?? '';
  if (text.trim() === '') return null;
  const { sql, saved } = findAsked(deps, text);
  const given = Object.entries(asked.query).flatMap(([key, value]) =>
    key.startsWith('p_') && value !== '' ? [[key.slice(2), readValue(value)] as const] : [],
  );
  return { text, saved, asking: { sql, given: Object.fromEntries(given) } };
}

/** The console, with the answer where something is asked. */
export async function sqlPage(ctx: PageContext): Promise<string> {
  requireSql(ctx);
  const { asked, links, deps } = ctx;
  const text = asked.query['q'] ?? '';
  let shown = '';
  let isAnswered = false;
  let problem = '';
  let parameters = '';
  try {
    const found = readAsking(ctx);
    if (found !== null) {
      parameters = parameterFields(ctx, found.asking.sql, found.saved);
      const lacking = lackingOf(found);
      isAnswered = lacking.length === 0;
      shown = isAnswered
        ? answerHtml(ctx, found.asking.sql, await askRows(deps, found.asking, found.saved))
        : html`<p>It is asked once you have said ${lacking.map((name) => `:${name}`).join(', ')}.</p>`;
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    problem = html`<div class="card pad">
<pre class="problem" role="alert">${thrown.message}!${thrown.hint === undefined ? '' : html`<br>${withTyped(ctx, thrown.hint)}`}</pre></div>`;
  }
  const query = links.to('', asked.query).slice(links.base.length);
  const also =
    !isAnswered || problem !== ''
      ? ''
      : alsoLinks(ctx, {
          json: `/api/v1/sql${query}`,
          csv: `/api/v1/sql.csv${query}`,
          command: commandText(['sql', text]),
          sql: null,
        });
  const body = html`<div class="head"><div><h1>SQL</h1>
<p>Read-only, over the whole history; stopped after ${LONGEST_MS / SECOND_MS} seconds. <a href="${links.to('/help/sql')}">Help</a></p></div>
!${also}</div>
<form action="${links.to('/sql')}" class="card pad"><p>
<label for="q">Query, or @name of a saved one</label><textarea id="q" name="q" rows="8" spellcheck="false" placeholder="${EXAMPLE}">${text}</textarea></p>
!${parameters}<button>Ask</button></form>
!${problem}!${shown}<div class="columns"><div>!${saved(ctx)}</div><div>!${views(ctx)}</div></div>`;
  return page(ctx, { title: 'SQL', section: '/sql', body });
}

/** The parameters that have no value yet: who has just opened a saved query has made no mistake. */
function lackingOf({ asking, saved: found }: NonNullable<ReturnType<typeof readAsking>>): string[] {
  const gated = gate(asking.sql);
  if (!gated.ok) return [];
  const known = new Set(
    found?.parameters.flatMap(({ name, fallback }) => (fallback === undefined ? [] : [name])),
  );
  return gated.parameters.filter((name) => !Object.hasOwn(asking.given, name) && !known.has(name));
}

/** A field for each parameter that the query takes. */
function parameterFields({ asked }: PageContext, sql: string, found: SavedQuery | null): string {
  const gated = gate(sql);
  const names = gated.ok ? gated.parameters : [];
  if (names.length === 0) return '';
  const fields = names.map((name) => {
    const known = found?.parameters.find((one) => one.name === name);
    const fallback = known?.fallback === undefined ? '' : String(known.fallback);
    const given = asked.query[`p_${name}`] ?? '';
    return html`<label>:${name} <span>${known?.description ?? ''}</span><input name="p_${name}"
 value="${given}" placeholder="${fallback}"></label>`;
  });
  return html`<div class="fields">!${fields}</div>`;
}

function answerHtml(ctx: PageContext, sql: string, answer: Answered): string {
  const { columns, rows, isCut, ms } = answer;
  const remark = remarkOn(answer);
  const left = leftOut(ctx.deps.db.raw, sql);
  const count = isCut ? `the first ${rows.length} rows; CSV has more` : plural(rows.length, 'row');
  const cells = rows.map((row) => row.map(cellHtml));
  const heads = columns.map((head, index) => ({
    head,
    kind: kindOf(rows.map((row) => row[index] ?? null)),
  }));
  return html`!${section('Answer', html`<span>${count}, ${Math.round(ms)} ms</span>`)}!${resultChart(ctx, answer)}
!${table(heads, cells, 'No row.')}!${remark === null ? '' : html`<p class="soft">${withTyped(ctx, remark)}</p>`}!${leftHtml(left, ctx.deps.config.timezone)}`;
}

/** Of a column's values: figures, what fits on a line as instants and names do, or longer text. */
function kindOf(values: readonly SqlValue[]): 'n' | 'w' | 'text' {
  if (values.some((value) => typeof value === 'number')) return 'n';
  const isLong = (value: SqlValue) => typeof value === 'string' && value.length > ON_A_LINE;
  return values.some(isLong) ? 'text' : 'w';
}

function cellHtml(value: SqlValue): string {
  if (value === null) return '<span class="soft">NULL</span>';
  if (value instanceof Uint8Array) return html`<span class="soft">${value.length} bytes</span>`;
  return html`${truncate(cleanText(String(value)), MOST_CELL)}`;
}

function saved(ctx: PageContext): string {
  const rows = listSaved(queriesFolder(ctx.deps)).map(({ name, title }) => [
    html`<a href="${ctx.links.to('/sql', { q: `@${name}` })}">@${name}</a>`,
    html`${title}`,
  ]);
  return html`!${section('Saved queries')}
!${table(
    [
      { head: 'Name', kind: 'name' },
      { head: 'What it answers', from: 'under' },
    ],
    rows,
    'None.',
  )}`;
}

function views({ links }: PageContext): string {
  const rows = VIEWS.map(({ name, description }) => [
    html`<a href="${links.to('/sql', { q: viewQuery(name) })}">${name}</a>`,
    html`${description}`,
  ]);
  return html`!${section('Views', html`<a href="${links.to('/help/views')}">their columns</a>`)}
!${table(
    [
      { head: 'View', kind: 'name' },
      { head: 'What it has', from: 'under' },
    ],
    rows,
    'None.',
  )}`;
}
