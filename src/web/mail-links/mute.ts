// `/mute`: a link of a mail. It shows what it would mute; only the button below does it.
import { html } from 'ghtml';
import type { Hono } from 'hono';
import { readLink, type MuteLink } from '../../delivery/signed-link.ts';
import { DAY_MS } from '../../lib/clock.ts';
import { productNameOf } from '../../report/silences.ts';
import { listActiveSilences, type Silence } from '../../store/alerts/silences.ts';
import { findKey } from '../../store/web/keys.ts';
import { scopeText } from '../../terminal/silences-text.ts';
import { commandText } from '../../words/shell-text.ts';
import { contextOf } from '../context.ts';
import type { Env, WebDeps } from '../deps.ts';
import { typed } from '../parts/command.ts';
import { page, type PageContext } from '../parts/page.ts';
import { fullTime } from '../parts/times.ts';
import { badLink, formText } from './bad-link.ts';

const DAYS = ['1', '7', '30'] as const;
const USUAL = '7';

/** Adds /mute. */
export function addMute(app: Hono<Env>, deps: WebDeps): void {
  app.get('/mute', (c) => {
    const token = c.req.query('t') ?? '';
    return c.html(askPage(contextOf(deps, c), readMute(deps, token, c.get('now')), token));
  });
  app.post('/mute', async (c) => {
    const ctx = contextOf(deps, c);
    const link = readMute(deps, c.req.query('t') ?? '', ctx.now);
    const said = formText(await c.req.parseBody(), 'days');
    const days = Number(DAYS.find((one) => one === said) ?? USUAL);
    const untilAt = ctx.now + days * DAY_MS;
    // Who clicks twice makes no second one.
    if (!findSame(ctx, link).some((one) => one.untilAt === null || one.untilAt >= untilAt)) {
      const { rule, watch, product } = link;
      const reason = `by a link in a mail to ${link.recipient}`;
      const silence = { rule, watch, product, untilAt, reason };
      await deps.write({ kind: 'silence.add', silence });
    }
    return c.html(donePage(ctx, link));
  });
}

function readMute({ db }: WebDeps, token: string, now: number): MuteLink {
  const link = readLink(findKey(db, 'links'), token, now);
  if (typeof link === 'string' || link.kind !== 'mute') throw badLink(link);
  return link;
}

const scopeOf = ({ deps }: PageContext, link: MuteLink): string =>
  scopeText(link, productNameOf(deps.db, link));

/** Those in force that mute exactly this. */
const findSame = ({ deps, now }: PageContext, link: MuteLink): Silence[] =>
  listActiveSilences(deps.db, now).filter(
    ({ rule, watch, product }) =>
      rule === link.rule && watch === link.watch && product === link.product,
  );

/** `It is muted already, until …`; null when it is not. */
function mutedText(ctx: PageContext, link: MuteLink): string | null {
  const same = findSame(ctx, link);
  if (same.length === 0) return null;
  const ends = same.map(({ untilAt }) => untilAt ?? Infinity);
  const last = Math.max(...ends);
  const until =
    last === Infinity
      ? 'until somebody ends it'
      : html`until !${fullTime(last, ctx.deps.config.timezone)}`;
  const undo = typed(ctx, commandText(['silence', 'remove', String(same[0]?.id ?? '')]));
  return html`It is muted !${until}. To end it before: <a href="${ctx.links.to('/silences')}">Silences</a>, or <code>${undo}</code>.`;
}

function askPage(ctx: PageContext, link: MuteLink, token: string): string {
  const muted = mutedText(ctx, link);
  const note = muted === null ? '' : html`<p class="banner" role="status">!${muted}</p>`;
  const choices = DAYS.map(
    (days) =>
      html`<option value="${days}"!${days === USUAL ? ' selected' : ''}>!${days === '1' ? 'a day' : html`${days} days`}</option>`,
  );
  const body = html`<h1>Mute ${scopeOf(ctx, link)}?</h1>!${note}
<p>For everybody who is told. What fires is recorded all the same, and what still fires at the end is told then.</p>
<form method="post" action="${ctx.links.to('/mute', { t: token })}" class="card pad"><label>For<select name="days">!${choices}</select></label><button>Mute it</button></form>`;
  return page(ctx, { title: 'Mute', section: null, body, isBare: true });
}

function donePage(ctx: PageContext, link: MuteLink): string {
  const body = html`<h1>Muted: ${scopeOf(ctx, link)}</h1><p role="status">!${mutedText(ctx, link) ?? ''}</p>`;
  return page(ctx, { title: 'Muted', section: null, body, isBare: true });
}
