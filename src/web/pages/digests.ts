// `/digests`: what was sent, as it was sent; and the next one.
import { html } from 'ghtml';
import { readDigest, requireDigest } from '../../report/digests.ts';
import { nextSlot } from '../../schedule/slots.ts';
import { listDigests, listSentDigests } from '../../store/digests/digest-archive.ts';
import { commandText } from '../../words/shell-text.ts';
import { SANDBOX } from '../http/headers.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { withTyped } from '../parts/command.ts';
import { page, type PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import { text } from '../parts/text.ts';
import { dayTime, fullTime, tableTime } from '../parts/times.ts';

const SHOWN = 100;

/** The archive. */
export function digestsPage(ctx: PageContext): string {
  const { deps, links, now } = ctx;
  const { config, db } = deps;
  const sent = listSentDigests(db, SHOWN);
  const written = listDigests(db, SHOWN);
  const coming = config.digests.map((digest) => {
    const at = nextSlot(digest.schedule, digest.timezone, now);
    return [
      html`<a href="${links.to(path`/digests/${digest.name}`)}">${digest.name}</a>`,
      at === null ? 'never' : dayTime(at, config.timezone),
      text(digest.notify.join(', ') || 'nobody'),
    ];
  });
  const also = alsoLinks(ctx, {
    json: '/api/v1/digests',
    csv: null,
    command: commandText(['digest', config.digests[0]?.name ?? 'NAME']),
    sql: null,
  });
  const body = html`<div class="head"><div><h1>Digests</h1><p>Times in ${config.timezone}</p></div>!${also}</div>
!${section('Next')}
!${table(
    [
      { head: 'Digest', kind: 'name' },
      { head: 'Due', kind: 'w', from: 'under' },
      { head: 'To', from: 'under' },
    ],
    coming,
    withTyped(ctx, 'No digest is configured: tidemark help digests'),
  )}
!${section('Sent')}!${table(
    [
      { head: 'Of the period until', kind: 'w', from: 'under' },
      { head: 'Digest', kind: 'name' },
      { head: 'Sent', kind: 'w', from: 'far' },
      { head: 'To', kind: 'long', from: 'under' },
    ],
    sent.map(({ id, createdAt, channel, message }) => [
      html`<a href="${links.to(path`/deliveries/${id}`)}">!${tableTime(Date.parse(message.data.slot_at), config.timezone)}</a>`,
      text(message.data.digest),
      tableTime(createdAt, config.timezone),
      text(channel),
    ]),
    'None was sent yet.',
  )}
!${section('Written')}!${table(
    [
      { head: 'Digest', kind: 'name' },
      { head: 'Due', kind: 'w', from: 'under' },
      { head: 'Outcome' },
    ],
    written.map(({ name, slotAt, outcome }) => [
      text(name),
      tableTime(slotAt, config.timezone),
      text(outcome === 'sent' ? 'sent' : 'skipped: nothing to say'),
    ]),
    'None was due yet.',
  )}`;
  return page(ctx, { title: 'Digests', section: '/digests', body });
}

/** What a digest would say now. @throws AppError `not_found` */
export function digestPage(ctx: PageContext, name: string): string {
  const { deps, links, now } = ctx;
  requireDigest(deps.config, name);
  const also = alsoLinks(ctx, {
    json: path`/api/v1/digests/${name}`,
    csv: null,
    command: commandText(['digest', name]),
    sql: null,
  });
  const body = html`<div class="head"><div>
<p class="crumbs"><a href="${links.to('/digests')}">Digests</a></p><h1>${name}</h1>
<p>What it would say at !${fullTime(now, deps.config.timezone)}</p></div>!${also}</div>
<div class="card"><iframe src="${links.to(path`/digests/${name}/body`)}" sandbox="!${SANDBOX}" title="The digest"></iframe></div>`;
  return page(ctx, { title: `Digest ${name}`, section: '/digests', body });
}

/** The facts of what it would say now: what `digest --json` prints. @throws AppError `not_found` */
export function digestMessage({ deps, now }: Pick<PageContext, 'deps' | 'now'>, name: string) {
  const { db, config } = deps;
  return readDigest({ db, config }, requireDigest(config, name), undefined, now).message;
}

/** The same as a mail. */
export async function digestBody(ctx: PageContext, name: string): Promise<string> {
  // What draws the pictures of mails is loaded when one is looked at.
  const { sentHtml } = await import('./sent.ts');
  return sentHtml(ctx.deps, {
    message: digestMessage(ctx, name),
    channel: 'preview',
    createdAt: ctx.now,
  });
}
