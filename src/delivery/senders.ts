import type { Channel, SmtpConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type * as email from './channels/email/email.ts';
import { failed, type Outcome } from './outcome.ts';
import { closeAgents, openAgents, postWebhook, type HttpAgents } from './channels/http/post.ts';

type Email = { mailer: email.Mailer } & Pick<typeof email, 'sendMail' | 'closeMailer'>;

/** Connections that outlive a message. The mailer is loaded and opened by the first mail: a daemon without mail needs none. */
export type Senders = { agents: HttpAgents; email: Promise<Email> | null };

export const openSenders = (): Senders => ({ agents: openAgents(), email: null });

export async function closeSenders(senders: Senders): Promise<void> {
  const opened = await senders.email;
  opened?.closeMailer(opened.mailer);
  await closeAgents(senders.agents);
}

/**
 * Loads now what the first mail would load. A daemon must not wait with that: an upgrade puts other files in the place of its own,
 * and what it had not loaded by then would be missing.
 */
export async function loadMail(): Promise<void> {
  await Promise.all([
    import('./channels/email/email-payload.ts'),
    import('./channels/email/email.ts'),
  ]);
}

async function openEmail(smtp: SmtpConfig): Promise<Email> {
  const { openMailer, sendMail, closeMailer } = await import('./channels/email/email.ts');
  return { mailer: openMailer(smtp), sendMail, closeMailer };
}

export type Sending = { channel: Channel; recipient: string; messageId: string; payload: Buffer };

export type SendingContext = {
  senders: Senders;
  smtp: SmtpConfig | null;
  clock: Clock;
  timeoutMs: number;
  signal: AbortSignal;
};

/** One attempt through the channel's own transport. Never rejects. */
export async function send(
  { channel, recipient, messageId, payload }: Sending,
  context: SendingContext,
): Promise<Outcome> {
  const { senders, smtp, clock, timeoutMs, signal } = context;
  if (channel.kind === 'webhook')
    return postWebhook(
      { channel, id: messageId, body: payload },
      { agents: senders.agents, clock, timeoutMs, signal },
    );
  if (smtp === null) return failed('smtp_setup', { detail: 'no `smtp` section' });
  senders.email ??= openEmail(smtp);
  const { mailer, sendMail } = await senders.email;
  return sendMail({ smtp, recipient, bytes: payload }, { mailer, timeoutMs, signal });
}
