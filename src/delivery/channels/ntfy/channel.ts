import type { NtfyChannel } from '../../../config/channels/ntfy.ts';
import { MINUTE_MS, SECOND_MS } from '../../../lib/clock.ts';
import type { Message } from '../../../message/message.ts';
import { FAILURES } from '../../outcome.ts';
import { composeLetter } from '../../render/compose.ts';
import { shortLetter } from '../../render/fit.ts';
import type { Letter } from '../../render/letter.ts';
import type { ChannelKind, ProbeResult } from '../channel-kind.ts';
import { failureOfStatus } from '../http/failure.ts';
import { post } from '../http/post.ts';
import { reach } from '../http/reach.ts';
import { HTTP_PAUSES_MS } from '../http/retry-after.ts';
import { letterLines, unlinked, type Line } from '../text-letter.ts';

/** A longer message becomes an attachment, or is refused (docs.ntfy.sh/publish/#limitations). */
const MAX_MESSAGE_BYTES = 4_096;
/** The server reads twice as much of a JSON body, and we keep room for the topic. */
const MAX_BODY_BYTES = 8_000;

/** One of five, with their tags: names of emoji, which apps show before the title. */
type Urgency = { priority: 1 | 2 | 3 | 4 | 5; tags: readonly string[] };
const URGENCIES = {
  low: { priority: 2, tags: ['white_check_mark'] },
  info: { priority: 3, tags: ['chart_with_upwards_trend'] },
  warning: { priority: 4, tags: ['warning'] },
  critical: { priority: 5, tags: ['rotating_light'] },
} as const satisfies Record<string, Urgency>;

/** Push notifications, published as JSON to the root of the server. */
export const ntfy: ChannelKind<NtfyChannel> = {
  words: 'is a topic of ntfy',
  payloadKind: () => 'ntfy',
  isSlow: false,
  write: ({ message, channel, context }) =>
    bodyOf(message, composeLetter(message, { ...context, channel: channel.name }), channel),
  writeShort: ({ message, channel, context }) => {
    const letter = composeLetter(message, { ...context, channel: channel.name });
    return bodyOf(message, shortLetter(letter), channel);
  },
  send: ({ channel, payload }, context) => {
    const { server, topic, token, allowPrivate } = channel;
    return post(
      {
        url: new URL(`${server}/`),
        allowPrivate,
        headers: () => (token === null ? {} : { authorization: `Bearer ${token.reveal()}` }),
        // The address is that of today, and a secret: the bytes in the outbox do not hold it.
        body: Buffer.from(
          JSON.stringify({ topic: topic.reveal(), ...(JSON.parse(payload.toString()) as object) }),
        ),
        secrets: token === null ? [topic] : [topic, token],
        // 507 is how ntfy says that nobody is there whose limits the message would count against.
        judge: ({ status }) => ({
          failure: status === 507 ? 'rate_limited' : failureOfStatus(status),
        }),
      },
      context,
    );
  },
  // ntfy.sh bans who goes on after 429: the first pause is longer than that of webhooks.
  pausesMs: [MINUTE_MS, ...HTTP_PAUSES_MS.slice(1)],
  // ntfy.sh gives back one request in five seconds.
  spacingMs: () => 5 * SECOND_MS,
  probe,
};

function bodyOf(message: Message, letter: Letter, { click }: NtfyChannel): Buffer {
  const write = (lines: readonly Line[]) => {
    const text = lines
      .map(({ text: line, style }) => (style === 'command' ? line : unlinked(line)))
      .join('\n')
      .trim();
    const { priority, tags } = URGENCIES[urgencyOf(message)];
    const body = { title: unlinked(letter.subject), message: text, priority, tags };
    return { text, body: JSON.stringify(click === null ? body : { ...body, click }) };
  };
  const lines = letterLines(letter, (some) => {
    const { text, body } = write(some);
    return (
      Buffer.byteLength(text) <= MAX_MESSAGE_BYTES && Buffer.byteLength(body) <= MAX_BODY_BYTES
    );
  });
  return Buffer.from(write(lines).body);
}

const SEVERITIES = ['critical', 'warning'] as const;

/**
 * By the most severe alert that fires; trouble is a warning, and what is over is no reason to look
 * up.
 */
function urgencyOf(message: Message): keyof typeof URGENCIES {
  if (message.type === 'alerts.fired') {
    const told = message.data.alerts.filter(({ event }) => event !== 'resolved');
    return SEVERITIES.find((one) => told.some(({ severity }) => severity === one)) ?? 'info';
  }
  if (message.type === 'alerts.resolved') return 'low';
  if (!message.type.endsWith('.trouble') || !('state' in message.data)) return 'info';
  return message.data.state === 'trouble' ? 'warning' : 'low';
}

/**
 * Asks the server how it is, and with a token who we are. Whether the topic may be written to only
 * a message shows.
 */
async function probe(channel: NtfyChannel, timeoutMs: number): Promise<ProbeResult> {
  const { server, token, allowPrivate, name } = channel;
  const reached = await reach(new URL(`${server}/v1/${token === null ? 'health' : 'account'}`), {
    method: 'GET',
    allowPrivate,
    timeoutMs,
    ...(token === null ? {} : { headers: { authorization: `Bearer ${token.reveal()}` } }),
  });
  const mend = `Check server and token of the channel; then: tidemark channels test ${name}`;
  if ('problem' in reached) return { ok: false, text: reached.problem, next: mend };
  const { status } = reached;
  if (status >= 200 && status < 300)
    return {
      ok: true,
      text: token === null ? 'the server is well' : 'the server knows the token',
      next: `To send a test message: tidemark channels test ${name}`,
    };
  const failure = failureOfStatus(status);
  return {
    ok: failure !== 'unauthorised',
    warning: failure !== 'unauthorised',
    text: `it answers with HTTP ${status}: ${FAILURES[failure].words}`,
    next: mend,
  };
}
