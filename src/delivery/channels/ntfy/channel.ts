import type { NtfyChannel } from '../../../config/channels/ntfy.ts';
import { MINUTE_MS, SECOND_MS } from '../../../lib/clock.ts';
import { truncate } from '../../../lib/text.ts';
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

/**
 * ntfy makes an attachment of a longer message, or refuses it (docs.ntfy.sh/publish/#limitations).
 */
const MAX_MESSAGE_BYTES = 4_096;
/** The server reads twice that of a JSON body; some room is left for the topic. */
const MAX_BODY_BYTES = 8_000;

/**
 * How urgent a message is: ntfy's priority, and a tag that apps show as an emoji before the title.
 */
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
        // The topic is a secret, and may be changed while a message waits: so the stored bytes
        // do not hold it.
        body: Buffer.from(
          JSON.stringify({ topic: topic.reveal(), ...(JSON.parse(payload.toString()) as object) }),
        ),
        secrets: token === null ? [topic] : [topic, token],
        // 507 is how ntfy says that nobody subscribes whose limits the message would count
        // against.
        judge: ({ status }) => ({
          failure: status === 507 ? 'rate_limited' : failureOfStatus(status),
        }),
      },
      context,
    );
  },
  // ntfy.sh bans clients that go on after a 429, so the first pause is longer than that of
  // webhooks.
  pausesMs: [MINUTE_MS, ...HTTP_PAUSES_MS.slice(1)],
  // ntfy.sh allows one more request every five seconds.
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
    const actions = actionsOf(lines);
    const body = {
      ...{ title: unlinked(letter.subject), message: text, priority, tags },
      ...(actions.length === 0 ? {} : { actions }),
    };
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

/** ntfy shows three buttons at most, and a phone little of each. */
const MAX_ACTIONS = 3;
const MAX_LABEL = 40;

/** Buttons that open the pages of the first products that are told of. */
const actionsOf = (lines: readonly Line[]) =>
  lines
    .filter(({ url }) => url !== undefined)
    .slice(0, MAX_ACTIONS)
    .map(({ text, url }) => ({ action: 'view', label: truncate(text, MAX_LABEL), url }));

const SEVERITIES = ['critical', 'warning'] as const;

/** By the most severe alert that fires. Trouble is a warning; what is over is not urgent. */
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
 * Asks the server whether it is well, and with a token who we are. Whether we may write to the
 * topic, only a message shows.
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
