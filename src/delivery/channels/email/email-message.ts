import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SmtpConfig } from '../../../config/config.ts';
import type { Instant } from '../../../lib/clock.ts';
import type { EmailContent } from '../../render/email-content.ts';

export type EmailHead = {
  smtp: Pick<SmtpConfig, 'from' | 'fromAddress'>;
  channel: string;
  recipient: string;
  messageId: string;
  /** When the notification was made: every attempt carries the same date. */
  dateAt: Instant;
  /** Where the reader ends what this is one of; null: by a mail to the sender. */
  unsubscribe?: string | null;
};

/**
 * The whole message as bytes, headers included. Nothing in it depends on when it is built, so that
 * building it again gives the same bytes: one version per Message-ID (RFC 5322, 3.6.4).
 */
export async function buildEmail(
  content: EmailContent,
  { smtp, channel, recipient, messageId, dateAt, unsubscribe = null }: EmailHead,
): Promise<Buffer> {
  const domain = smtp.fromAddress.slice(smtp.fromAddress.lastIndexOf('@') + 1);
  // The id of a mail that was never sent: mail programs gather the mails of one rule and watch
  // below it.
  const root = `<thread.${createHash('sha256').update(content.thread).digest('hex').slice(0, 24)}@${domain}>`;
  const mail = new MailComposer({
    from: smtp.from,
    // The config check has made sure that this is one bare address. As an object nodemailer does
    // not parse it again.
    to: { name: '', address: recipient },
    subject: content.subject,
    date: new Date(dateAt),
    messageId: `<${messageId}@${domain}>`,
    references: root,
    inReplyTo: root,
    baseBoundary: messageId,
    text: content.text,
    html: content.html,
    textEncoding: 'quoted-printable',
    attachments: content.pictures.map(({ cid, draw }) => ({
      cid,
      filename: `${cid.slice(0, cid.indexOf('@'))}.png`,
      contentType: 'image/png',
      content: draw(),
    })),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-ID': `<${headerToken(channel)}.tidemark.${domain}>`,
      ...unsubscribeHeaders(unsubscribe, smtp.fromAddress, channel),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

/**
 * A mail to the sender does everywhere; where people reach the page, its form comes first. One
 * click of a mail program needs HTTPS (RFC 8058).
 */
function unsubscribeHeaders(form: string | null, from: string, channel: string) {
  const mail = `<mailto:${from}?subject=${encodeURIComponent(`unsubscribe ${channel}`)}>`;
  if (form === null) return { 'List-Unsubscribe': mail };
  const both = { 'List-Unsubscribe': `<${form}>, ${mail}` };
  if (!form.startsWith('https:')) return both;
  return { ...both, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}

const headerToken = (text: string): string => text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
