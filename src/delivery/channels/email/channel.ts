import type { EmailChannel } from '../../../config/channels/email.ts';
import type { SmtpConfig } from '../../../config/config.ts';
import { HOUR_MS, MINUTE_MS } from '../../../lib/clock.ts';
import { failed } from '../../outcome.ts';
import type { ChannelKind, Senders } from '../channel-kind.ts';
import type * as mail from './email.ts';

type Opened = { mailer: mail.Mailer } & Pick<typeof mail, 'sendMail' | 'closeMailer'>;

/** The mailer is loaded and opened by the first mail: who sends no mail does not need it. */
const openedFor = new WeakMap<Senders, Promise<Opened>>();

async function open(smtp: SmtpConfig): Promise<Opened> {
  const { openMailer, sendMail, closeMailer } = await import('./email.ts');
  return { mailer: openMailer(smtp), sendMail, closeMailer };
}

/** Mail: a message of its own for each address. */
export const email: ChannelKind<EmailChannel> = {
  words: 'sends mail',
  payloadKind: () => 'email',
  isSlow: true,
  async write({ channel, smtp, context, ...request }) {
    if (smtp === null) throw new Error('an e-mail channel needs the `smtp` section');
    const { emailPayload } = await import('./email-payload.ts');
    return emailPayload({ ...request, smtp, context: { ...context, channel: channel.name } });
  },
  writeShort: () => null,
  async send({ recipient, payload }, { senders, smtp, timeoutMs, signal }) {
    if (smtp === null) return failed('smtp_setup', { detail: 'no `smtp` section' });
    const opened = openedFor.get(senders) ?? open(smtp);
    openedFor.set(senders, opened);
    const { mailer, sendMail } = await opened;
    return sendMail({ smtp, recipient, bytes: payload }, { mailer, timeoutMs, signal });
  },
  async close(senders) {
    const opened = await openedFor.get(senders);
    opened?.closeMailer(opened.mailer);
  },
  async prepare() {
    await Promise.all([import('./email-payload.ts'), import('./email.ts')]);
  },
  pausesMs: [
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    4 * HOUR_MS,
    12 * HOUR_MS,
    24 * HOUR_MS,
  ],
  spacingMs: () => 0,
};
