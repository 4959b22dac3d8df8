// `/credits`: what the schedules will cost, and what was spent.
import { html } from 'ghtml';
import { creditWarnings, planCredits } from '../../config/credit-plan.ts';
import { DAY_MS, isoTime } from '../../lib/clock.ts';
import { creditsQuery } from '../../history/sql/page-queries.ts';
import { creditsToday } from '../../store/ledger.ts';
import { listSpent } from '../../store/reading/spent.ts';
import { commandText } from '../../words/shell-text.ts';
import { alsoLinks } from '../parts/also.ts';
import { page, type PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import { text } from '../parts/text.ts';

const DAYS = 30;

/** Plan and ledger as data: the shape of the API. */
export function readCredits({ deps, now }: Pick<PageContext, 'deps' | 'now'>) {
  const { config, db } = deps;
  const plan = planCredits(config, now);
  return {
    today: config.sources.reduce((sum, { name }) => sum + creditsToday(db, name, now), 0),
    daily_credits: plan.dailyCredits,
    plan: {
      month: plan.month,
      per_day: plan.creditsPerDay,
      per_month: plan.creditsPerMonth,
      warnings: creditWarnings(plan).map(({ text: said }) => said),
      watches: plan.watches.map((one) => ({
        watch: one.watch,
        pages: one.pages,
        per_run: one.creditsPerRun,
        runs_per_month: one.runsPerMonth,
        per_month: one.creditsPerMonth,
      })),
    },
    spent: listSpent(db, isoTime(now - DAYS * DAY_MS).slice(0, '2026-01-05'.length)),
  };
}

/** The page. */
export function creditsPage(ctx: PageContext): string {
  const { deps } = ctx;
  const credits = readCredits(ctx);
  const { plan } = credits;
  const also = alsoLinks(ctx, {
    json: '/api/v1/credits',
    csv: null,
    command: commandText(['check']),
    sql: creditsQuery,
  });
  const limit =
    credits.daily_credits === null
      ? html`<small class="soft">${deps.config.sources.length > 1 ? 'of all sources' : 'no limit'}</small>`
      : html`<small class="soft">of ${credits.daily_credits}</small>`;
  const warning = plan.warnings.map((said) => html`<p class="banner">${said}</p>`);
  const body = html`<div class="head"><div><h1>Credits</h1><p>Days in UTC, as the source counts them</p></div>
!${also}</div>!${warning}
<dl class="facts card"><div><dt>Today</dt><dd>${credits.today} !${limit}</dd></div>
<div><dt>Planned on the busiest day of ${plan.month}</dt><dd>${plan.per_day}</dd></div>
<div><dt>Planned in ${plan.month}</dt><dd>${plan.per_month}</dd></div></dl>
!${section('Plan')}!${table(
    [
      { head: 'Watch', kind: 'name' },
      { head: 'Pages a run', kind: 'n', from: 'far' },
      { head: 'Credits a run', kind: 'n' },
      { head: 'Runs a month', kind: 'n', from: 'far' },
      { head: 'Credits a month', kind: 'n' },
    ],
    plan.watches.map((one) => [
      text(one.watch),
      String(one.pages),
      String(one.per_run),
      String(one.runs_per_month),
      String(one.per_month),
    ]),
    'No watch is configured.',
  )}
!${section(`Spent in the last ${DAYS} days`)}!${table(
    [
      { head: 'Day', kind: 'name' },
      { head: 'Watch', kind: 'long', from: 'under' },
      { head: 'Requests', kind: 'n' },
      { head: 'Credits', kind: 'n' },
    ],
    credits.spent.map((one) => [
      text(one.day),
      text(one.watch ?? 'none'),
      String(one.requests),
      String(one.credits),
    ]),
    'Nothing.',
  )}`;
  return page(ctx, { title: 'Credits', section: '/credits', body });
}
