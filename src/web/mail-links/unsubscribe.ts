// `/unsubscribe`: a link of a mail, for people and, by one click (RFC 8058), for mail programs.
import { html } from 'ghtml';
import type { Hono } from 'hono';
import { readLink, type UnsubscribeLink } from '../../delivery/signed-link.ts';
import { topicText } from '../../delivery/unsubscribe.ts';
import { isUnsubscribed } from '../../store/outbox/unsubscribed.ts';
import { findKey } from '../../store/web/keys.ts';
import { contextOf } from '../context.ts';
import type { Env, WebDeps } from '../deps.ts';
import { Refusal } from '../http/refusal.ts';
import { page, type PageContext } from '../parts/page.ts';
import { badLink, formText } from './bad-link.ts';

/** Adds /unsubscribe. A GET changes nothing: mail programs and scanners open links by themselves. */
export function addUnsubscribe(app: Hono<Env>, deps: WebDeps): void {
  app.get('/unsubscribe', (c) => {
    const token = c.req.query('t') ?? '';
    return c.html(linkPage(contextOf(deps, c), readUnsubscribe(deps, token, c.get('now')), token));
  });
  app.post('/unsubscribe', async (c) => {
    const token = c.req.query('t') ?? '';
    const ctx = contextOf(deps, c);
    const link = readUnsubscribe(deps, token, ctx.now);
    const form = await c.req.parseBody();
    const isOneClick = formText(form, 'List-Unsubscribe') === 'One-Click';
    const wish = isOneClick ? 'end' : formText(form, 'wish');
    if (wish !== 'end' && wish !== 'again') throw new Refusal(400, 'this is no wish of the form');
    const { channel, recipient, topic } = link;
    const kind = wish === 'end' ? 'unsubscribe' : 'subscribe';
    await deps.write({ kind, subscription: { channel, recipient, topic } });
    return isOneClick ? c.text('Done.\n') : c.html(linkPage(ctx, link, token));
  });
}

function readUnsubscribe({ db }: WebDeps, token: string, now: number): UnsubscribeLink {
  const link = readLink(findKey(db, 'links'), token, now);
  if (typeof link === 'string' || link.kind !== 'unsubscribe') throw badLink(link);
  return link;
}

/** How it is now, and a button for the opposite. */
function linkPage(ctx: PageContext, link: UnsubscribeLink, token: string): string {
  const { recipient } = link;
  const what = topicText(link);
  const isEnded = isUnsubscribed(ctx.deps.db, link);
  const [title, note, wish, button] = isEnded
    ? [
        `${recipient} gets no more of ${what}`,
        'Others get it as before. Whoever runs Tidemark here is told.',
        'again',
        'Get it again',
      ]
    : [
        `No more of ${what}?`,
        `${recipient} gets it now. Others go on getting it, and trouble with Tidemark itself is told as before.`,
        'end',
        'No more of it',
      ];
  const body = html`<h1>${title}</h1><p role="status">${note}</p>
<form method="post" action="${ctx.links.to('/unsubscribe', { t: token })}" class="card pad"><input type="hidden" name="wish" value="${wish}"><button>${button}</button></form>`;
  return page(ctx, {
    title: isEnded ? 'Unsubscribed' : 'Unsubscribe',
    section: null,
    body,
    isBare: true,
  });
}
