// `/watches/W`: the leaderboard with its changes.
import { html } from 'ghtml';
import { leaderboardQuery } from '../../history/sql/page-queries.ts';
import { findShown, type Shown } from '../../report/shown.ts';
import { readTotal } from '../parts/totals.ts';
import { alertsByProduct } from '../../store/reading/open-alerts.ts';
import type { Comparison } from '../../store/reading/leaderboard.ts';
import { listLastSlots } from '../../store/reading/watch-slots.ts';
import { commandText } from '../../words/shell-text.ts';
import { askedAt, askedCompare } from '../asked.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { comparisonHtml } from '../parts/comparison.ts';
import { firstDue } from '../parts/first.ts';
import { leadersTable } from '../parts/leaders-table.ts';
import { page, type PageContext } from '../parts/page.ts';
import { slotCell } from '../parts/slots.ts';
import { tabs } from '../parts/tabs.ts';
import { readLeaders, type Leaders, type Show } from './leaders.ts';

const KINDS: readonly { show: Show; label: string }[] = [
  { show: 'all', label: 'All' },
  { show: 'climbers', label: 'Climbers' },
  { show: 'fallers', label: 'Fallers' },
  { show: 'entered', label: 'New' },
  { show: 'returned', label: 'Back' },
  { show: 'left', label: 'Left' },
];
const COMPARED = ['previous', '7d', '30d'] as const;
const SLOTS = 18;

/** The leaderboard of a watch as a page. @throws AppError `not_found`, `usage` */
export function leaderboardPage(ctx: PageContext, watch: string): string {
  const { deps, asked, now } = ctx;
  const { db, config } = deps;
  const query = {
    watch,
    compare: askedCompare(asked.query),
    at: askedAt(asked.query, config.timezone),
  };
  const shown = findShown({ db, config }, query, now);
  const { comparison } = shown;
  const isFirst = shown.newest === null && query.at === undefined;
  const head = html`<div class="head"><div><p class="crumbs"><a href="${ctx.links.to('/')}">Watches</a></p>
<h1>${watch}</h1>!${isFirst ? '' : comparisonHtml(ctx, shown)}</div>!${also(ctx, watch, shown)}</div>`;
  const nothing = isFirst ? firstDue(ctx, watch) : '';
  const body = comparison === null ? nothing : board(ctx, watch, shown, comparison);
  return page(ctx, { title: watch, section: '/', body: head + body });
}

function also(ctx: PageContext, watch: string, { comparison }: Shown): string {
  const list = comparison?.list.list;
  const { at, compare } = ctx.asked.query;
  const api = path`/api/v1/watches/${watch}/leaderboard`;
  const query = new URLSearchParams(ctx.asked.query).toString();
  const end = query === '' ? '' : `?${query}`;
  const isNow = at === undefined && (compare === undefined || compare === 'previous');
  return alsoLinks(ctx, {
    json: `${api}${end}`,
    csv: `${api}.csv${end}`,
    command: commandText(['top', watch], { compare, at }),
    sql: isNow && list !== undefined ? leaderboardQuery({ name: watch, list }) : null,
  });
}

function board(ctx: PageContext, watch: string, shown: Shown, comparison: Comparison): string {
  const { deps, asked, links } = ctx;
  const leaders = readLeaders(deps.db, comparison, asked.query);
  const alerts = alertsByProduct(deps.db, watch);
  const here = path`/watches/${watch}`;
  const to = (changes: Record<string, string | undefined>) =>
    links.to(here, { ...asked.query, page: undefined, ...changes });
  const { compare } = shown.query;
  const chosen = compare.kind === 'previous' ? 'previous' : compare.text;
  const spans = [...new Set([...COMPARED, chosen])].map((text) => ({
    label: text,
    href: to({ compare: text === 'previous' ? undefined : text }),
    isChosen: text === chosen,
  }));
  const kinds = KINDS.map(({ show, label }) => ({
    label,
    count: leaders.counts[show],
    href: to({ show: show === 'all' ? undefined : show }),
    isChosen: show === leaders.show,
  }));
  const isDense = asked.query['dense'] !== undefined;
  return html`!${tiles(ctx, watch, comparison, leaders)}
<div class="row">!${tabs('Compare with', spans)}!${tabs('Which products', kinds)}</div>
<div class="row">!${finder(ctx, here)}<span class="also">
<a href="${links.to(path`/watches/${watch}/coverage`)}">coverage</a>
<a href="${to({ dense: isDense ? undefined : '1' })}">!${isDense ? 'taller rows' : 'denser rows'}</a></span></div>
!${leadersTable(ctx, { watch, comparison, leaders, alerts, to })}`;
}

/** The field that looks for a name. All other choices in the address are kept. */
function finder({ asked, links }: PageContext, here: string): string {
  const kept = Object.entries(asked.query).filter(([key]) => key !== 'q' && key !== 'page');
  const hidden = kept.map(
    ([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`,
  );
  return html`<form class="line" action="${links.to(here)}" role="search">!${hidden}
<input type="search" name="q" value="${asked.query['q'] ?? ''}"
 placeholder="Find a name or id" aria-label="Find a name or id">
<button class="second">Find</button></form>`;
}

/** How long the list is, who came and went, and its headline figures. */
function tiles(ctx: PageContext, watch: string, comparison: Comparison, leaders: Leaders): string {
  const { deps, links } = ctx;
  const { snapshot, list, baseline } = comparison;
  const { counts } = leaders;
  const slots = listLastSlots(deps.db, watch, snapshot.slotAt, SLOTS);
  const cells = slots.map((slot) => slotCell(ctx, slot));
  const totals = readTotal(deps.db, comparison).map(
    ({ title, text, by, tone }) =>
      html`<div><dt>${title}</dt><dd>${text} <small class="${tone}">${by}</small></dd></div>`,
  );
  const many = list.list.row.many;
  const flow =
    baseline === null
      ? ''
      : html`<div><dt>New · back · left</dt><dd>${counts.entered} · ${counts.returned} · ${counts.left}</dd></div>`;
  return html`<dl class="facts card">
<div><dt>${many.charAt(0).toUpperCase() + many.slice(1)}</dt><dd>${snapshot.rows} <small class="soft">of ${list.depth}</small></dd></div>
!${flow}!${totals}
<div class="wide"><dt>Last ${slots.length} slots</dt>
<dd><a class="cells" href="${links.to(path`/watches/${watch}/coverage`)}" aria-label="Coverage">!${cells}</a></dd>
</div></dl>`;
}
