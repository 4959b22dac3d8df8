// `/deliveries` and `/deliveries/N`: what is on its way, what became of it, and once more.
import { html } from 'ghtml';
import { plural } from '../../lib/text.ts';
import { formatDuration } from '../../lib/duration.ts';
import { readDeliveries, readDelivery } from '../../report/deliveries.ts';
import type { AttemptRow } from '../../store/outbox/delivery-log.ts';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';
import { troubleText } from '../../terminal/deliveries-text.ts';
import { commandText } from '../../words/shell-text.ts';
import { askedCount, askedText, askedWord } from '../asked.ts';
import { SANDBOX } from '../http/headers.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { withTyped } from '../parts/command.ts';
import { page, type PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import { tabs } from '../parts/tabs.ts';
import { testForm, untestedHtml } from '../parts/test-form.ts';
import { text } from '../parts/text.ts';
import { distance, fullTime, tableTime } from '../parts/times.ts';

const A_PAGE = 100;

/** The outbox, and what there is to say of what was asked. @throws AppError `usage` */
export function deliveriesPage(ctx: PageContext, said: string | null): string {
  const { deps, asked, links, now } = ctx;
  const { config, db } = deps;
  const state = askedWord(asked.query, 'state', DELIVERY_STATES);
  const channel = askedText(asked.query, 'channel');
  const limit = askedCount(asked.query, 'limit', A_PAGE, [1, 2_000]);
  const report = readDeliveries(db, config.channels, { state, channel }, limit, now);
  const to = (changes: Record<string, string | undefined>) =>
    links.to('/deliveries', { ...asked.query, ...changes });
  const states = DELIVERY_STATES.filter((one) => (report.counts[one] ?? 0) > 0 || one === state);
  const chosen = [
    { label: 'all', href: to({ state: undefined }), isChosen: state === undefined },
    ...states.map((one) => ({
      label: one,
      count: report.counts[one] ?? 0,
      href: to({ state: one }),
      isChosen: one === state,
    })),
  ];
  const troubles = report.troubles
    .map((trouble) => troubleText(trouble, config.timezone).trim())
    .filter((said) => said !== '')
    .map((said) => html`<p class="banner bad">${withTyped(ctx, said)}</p>`);
  const query = links.to('', asked.query).slice(links.base.length);
  const also = alsoLinks(ctx, {
    json: `/api/v1/deliveries${query}`,
    csv: `/api/v1/deliveries.csv${query}`,
    command: commandText(['deliveries'], { state, channel }),
    sql: null,
  });
  const rows = report.rows.map((row) => [
    html`<a href="${links.to(path`/deliveries/${row.id}`)}">!${tableTime(row.createdAt, config.timezone)}</a>`,
    html`${row.channel} <small class="soft">${row.recipient}</small>`,
    text(row.type),
    html`<span class="!${toneOf(row.state)}">${row.state}</span>!${
      row.state === 'pending'
        ? html` <small class="soft">due !${distance(row.nextAttemptAt, now, config.timezone)}</small>`
        : ''
    }`,
    html`${row.reason ?? ''}`,
    String(row.attempts),
  ]);
  const body = html`<div class="head"><div><h1>Deliveries</h1>
<p>Each message for each recipient, the newest first</p></div>!${also}</div>!${said === null ? '' : html`<p class="banner" role="status">${said}</p>`}!${troubles}
<div class="row">!${tabs('State', chosen)}!${testForm(ctx)}</div>!${untestedHtml(ctx)}!${table(
    [
      { head: `Made, ${config.timezone}`, kind: 'w', from: 'under' },
      { head: 'To', kind: 'name' },
      { head: 'What', from: 'under' },
      { head: 'State', kind: 'w' },
      { head: 'Why', kind: 'long', from: 'under' },
      { head: 'Attempts', kind: 'n', from: 'far' },
    ],
    rows,
    'No message yet.',
  )}!${
    report.rows.length === limit
      ? html`<p class="pager"><a href="${to({ limit: String(Math.min(2_000, limit * 2)) })}">more</a></p>`
      : ''
  }`;
  return page(ctx, { title: 'Deliveries', section: '/deliveries', body });
}

function toneOf(state: string): string {
  if (state === 'dead') return 'down';
  return state === 'delivered' ? 'soft' : 'warn';
}

/** One delivery: its attempts, Retry, and what it says. @throws AppError `not_found` */
export function deliveryPage(ctx: PageContext, id: number, said: string | null): string {
  const { deps, links } = ctx;
  const { timezone } = deps.config;
  const { row, attempts } = readDelivery(deps.db, id);
  const also = alsoLinks(ctx, {
    json: path`/api/v1/deliveries/${id}`,
    csv: null,
    command: commandText(['deliveries', 'show', String(id)]),
    sql: null,
  });
  const to =
    row.recipient === '' ? `the channel ${row.channel}` : `${row.recipient} (${row.channel})`;
  const body = html`<div class="head"><div>
<p class="crumbs"><a href="${links.to('/deliveries')}">Deliveries</a></p><h1>${row.type} to ${to}</h1>
<p><span class="!${toneOf(row.state)}">${row.state}</span>!${
    row.reason === null ? '' : html`: ${row.reason}`
  } · made !${fullTime(row.createdAt, timezone)}!${
    row.deliveredAt === null ? '' : html` · delivered !${fullTime(row.deliveredAt, timezone)}`
  }</p></div>
!${also}</div>
!${said === null ? '' : html`<p class="banner" role="status">${said}</p>`}!${retryForm(ctx, id, row.state)}
!${section(plural(attempts.length, 'attempt'))}!${table(
    [
      { head: '#', kind: 'n' },
      { head: `Began, ${timezone}`, kind: 'name' },
      { head: 'Outcome', kind: 'w', from: 'under' },
      { head: 'Code', kind: 'n', from: 'far' },
      { head: 'Why', kind: 'long', from: 'under' },
    ],
    attempts.map((attempt) => [
      String(attempt.number),
      tableTime(attempt.startedAt, timezone),
      text(tookText(attempt)),
      String(attempt.statusCode ?? '–'),
      html`${attempt.reason ?? ''}!${attempt.excerpt === null || attempt.excerpt === '' ? '' : html`<br><small class="soft">${attempt.excerpt}</small>`}`,
    ]),
    'None yet.',
  )}
!${section('What it says, as a mail')}<div class="card">
<iframe src="${links.to(path`/deliveries/${id}/body`)}" sandbox="!${SANDBOX}" title="The message"></iframe></div>`;
  return page(ctx, { title: `Delivery ${id}`, section: '/deliveries', body });
}

const tookText = ({ startedAt, endedAt, outcome }: AttemptRow): string =>
  endedAt === null ? 'under way' : `${outcome ?? ''} after ${formatDuration(endedAt - startedAt)}`;

/** Shown to operators, for deliveries that have not arrived. */
function retryForm({ links, who }: PageContext, id: number, state: string): string {
  if (who.role !== 'operator' || state === 'delivered' || state === 'sending') return '';
  return html`<form method="post" action="${links.to(path`/deliveries/${id}/retry`)}" class="line row"><button>Retry</button>
<label><input type="checkbox" name="force" value="1"> also when it is past its time</label></form>`;
}
