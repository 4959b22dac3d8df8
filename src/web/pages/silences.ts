// `/silences`: what is muted until when, and a new one, which says beforehand what it would have
// muted.
import { html } from 'ghtml';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { parseDuration } from '../../lib/duration.ts';
import { AppError } from '../../lib/errors.ts';
import { parseMoment } from '../../lib/moment.ts';
import { cleanText, plural } from '../../lib/text.ts';
import { requireRule, requireWatch } from '../../report/known-names.ts';
import { countMuted, productNameOf, requireProduct, silenceState } from '../../report/silences.ts';
import { countMutedSince } from '../../store/alerts/muted-before.ts';
import { listSilences, type NewSilence, type Silence } from '../../store/alerts/silences.ts';
import { listRuleNames, listWatchNames } from '../../store/reading/names.ts';
import { scopeText } from '../../terminal/silences-text.ts';
import { commandText } from '../../words/shell-text.ts';
import type { Asked } from '../asked.ts';
import type { WebDeps } from '../deps.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { page, type PageContext } from '../parts/page.ts';
import { pickField } from '../parts/pick.ts';
import { section, table } from '../parts/table.ts';
import { text } from '../parts/text.ts';
import { fullTime, tableTime } from '../parts/times.ts';

const LOOKED_BACK_DAYS = 30;

/**
 * A silence from a form or from JSON: `rule`, `watch`, `product`, `until` (a duration, a date or an
 * instant) and `reason`. @throws AppError with what is wrong
 */
export function readSilence({ db, config }: WebDeps, given: Asked, now: Instant): NewSilence {
  const value = (key: string): string | null => {
    const said = cleanText(given[key] ?? '');
    return said === '' ? null : said;
  };
  const [rule, watch, product] = [value('rule'), value('watch'), value('product')];
  if (rule === null && watch === null && product === null)
    throw new AppError('usage', 'say what to mute: a rule, a watch or a product');
  if (rule !== null) requireRule({ db, config }, rule);
  if (watch !== null) requireWatch({ db, config }, watch);
  const reason = value('reason');
  if (reason === null) throw new AppError('usage', 'say why: others will ask');
  return {
    rule,
    watch,
    product: product === null ? null : requireProduct(db, product).upstreamId,
    untilAt: readEnd(value('until'), now, config.timezone),
    reason,
  };
}

function readEnd(said: string | null, now: Instant, zone: string): Instant {
  if (said === null) throw new AppError('usage', 'say until when: 3d, or a date');
  const duration = parseDuration(said);
  const at = duration === undefined ? parseMoment(said, zone) : now + duration;
  if (at === undefined || !(at < now + 3_650 * DAY_MS))
    throw new AppError('usage', `until ${JSON.stringify(said)} is no duration (3d) and no date`);
  if (at <= now) throw new AppError('usage', `until ${JSON.stringify(said)} is not in the future`);
  return at;
}

/** The page; with `preview` what a new one would mute. */
export function silencesPage(ctx: PageContext, given: Asked, problem: string | null): string {
  const { deps, now } = ctx;
  const { db } = deps;
  const all = listSilences(db);
  const active = all.filter((one) => silenceState(one, now) === 'active');
  const over = all.filter((one) => silenceState(one, now) !== 'active');
  const also = alsoLinks(ctx, {
    json: '/api/v1/silences',
    csv: null,
    command: commandText(['silence', 'list']),
    sql: null,
  });
  const body = html`<div class="head"><div><h1>Silences</h1>
<p>Rules go on, and what fires is recorded; nobody is told. What still fires when a silence ends is told then.</p></div>
!${also}</div>
!${section('In force')}!${silenceRows(ctx, active, true)}!${newForm(ctx, given, problem)}
!${section('Over')}!${silenceRows(ctx, over, false)}`;
  return page(ctx, { title: 'Silences', section: '/silences', body });
}

function silenceRows(ctx: PageContext, all: readonly Silence[], areActive: boolean): string {
  const { deps, links, who, now } = ctx;
  const { timezone } = deps.config;
  const rows = all.map((one) => {
    const end =
      areActive && who.role === 'operator'
        ? html`<form method="post" action="${links.to(path`/silences/${one.id}/end`)}"><button class="plain">End it</button></form>`
        : text(silenceState(one, now));
    return [
      text(scopeText(one, productNameOf(deps.db, one))),
      one.untilAt === null ? 'until it is ended' : fullTime(one.untilAt, timezone),
      text(cleanText(one.reason)),
      tableTime(one.createdAt, timezone),
      areActive ? String(countMuted(deps.db, one)) : '',
      end,
    ];
  });
  return table(
    [
      { head: 'Mutes', kind: 'name' },
      { head: 'Until', kind: 'w', from: 'under' },
      { head: 'Why', kind: 'long', from: 'under' },
      { head: `Since, ${timezone}`, kind: 'w', from: 'mid' },
      { head: areActive ? 'Fire now' : '', kind: 'n', from: 'far' },
      { head: '', kind: 'w' },
    ],
    rows,
    areActive ? 'Nothing is muted.' : 'None.',
  );
}

/** The form first shows what it would mute, and mutes only then. */
function newForm(ctx: PageContext, given: Asked, problem: string | null): string {
  const { deps, links, who } = ctx;
  if (who.role !== 'operator') return '';
  const { db, config } = deps;
  const pick = (key: string, label: string, names: readonly string[]) =>
    pickField({ key, label, any: 'any' }, names, given[key]);
  const field = (key: string, label: string, hint: string) =>
    html`<label>${label}<input name="${key}" value="${given[key] ?? ''}" placeholder="${hint}"></label>`;
  const preview = problem === null ? previewText(ctx, given) : null;
  const said = problem === null ? '' : html`<p class="problem" role="alert">${problem}</p>`;
  const shown = preview === null ? '' : html`<p class="banner" role="status">!${preview}</p>`;
  const act =
    preview === null
      ? html`<button formaction="${links.to('/silences/preview')}">See what it would mute</button>`
      : html`<button>Mute it</button> <button class="second" formaction="${links.to('/silences/preview')}">Look again</button>`;
  return html`!${section('A new one')}
<form method="post" action="${links.to('/silences')}" class="card pad">!${said}<div class="fields">
!${pick('rule', 'Rule', listRuleNames(db))}!${pick('watch', 'Watch', listWatchNames(db))}
!${field('product', 'Product: its id or name', 'any')}
!${field('until', `Until (${config.timezone})`, '3d, or 2026-12-24')}
!${field('reason', 'Why', 'others will ask')}</div>!${shown}!${act}</form>`;
}

/** `In the last 30 days it would have muted 14 alerts …`; null where nothing is said yet. */
function previewText({ deps, now }: PageContext, given: Asked): string | null {
  if ((given['reason'] ?? '') === '') return null;
  const silence = readSilence(deps, given, now);
  const { alerts, messages } = countMutedSince(deps.db, silence, now - LOOKED_BACK_DAYS * DAY_MS);
  const open = countMuted(deps.db, silence);
  const { untilAt } = silence;
  const until = untilAt === null ? '' : html`, until !${fullTime(untilAt, deps.config.timezone)}`;
  const what = scopeText(silence, productNameOf(deps.db, silence));
  const past = `${plural(alerts, 'alert')}, and ${plural(messages, 'message')} would not have been sent`;
  return html`It would mute ${what}!${until}.
In the last ${LOOKED_BACK_DAYS} days that would have been ${past}.
${plural(open, 'alert')} of these ${open === 1 ? 'fires' : 'fire'} now.`;
}
