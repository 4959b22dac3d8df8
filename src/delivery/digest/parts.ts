// A digest as files: what a reader of the mail would see, without sending it.
import type { SmtpConfig } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import { buildEmail } from '../channels/email/email-message.ts';
import type { EmailContent } from '../render/email-content.ts';

/** The sender of a preview where the config has none. */
const NOBODY = { from: 'Tidemark <tidemark@localhost>', fromAddress: 'tidemark@localhost' };

/**
 * The files by their endings: the text, the page with its pictures inside, and the mail as it would
 * be sent.
 */
export async function digestParts(
  content: EmailContent,
  smtp: SmtpConfig | null,
  writtenAt: Instant,
): Promise<{ txt: string; html: string; eml: Buffer }> {
  const eml = await buildEmail(content, {
    smtp: smtp ?? NOBODY,
    channel: 'preview',
    recipient: 'preview@localhost',
    messageId: `preview_${writtenAt}`,
    dateAt: writtenAt,
  });
  return { txt: withSubject(content), html: withPictures(content), eml };
}

/** The text part below its subject. */
export const withSubject = ({ subject, text }: EmailContent): string =>
  `Subject: ${subject}\n\n${text}`;

const withPictures = ({ html, pictures }: EmailContent): string =>
  pictures.reduce(
    (page, { cid, draw }) =>
      page.replaceAll(`cid:${cid}"`, `data:image/png;base64,${draw().toString('base64')}"`),
    html,
  );
