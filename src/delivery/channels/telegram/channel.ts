import type { TelegramChannel } from '../../../config/channels/telegram.ts';
import { SECOND_MS } from '../../../lib/clock.ts';
import { makeSecret, type Secret } from '../../../lib/secret.ts';
import { FAILURES } from '../../outcome.ts';
import { composeLetter } from '../../render/compose.ts';
import { shortLetter } from '../../render/fit.ts';
import type { Letter } from '../../render/letter.ts';
import type { ChannelKind, ProbeResult } from '../channel-kind.ts';
import { failureOfStatus } from '../http/failure.ts';
import { post, type Judgement, type Refusal } from '../http/post.ts';
import { reach } from '../http/reach.ts';
import { HTTP_PAUSES_MS } from '../http/retry-after.ts';
import { letterLines, unlinked, type Line } from '../text-letter.ts';

/** In UTF-16 code units, as a string counts them (core.telegram.org/bots/api#sendmessage). */
const MAX_LENGTH = 4_096;

type Entity = { offset: number; length: number } & (
  { type: 'bold' | 'code' } | { type: 'text_link'; url: string }
);

/**
 * Messages of a bot. Their styles are sent as entities beside the text, so no text can be read as
 * mark-up.
 */
export const telegram: ChannelKind<TelegramChannel> = {
  words: 'is a chat of Telegram',
  payloadKind: () => 'telegram',
  isSlow: false,
  write: ({ message, channel, context }) =>
    bodyOf(composeLetter(message, { ...context, channel: channel.name })),
  writeShort: ({ message, channel, context }) =>
    bodyOf(shortLetter(composeLetter(message, { ...context, channel: channel.name }))),
  send: ({ channel, payload }, context) => {
    const { chatId, threadId, allowPrivate } = channel;
    return post(
      {
        url: methodUrl(channel, 'sendMessage'),
        allowPrivate,
        headers: () => ({}),
        // The chat is the one configured now, not the one of when the message was made.
        body: Buffer.from(
          JSON.stringify({
            chat_id: chatId,
            ...(threadId === null ? {} : { message_thread_id: threadId }),
            ...(JSON.parse(payload.toString()) as object),
          }),
        ),
        secrets: secretsOf(channel),
        judge,
      },
      context,
    );
  },
  pausesMs: HTTP_PAUSES_MS,
  // Telegram allows one message a second to a person, and 20 a minute to a group
  // (core.telegram.org/bots/faq).
  spacingMs: ({ chatId }) => (/^[-@]/.test(chatId) ? 3 * SECOND_MS : SECOND_MS),
  probe,
};

function bodyOf(letter: Letter): Buffer {
  const subject: Line = { text: letter.subject, style: 'heading' };
  const fits = (lines: readonly Line[]) => messageOf([subject, ...lines]).text.length <= MAX_LENGTH;
  return Buffer.from(JSON.stringify(messageOf([subject, ...letterLines(letter, fits)])));
}

function messageOf(lines: readonly Line[]) {
  const entities: Entity[] = [];
  let text = '';
  for (const { text: line, style, url } of lines) {
    // Text in `code` is not linked anyway, and is there to be copied.
    const shown = style === 'command' ? line : unlinked(line);
    const [offset, { length }] = [text.length, shown];
    if (style !== 'plain' && length > 0)
      entities.push({ type: style === 'heading' ? 'bold' : 'code', offset, length });
    if (url !== undefined && length > 0) entities.push({ type: 'text_link', offset, length, url });
    text += `${shown}\n`;
  }
  return { text: text.trimEnd(), entities, link_preview_options: { is_disabled: true } };
}

const methodUrl = ({ baseUrl, token }: TelegramChannel, method: string): URL =>
  new URL(`${baseUrl}/bot${token.reveal()}/${method}`);

const ofChannel = new WeakMap<TelegramChannel, Secret[]>();

/**
 * The token, and the part behind its colon. What stands before it is the bot's number, which
 * everybody can see.
 */
function secretsOf(channel: TelegramChannel): Secret[] {
  const { token } = channel;
  const made = ofChannel.get(channel) ?? [token, makeSecret(token.reveal().replace(/^\d+:/, ''))];
  ofChannel.set(channel, made);
  return made;
}

type Answer = { description?: unknown; parameters?: { retry_after?: unknown } };

/**
 * Texts of a 400 that are about the chat: the bot cannot write there any more, whatever it writes.
 */
const CHAT_LOST =
  /chat not found|user not found|upgraded to a supergroup|deactivated|no rights to send|CHAT_WRITE_FORBIDDEN|PEER_ID_INVALID|thread not found|TOPIC_(CLOSED|DELETED)/i;

/**
 * A bot that was blocked or thrown out, or a chat that does not exist, stays so until somebody
 * mends it.
 */
function judge({ status, text }: Refusal): Judgement {
  const { description, parameters } = answerOf(text);
  const seconds = parameters?.retry_after;
  if (status === 429 && typeof seconds === 'number' && seconds >= 0)
    return { failure: 'rate_limited', retryAfterMs: Math.ceil(seconds) * SECOND_MS };
  const isLost = typeof description === 'string' && CHAT_LOST.test(description);
  return {
    failure: status === 403 || (status === 400 && isLost) ? 'gone' : failureOfStatus(status),
  };
}

function answerOf(text: string): Answer {
  try {
    return (JSON.parse(text) ?? {}) as Answer;
  } catch {
    // The answer is not Telegram's: it comes from a proxy, or it broke off. Its status says
    // enough.
    return {};
  }
}

/** Asks for the chat as the bot knows it. Nobody in the chat sees that. */
async function probe(channel: TelegramChannel, timeoutMs: number): Promise<ProbeResult> {
  const { name, chatId, allowPrivate } = channel;
  const url = methodUrl(channel, 'getChat');
  url.searchParams.set('chat_id', chatId);
  const reached = await reach(url, { method: 'GET', allowPrivate, timeoutMs });
  const mend = `Check token and chat_id of the channel; then: tidemark channels test ${name}`;
  if ('problem' in reached) return { ok: false, text: reached.problem, next: mend };
  const { status, text } = reached;
  if (status >= 200 && status < 300)
    return {
      ok: true,
      text: 'the bot knows the chat',
      next: `To send a test message: tidemark channels test ${name}`,
    };
  const { failure } = judge({ status, text });
  const isOurs = ['gone', 'unauthorised', 'not_found', 'refused'].includes(failure);
  return {
    ok: !isOurs,
    warning: !isOurs,
    text: `it answers with HTTP ${status}: ${FAILURES[failure].words}`,
    next: mend,
  };
}
