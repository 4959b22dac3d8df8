// `/rules` and `/rules/R`: what each rule did, and what it would do if it were another.
import { html } from 'ghtml';
import type { Rule } from '../../config/config.ts';
import { DAY_MS } from '../../lib/clock.ts';
import { cleanText } from '../../lib/text.ts';
import { listAlerts } from '../../store/alerts/alert-log.ts';
import { listRuleCounts, type RuleCounts } from '../../store/reading/rule-counts.ts';
import { commandText } from '../../words/shell-text.ts';
import type { Asked } from '../asked.ts';
import { path } from '../links.ts';
import { alertRows } from '../parts/alert-rows.ts';
import { alsoLinks } from '../parts/also.ts';
import { withTyped } from '../parts/command.ts';
import { page, type PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import { tableTime } from '../parts/times.ts';
import { givenFields } from '../rules/edit.ts';
import { findRule } from '../rules/find-rule.ts';

const RECENT_DAYS = 30;

/** Configured rules, and those that once fired, with what they did. */
export function readRules({ deps, now }: Pick<PageContext, 'deps' | 'now'>) {
  const counts = new Map(
    listRuleCounts(deps.db, now - RECENT_DAYS * DAY_MS).map((one) => [one.rule, one]),
  );
  const none: Omit<RuleCounts, 'rule'> = {
    open: 0,
    recent: 0,
    told: 0,
    quiet: 0,
    lastSlotAt: null,
  };
  const configured = deps.config.rules.map((rule) => ({
    ...none,
    ...counts.get(rule.name),
    rule: rule.name,
    when: rule.when,
    severity: rule.severity,
  }));
  const known = new Set(configured.map(({ rule }) => rule));
  const gone = [...counts.values()].filter(({ rule }) => !known.has(rule));
  return [...configured, ...gone.map((one) => ({ ...one, when: null, severity: null }))];
}

/** All rules. */
export function rulesPage(ctx: PageContext): string {
  const { deps, links } = ctx;
  const { timezone } = deps.config;
  const also = alsoLinks(ctx, {
    json: '/api/v1/rules',
    csv: null,
    command: commandText(['rules', 'backtest']),
    sql: null,
  });
  const rows = readRules(ctx).map((one) => [
    html`<a href="${links.to(path`/rules/${one.rule}`)}">${one.rule}</a>!${
      one.when === null
        ? html` <small class="soft">no longer configured</small>`
        : html`<br><small class="soft">${cleanText(one.when)}</small>`
    }`,
    html`<a href="${links.to('/alerts', { rule: one.rule, state: 'firing' })}">${one.open}</a>`,
    String(one.recent),
    html`<a href="${links.to('/alerts', { rule: one.rule })}">${one.told}</a>`,
    html`<a href="${links.to('/alerts', { rule: one.rule, told: 'quiet' })}">${one.quiet}</a>`,
    one.lastSlotAt === null ? 'never' : tableTime(one.lastSlotAt, timezone),
  ]);
  const body = html`<div class="head"><div><h1>Rules</h1>
<p>They are written in the config. On its page each can be tried with another condition, over the whole history.</p></div>
!${also}</div>!${table(
    [
      { head: 'Rule', kind: 'name' },
      { head: 'Fire now', kind: 'n' },
      { head: `Told in ${RECENT_DAYS} days`, kind: 'n', from: 'far' },
      { head: 'Told', kind: 'n' },
      { head: 'Quiet', kind: 'n', from: 'far' },
      { head: `Last, ${timezone}`, kind: 'w', from: 'mid' },
    ],
    rows,
    withTyped(ctx, 'No rule is configured: tidemark help rules'),
  )}`;
  return page(ctx, { title: 'Rules', section: '/rules', body });
}

/** One rule: its form with what was typed, and below it what that comes to, as HTML. */
export function rulePage(ctx: PageContext, name: string, given: Asked, result: string): string {
  const { deps } = ctx;
  const rule = findRule(deps, name);
  const alerts = listAlerts(deps.db, { rule: name, told: 'told' }, 20);
  const also = alsoLinks(ctx, {
    json: `/api/v1/alerts?rule=${encodeURIComponent(name)}`,
    csv: null,
    command: commandText(['rules', 'backtest'], { rule: name }),
    sql: null,
  });
  const about =
    rule === null ? html`<p>It is no longer in the config.</p>` : html`<p>${aboutRule(rule)}</p>`;
  const trial = rule === null ? '' : trialHtml(ctx, rule, given, result);
  const body = html`<div class="head"><div>
<p class="crumbs"><a href="${ctx.links.to('/rules')}">Rules</a></p><h1>${name}</h1>!${about}</div>
!${also}</div>!${trial}
!${section('The last it told', html`<a href="${ctx.links.to('/alerts', { rule: name })}">all of them</a>`)}
!${alertRows(ctx, alerts, 'It told nobody of anything yet.')}`;
  return page(ctx, { title: name, section: '/rules', body, scripts: ['rule.js'] });
}

/** `Climbs 20 places · info · tells team-mail · every watch` */
const aboutRule = ({ description, severity, notify, watches }: Rule): string =>
  [
    ...(description === null ? [] : [cleanText(description)]),
    severity,
    `tells ${notify.join(', ') || 'nobody'}`,
    watches === null ? 'every watch' : watches.join(', '),
  ].join(' · ');

function trialHtml({ links }: PageContext, rule: Rule, given: Asked, result: string): string {
  const fields = givenFields(rule, given);
  const area = (key: 'when' | 'clear', label: string, hint: string) =>
    html`<label class="all">${label}<textarea name="${key}" rows="${key === 'when' ? 3 : 1}"
 spellcheck="false" placeholder="${hint}">${fields[key]}</textarea></label>`;
  const field = (key: 'compare' | 'for' | 'clear_for' | 'cooldown' | 'max_gap', hint: string) =>
    html`<label>${key}<input name="${key}" value="${fields[key]}" placeholder="${hint}"></label>`;
  return html`!${section('Try another')}
<form id="trial" method="post" action="${links.to(path`/rules/${rule.name}`)}" class="card pad">
<div class="fields">!${area('when', 'when', '')}!${area('clear', 'clear', 'as soon as when is false')}
!${field('compare', 'previous')}!${field('for', '1')}!${field('clear_for', '1')}
!${field('cooldown', 'none')}!${field('max_gap', '3 intervals')}</div>
<button>Try it over the whole history</button> <span class="soft small">Nothing is kept or sent: copy the YAML into the config.</span>
</form><div id="result" aria-live="polite">!${result}</div>`;
}
