// `/alerts` and `/alerts/N`: what fired, and one alert with all it is based on.
import { html } from 'ghtml';
import { alertsQuery } from '../../history/sql/page-queries.ts';
import { plural } from '../../lib/text.ts';
import { listRuleNames, listWatchNames } from '../../store/reading/names.ts';
import { countAll, readAlert, requireNames } from '../../report/alerts.ts';
import { listAlerts, type AlertFilter } from '../../store/alerts/alert-log.ts';
import { SEVERITIES } from '../../store/schema/alerts.ts';
import { ruleFacts, stateText } from '../../terminal/evidence-text.ts';
import { commandText } from '../../words/shell-text.ts';
import { askedCount, askedSince, askedText, askedWord, type Asked } from '../asked.ts';
import { path } from '../links.ts';
import { alertRows } from '../parts/alert-rows.ts';
import { alsoLinks } from '../parts/also.ts';
import { evidenceHtml, factList } from '../parts/evidence.ts';
import { page, type PageContext } from '../parts/page.ts';
import { pickField } from '../parts/pick.ts';
import { section, table } from '../parts/table.ts';
import { tabs } from '../parts/tabs.ts';
import { name, text } from '../parts/text.ts';
import { tableTime } from '../parts/times.ts';

const A_PAGE = 100;

/** `watch`, `rule`, `product`, `state`, `severity`, `since` and `told`: those that were told, by default. */
export function askedAlerts(asked: Asked, now: number, timeZone: string): AlertFilter {
  const told = askedWord(asked, 'told', ['told', 'quiet', 'all']) ?? 'told';
  return {
    watch: askedText(asked, 'watch'),
    rule: askedText(asked, 'rule'),
    product: askedText(asked, 'product'),
    state: askedWord(asked, 'state', ['firing', 'resolved']),
    severity: askedWord(asked, 'severity', SEVERITIES),
    since: askedSince(asked, now, timeZone),
    told: told === 'all' ? undefined : told,
  };
}

/** The log. @throws AppError `not_found`, `usage` */
export function alertsPage(ctx: PageContext): string {
  const { deps, asked, links, now } = ctx;
  const { db, config } = deps;
  const filter = askedAlerts(asked.query, now, config.timezone);
  requireNames({ db, config }, filter);
  const limit = askedCount(asked.query, 'limit', A_PAGE, [1, 2_000]);
  const alerts = listAlerts(db, filter, limit);
  const found = countAll(db, filter);
  const to = (changes: Record<string, string | undefined>) =>
    links.to('/alerts', { ...asked.query, ...changes });
  const { told = 'told', state, severity, rule, watch, since, product } = asked.query;
  const query = links.to('', asked.query).slice(links.base.length);
  const also = alsoLinks(ctx, {
    json: `/api/v1/alerts${query}`,
    csv: `/api/v1/alerts.csv${query}`,
    command: `${commandText(['alerts'], { watch, rule, state, severity, since })}${told === 'all' ? ' --all' : ''}${told === 'quiet' ? ' --quiet' : ''}`,
    sql: alertsQuery,
  });
  const states = [undefined, 'firing', 'resolved'].map((value) => ({
    label: value ?? 'all',
    count: countAll(db, { ...filter, state: value as AlertFilter['state'] }),
    href: to({ state: value }),
    isChosen: state === value,
  }));
  const tellings = ['told', 'quiet', 'all'].map((value) => ({
    label: value === 'all' ? 'both' : value,
    href: to({ told: value === 'told' ? undefined : value }),
    isChosen: told === value,
  }));
  const of =
    product === undefined
      ? ''
      : html`<p>Of the product !${name(product)}. <a href="${to({ product: undefined })}">Of all</a></p>`;
  const more =
    found > alerts.length
      ? html`<p class="pager"><a href="${to({ limit: String(Math.min(2_000, limit * 2)) })}">more of ${found}</a></p>`
      : '';
  const body = html`<div class="head"><div><h1>Alerts</h1>
<p>${plural(found, 'alert')}, the newest first</p>!${of}</div>!${also}</div>
<div class="row">!${tabs('State', states)}!${tabs('Told', tellings)}</div>
!${filters(ctx)}!${alertRows(ctx, alerts, 'Nothing fired that fits.')}!${more}`;
  return page(ctx, { title: 'Alerts', section: '/alerts', body });
}

function filters({ deps, asked, links }: PageContext): string {
  const { db } = deps;
  const pick = (key: string, label: string, names: readonly string[]) =>
    pickField({ key, label, any: 'all' }, names, asked.query[key]);
  const kept = ['told', 'state', 'product'].flatMap((key) => {
    const value = asked.query[key];
    return value === undefined ? [] : [html`<input type="hidden" name="${key}" value="${value}">`];
  });
  return html`<form class="line row" action="${links.to('/alerts')}">!${kept}
!${pick('rule', 'Rule', listRuleNames(db))}!${pick('watch', 'Watch', listWatchNames(db))}!${pick('severity', 'Severity', SEVERITIES)}
<label>Since<input name="since" value="${asked.query['since'] ?? ''}" placeholder="7d, or a date" size="12"></label>
<button class="second">Show</button></form>`;
}

/** One alert: the facts that `alerts show` prints, with its links. @throws AppError `not_found` */
export function alertPage(ctx: PageContext, id: number): string {
  const { deps, links } = ctx;
  const { db, config } = deps;
  const report = readAlert(db, id);
  const { alert, tellings, sql, query } = report;
  const { evidence, watch } = alert;
  const product = String(evidence.change['product'] ?? '');
  const productId = String(evidence.change['product_id'] ?? '');
  const also = alsoLinks(ctx, {
    json: path`/api/v1/alerts/${id}`,
    csv: null,
    command: commandText(['alerts', 'show', String(id)]),
    sql,
  });
  const { timezone } = config;
  const ended =
    alert.resolvedEvidence === null
      ? ''
      : section('Values it resolved on') + evidenceHtml(alert.resolvedEvidence, query, timezone);
  const people = table(
    [
      { head: 'What', from: 'far' },
      { head: 'To', kind: 'name' },
      { head: 'State', kind: 'long' },
      { head: `When, ${config.timezone}`, kind: 'w', from: 'under' },
    ],
    tellings.map((telling) => [
      text(telling.event),
      text(telling.recipient === '' ? telling.channel : `${telling.channel}: ${telling.recipient}`),
      html`<a href="${links.to(path`/deliveries/${telling.deliveryId}`)}">${telling.state}</a>!${
        telling.reason === null ? '' : html` <small class="soft">${telling.reason}</small>`
      }`,
      tableTime(telling.deliveredAt ?? telling.createdAt, config.timezone),
    ]),
    alert.quiet === null ? 'Nobody yet.' : `Nobody: ${alert.quiet}.`,
  );
  const rule = links.to(path`/rules/${evidence.rule}`);
  const history = links.to(path`/watches/${watch}/products/${productId}`);
  const snapshot = links.to(path`/snapshots/${alert.snapshotId}`);
  const silence = links.to('/silences', { rule: evidence.rule, watch, product: productId });
  const body = html`<div class="head"><div>
<p class="crumbs"><a href="${links.to('/alerts')}">Alerts</a> › <a href="${rule}">${evidence.rule}</a></p>
<h1>!${name(product)}</h1><p>${stateText(alert, timezone)}</p>
<p>${alert.severity} · <a href="${history}">its history in ${watch}</a> ·
<a href="${snapshot}">the snapshot</a> · <a href="${silence}">Silence…</a></p></div>
!${also}</div>
!${section('Why')}!${factList(ruleFacts(evidence))}
!${section('Values it fired on')}!${evidenceHtml(evidence, query, timezone)}!${ended}
!${section('Who was told')}!${people}
!${section('The same decision from stored snapshots alone', html`<a href="${links.to('/sql', { q: sql })}">run it</a>`)}
<div class="card"><pre tabindex="0">${sql}</pre></div>`;
  return page(ctx, { title: `Alert ${id}`, section: '/alerts', body });
}
