// A message as its reader sees it, for a frame that may do nothing.
import type { Config } from '../../config/config.ts';
import { messageAsCalled } from '../../delivery/message-as-called.ts';
import { shownLinks } from '../../delivery/page-links.ts';
import { digestMail } from '../../delivery/digest/mail.ts';
import { digestParts } from '../../delivery/digest/parts.ts';
import { composeLetter } from '../../delivery/render/compose.ts';
import { letterContent, type EmailContent } from '../../delivery/render/email-content.ts';
import { FORGOTTEN_TEXT } from '../../report/deliveries.ts';
import type { DeliveryRow } from '../../store/outbox/delivery-log.ts';
import type { Db } from '../../store/file/open.ts';
import type { Called } from '../../words/as-called.ts';
import { listRankHistory } from '../../store/reading/rank-history.ts';

const RANKS_SHOWN = 30;

/**
 * The mail that the facts of a message make, as it was sent, with its pictures inside; a sentence
 * where the facts are no longer kept. Links lead out of the frame; those that act for its recipient
 * are left out.
 */
export async function sentHtml(
  { db, config, called }: { db: Db; config: Config; called?: Called | undefined },
  row: Pick<DeliveryRow, 'channel' | 'createdAt' | 'message'>,
): Promise<string> {
  const { channel, createdAt } = row;
  if (row.message === null) return `<!doctype html><p>${FORGOTTEN_TEXT}</p>`;
  const message = messageAsCalled(called, row.message);
  const { publicUrl } = config.web;
  const links = publicUrl === null ? undefined : shownLinks(publicUrl);
  const shown = async (content: EmailContent): Promise<string> => {
    const { html } = await digestParts(content, null, createdAt);
    return html.replace('<head>', '<head><base target="_blank">');
  };
  if (message.type === 'digest.ready') return shown(digestMail(message, channel, links, called));
  const { timezone, locale } = config;
  const isAboutAlerts = message.type === 'alerts.fired' || message.type === 'alerts.resolved';
  const ranks = isAboutAlerts
    ? listRankHistory(
        db,
        message.data.snapshot.id,
        message.data.alerts.map(({ product }) => product.id),
        RANKS_SHOWN,
      )
    : new Map<string, (number | null)[]>();
  return shown(
    letterContent(composeLetter(message, { channel, timezone, locale, ranks, called, links })),
  );
}
