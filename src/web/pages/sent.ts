// A message as its reader sees it, for a frame that may do nothing.
import type { Config } from '../../config/config.ts';
import { digestMail } from '../../delivery/digest/mail.ts';
import { digestParts } from '../../delivery/digest/parts.ts';
import { composeLetter } from '../../delivery/render/compose.ts';
import { letterContent } from '../../delivery/render/email-content.ts';
import { FORGOTTEN_TEXT } from '../../report/deliveries.ts';
import type { DeliveryRow } from '../../store/outbox/delivery-log.ts';
import type { Db } from '../../store/file/open.ts';
import { listRankHistory } from '../../store/reading/rank-history.ts';

const RANKS_SHOWN = 30;

/**
 * The mail that the facts of a message make, with its pictures inside; a sentence where the facts
 * are no longer kept.
 */
export async function sentHtml(
  { db, config }: { db: Db; config: Config },
  { message, channel, createdAt }: Pick<DeliveryRow, 'channel' | 'createdAt' | 'message'>,
): Promise<string> {
  if (message === null) return `<!doctype html><p>${FORGOTTEN_TEXT}</p>`;
  if (message.type === 'digest.ready')
    return (await digestParts(digestMail(message, channel), null, createdAt)).html;
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
  const content = letterContent(composeLetter(message, { channel, timezone, locale, ranks }));
  return (await digestParts(content, null, createdAt)).html;
}
