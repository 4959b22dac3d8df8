// The bytes of a message for one recipient: made once, BEFORE the first attempt, and never again.
import type { Channel, SmtpConfig, WebhookChannel, WebhookFormat } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import type { Message } from '../message/message.ts';
import type { PayloadKind } from '../store/outbox/claims.ts';
import { composeLetter } from './render/compose.ts';
import { discordBody } from './channels/webhook/discord.ts';
import { cutEntries, type Letter, type LetterContext } from './render/letter.ts';
import { slackBody } from './channels/webhook/slack.ts';
import { standardBody } from './channels/webhook/standard.ts';
import { teamsBody } from './channels/webhook/teams.ts';

const BODIES: Record<WebhookFormat, (letter: Letter, message: Message) => string> = {
  standard: (_, message) => standardBody(message),
  slack: slackBody,
  discord: discordBody,
  teams: teamsBody,
};

export type PayloadRequest = {
  message: Message;
  channel: Channel;
  recipient: string;
  messageId: string;
  /** When the notification was made. */
  createdAt: Instant;
  smtp: SmtpConfig | null;
  context: Omit<LetterContext, 'channel'>;
};

/** What bytes for a channel are: they are of no use to a channel of another kind or format. */
export const payloadKind = (channel: Channel): PayloadKind =>
  channel.kind === 'email' ? 'email' : channel.format;

/** The body that is posted. */
export const makeBody = (
  message: Message,
  channel: WebhookChannel,
  context: Omit<LetterContext, 'channel'>,
): Buffer =>
  Buffer.from(
    BODIES[channel.format](composeLetter(message, { ...context, channel: channel.name }), message),
  );

export async function makePayload({
  message,
  channel,
  recipient,
  messageId,
  createdAt,
  smtp,
  context,
}: PayloadRequest): Promise<Buffer> {
  if (channel.kind === 'webhook') return makeBody(message, channel, context);
  if (smtp === null) throw new Error('an e-mail channel needs the `smtp` section');
  const { emailPayload } = await import('./channels/email/email-payload.ts');
  return emailPayload({
    message,
    recipient,
    messageId,
    createdAt,
    smtp,
    context: { ...context, channel: channel.name },
  });
}

/**
 * The same message reduced to what it is about and where to see it, for a chat that refused the whole; null
 * for channels where a refusal says nothing about size or form.
 */
export function makePlainPayload(
  message: Message,
  channel: Channel,
  context: Omit<LetterContext, 'channel'>,
): Buffer | null {
  if (channel.kind === 'email' || channel.format === 'standard') return null;
  const letter = composeLetter(message, { ...context, channel: channel.name });
  const plain = {
    ...cutEntries(letter, 0),
    intro: [letter.subject],
    footer: letter.footer.slice(0, 1),
  };
  return Buffer.from(BODIES[channel.format](plain, message));
}
