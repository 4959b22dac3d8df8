import type { Channel, SmtpConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { closeMailer, openMailer, sendMail, type Mailer } from './email.ts';
import { failed, type Outcome } from './outcome.ts';
import { closeAgents, openAgents, postWebhook, type HttpAgents } from './webhook.ts';

/** Connections that outlive a message. The mailer is opened by the first mail. */
export type Senders = { agents: HttpAgents; mailer: Mailer | null };

export const openSenders = (): Senders => ({ agents: openAgents(), mailer: null });

export async function closeSenders(senders: Senders): Promise<void> {
  if (senders.mailer !== null) closeMailer(senders.mailer);
  await closeAgents(senders.agents);
}

export type Sending = { channel: Channel; recipient: string; messageId: string; payload: Buffer };

export type SendingContext = { senders: Senders; smtp: SmtpConfig | null; clock: Clock; timeoutMs: number; signal: AbortSignal };

/** One attempt through the channel's own transport. Never rejects. */
export async function send({ channel, recipient, messageId, payload }: Sending, context: SendingContext): Promise<Outcome> {
  const { senders, smtp, clock, timeoutMs, signal } = context;
  if (channel.kind === 'webhook') return postWebhook({ channel, id: messageId, body: payload }, { agents: senders.agents, clock, timeoutMs, signal });
  if (smtp === null) return failed('smtp_setup', { detail: 'no `smtp` section' });
  senders.mailer ??= openMailer(smtp);
  return sendMail({ smtp, recipient, bytes: payload }, { mailer: senders.mailer, timeoutMs, signal });
}
