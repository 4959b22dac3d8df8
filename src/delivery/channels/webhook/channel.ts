import type { WebhookChannel, WebhookFormat } from '../../../config/channels/webhook.ts';
import { SECOND_MS } from '../../../lib/clock.ts';
import type { Message } from '../../../message/message.ts';
import { FAILURES } from '../../outcome.ts';
import { composeLetter } from '../../render/compose.ts';
import { shortLetter } from '../../render/fit.ts';
import type { Letter } from '../../render/letter.ts';
import type { ChannelKind, ProbeResult } from '../channel-kind.ts';
import { failureOfStatus } from '../http/failure.ts';
import { reach } from '../http/reach.ts';
import { HTTP_PAUSES_MS } from '../http/retry-after.ts';
import { discordBody } from './discord.ts';
import { slackBody } from './slack.ts';
import { standardBody } from './standard.ts';
import { teamsBody } from './teams.ts';
import { postWebhook } from './webhook.ts';

type Format = {
  body: (letter: Letter, message: Message) => string;
  /** Distance between two messages. */
  spacingMs: number;
  /** People read the chat: when it refuses a message, the message is sent again in short. */
  isChat: boolean;
  /** A 404 means that the hook was deleted, and it will not come back. */
  isGoneAt404: boolean;
};

/** Slack takes about one message a second, Discord 30 a minute, Teams four a second. */
const FORMATS: Record<WebhookFormat, Format> = {
  standard: {
    body: (_, message) => standardBody(message),
    spacingMs: 0,
    isChat: false,
    isGoneAt404: false,
  },
  slack: { body: slackBody, spacingMs: SECOND_MS, isChat: true, isGoneAt404: true },
  discord: { body: discordBody, spacingMs: 2 * SECOND_MS, isChat: true, isGoneAt404: true },
  teams: { body: teamsBody, spacingMs: SECOND_MS / 4, isChat: true, isGoneAt404: false },
};

/** An HTTP POST, for a program or for a chat. */
export const webhook: ChannelKind<WebhookChannel> = {
  words: 'is a webhook',
  payloadKind: ({ format }) => format,
  isSlow: false,
  write({ message, channel, context }) {
    const letter = composeLetter(message, { ...context, channel: channel.name });
    return Buffer.from(FORMATS[channel.format].body(letter, message));
  },
  writeShort({ message, channel, context }) {
    const { body, isChat } = FORMATS[channel.format];
    if (!isChat) return null;
    const letter = composeLetter(message, { ...context, channel: channel.name });
    return Buffer.from(body(shortLetter(letter), message));
  },
  send: ({ channel, messageId, payload }, context) =>
    postWebhook({ channel, id: messageId, body: payload }, context),
  pausesMs: HTTP_PAUSES_MS,
  spacingMs: ({ format }) => FORMATS[format].spacingMs,
  isFinal: ({ failure }, { format }) => failure === 'not_found' && FORMATS[format].isGoneAt404,
  probe,
};

/** Statuses by which a receiver that knows POST refuses HEAD. */
const HEAD_REFUSED = [405, 501];

async function probe(channel: WebhookChannel, timeoutMs: number): Promise<ProbeResult> {
  const { allowPrivate } = channel;
  const reached = await reach(new URL(channel.url.reveal()), {
    method: 'HEAD',
    allowPrivate,
    timeoutMs,
  });
  const mend = `Check the url of the channel; then: tidemark channels test ${channel.name}`;
  if ('problem' in reached) return { ok: false, text: reached.problem, next: mend };
  const { status } = reached;
  const next = `To send a test message: tidemark channels test ${channel.name}`;
  if (status >= 200 && status < 300)
    return { ok: true, text: `it answers with HTTP ${status}`, next };
  if (HEAD_REFUSED.includes(status))
    return {
      ok: true,
      text: `it answers with HTTP ${status} to HEAD, as receivers of POST may`,
      next,
    };
  const met = FAILURES[failureOfStatus(status)].words;
  return {
    ok: true,
    warning: true,
    text: `it answers with HTTP ${status}, which a message would fail with: ${met}`,
    next: mend,
  };
}
