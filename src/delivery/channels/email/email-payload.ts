import type { SmtpConfig } from '../../../config/config.ts';
import type { Instant } from '../../../lib/clock.ts';
import type { Message } from '../../../message/message.ts';
import { digestMail } from '../../digest/mail.ts';
import { buildEmail } from './email-message.ts';
import { composeLetter } from '../../render/compose.ts';
import { letterContent } from '../../render/email-content.ts';
import { pageLinks, type PageAccess } from '../../page-links.ts';
import type { LetterContext } from '../../render/letter.ts';

export type EmailRequest = {
  message: Message;
  recipient: string;
  messageId: string;
  createdAt: Instant;
  smtp: SmtpConfig;
  page?: PageAccess | undefined;
  context: LetterContext;
};

/**
 * The bytes of a mail. Pictures, HTML and MIME cost the most memory of all to load, so only those
 * who send mail import this.
 */
export function emailPayload({
  message,
  recipient,
  messageId,
  createdAt,
  smtp,
  page,
  context,
}: EmailRequest): Promise<Buffer> {
  const { channel } = context;
  const links =
    page === undefined ? undefined : pageLinks(page, { message, channel, recipient, createdAt });
  const content =
    message.type === 'digest.ready'
      ? digestMail(message, channel, links, context.called)
      : letterContent(composeLetter(message, { ...context, links }));
  return buildEmail(content, {
    smtp,
    channel,
    recipient,
    messageId,
    dateAt: createdAt,
    unsubscribe: links?.unsubscribe ?? null,
  });
}
