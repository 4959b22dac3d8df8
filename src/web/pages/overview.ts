// `/`: what needs a person, and how every watch is doing.
import { html } from 'ghtml';
import { plural } from '../../lib/text.ts';
import { adviceFor, type Advice } from '../../report/status-advice.ts';
import { readStatus, type Status, type WatchStatus } from '../../report/status.ts';
import { listLastSlots } from '../../store/reading/watch-slots.ts';
import { statusText } from '../../terminal/comparison-text.ts';
import { waitingText } from '../../terminal/status-text.ts';
import { commandText } from '../../words/shell-text.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { typed } from '../parts/command.ts';
import { page, type PageContext } from '../parts/page.ts';
import { slotCell, slotDate } from '../parts/slots.ts';
import { distance, dayTime } from '../parts/times.ts';

const SLOTS = 24;

/** The overview as a page. */
export function overviewPage(ctx: PageContext): string {
  const { deps, now } = ctx;
  const { config, db } = deps;
  const status = readStatus(db, config, now);
  const also = alsoLinks(ctx, {
    json: '/api/v1/status',
    csv: null,
    command: commandText(['status']),
    sql: null,
  });
  const body = html`<div class="head"><div><h1>Overview</h1><p>Times in ${config.timezone}</p></div>!${also}</div>
!${advice(ctx, adviceFor(status, config.timezone))}!${facts(ctx, status)}
<section aria-labelledby="watches"><div class="section"><h2 id="watches">Watches</h2></div>
!${watches(ctx, status)}</section>`;
  return page(ctx, { title: 'Overview', section: '/', body });
}

/** What to do, and the command that does it. */
function advice(ctx: PageContext, all: readonly Advice[]): string {
  if (all.length === 0) return '';
  const items = all.map(
    ({ text, command }) => html`<li>${text} <code>${typed(ctx, command)}</code></li>`,
  );
  return html`<section aria-labelledby="todo"><div class="section"><h2 id="todo">Needs somebody</h2></div>
<div class="card"><ul class="todo">!${items}</ul></div></section>`;
}

function facts({ links }: PageContext, status: Status): string {
  const { openAlerts, deliveries, credits } = status;
  const { told, critical, warning } = openAlerts;
  const bySeverity = Object.entries({ critical, warning, info: told - critical - warning })
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
  const limit = credits.limit === null ? '' : html`<small>of ${credits.limit}</small>`;
  const dead = deliveries.recentlyDead;
  return html`<dl class="facts card">
<div><dt>Alerts that fire</dt>
<dd><a href="${links.to('/alerts', { state: 'firing' })}">${told}</a> <small class="soft">${bySeverity}</small></dd></div>
<div><dt>Quiet · of products that left</dt>
<dd><a href="${links.to('/alerts', { state: 'firing', told: 'all' })}">${openAlerts.quiet} · ${openAlerts.left}</a></dd></div>
<div><dt>Messages to send</dt><dd><a href="${links.to('/deliveries', { state: 'pending' })}">${deliveries.pending}</a></dd></div>
<div><dt>Given up in 7 days</dt><dd!${dead > 0 ? ' class="warn"' : ''}><a href="${links.to('/deliveries', { state: 'dead' })}">${dead}</a></dd></div>
<div><dt>Credits today</dt><dd><a href="${links.to('/credits')}">${credits.today}</a> !${limit}</dd></div></dl>`;
}

function watches(ctx: PageContext, { watches: all, now }: Status): string {
  const { timezone } = ctx.deps.config;
  const rows = all.map((watch) => watchRow(ctx, watch, now));
  return html`<div class="card scroll"><table><thead><tr><th scope="col">Watch</th>
<th scope="col" class="far">Last snapshot</th><th scope="col" class="mid">Last ${SLOTS} slots</th>
<th scope="col" class="n far">Next, ${timezone}</th></tr></thead><tbody>!${rows}</tbody></table></div>`;
}

function watchRow(ctx: PageContext, watch: WatchStatus, now: number): string {
  const { deps, links } = ctx;
  const { timezone } = deps.config;
  const slots = listLastSlots(deps.db, watch.watch, now, SLOTS);
  const squares = slots.map((slot) => slotCell(ctx, slot));
  const coverage = links.to(path`/watches/${watch.watch}/coverage`);
  const label = `Coverage of ${watch.watch}: ${plural(slots.length, 'slot')}`;
  const next =
    watch.nextAt === null
      ? 'never'
      : html`!${dayTime(watch.nextAt, timezone)} <span class="soft">!${distance(watch.nextAt, now, timezone)}</span>`;
  const last = lastSnapshot(ctx, watch);
  return html`<tr><th scope="row" class="name"><a href="${links.to(path`/watches/${watch.watch}`)}">${watch.watch}</a>
<div class="under"><span>!${last}</span><span>next !${next}</span></div></th>
<td class="top far">!${last}</td>
<td class="mid"><a class="cells" href="${coverage}" aria-label="${label}">!${squares}</a></td>
<td class="n far">!${next}</td></tr>`;
}

function lastSnapshot(ctx: PageContext, watch: WatchStatus): string {
  const { deps, links, now } = ctx;
  const { timezone } = deps.config;
  const { last, overdueAt, waiting, watch: name } = watch;
  const waits =
    waiting === null ? '' : html`<span class="soft">${waitingText(waiting, now)}</span>`;
  if (last === null && waiting !== null) return waits;
  if (last === null)
    return html`None yet. Take one now: <code>${typed(ctx, commandText(['snapshot', name]))}</code>`;
  const overdue =
    overdueAt === null
      ? ''
      : html` <span class="warn">overdue since !${dayTime(overdueAt, timezone)}</span>`;
  const date =
    last.dataDate === null ? '' : html`<span class="soft">${slotDate(deps.db, last)}</span>`;
  const tone = last.status === 'complete' ? 'soft' : 'warn';
  return html`<a href="${links.to(path`/snapshots/${last.id}`)}">!${dayTime(last.slotAt, timezone)}</a>!${date},
<span class="!${tone}">${statusText(last)}</span>
<span class="soft">!${distance(last.slotAt, now, timezone)}</span>!${overdue}!${waits === '' ? '' : html`<br>!${waits}`}`;
}
