import { afterEach, describe, expect, it } from 'vitest';
import { runChannelsTest } from '../../src/commands/delivering/channels.ts';
import type { TelegramChannel } from '../../src/config/channels/telegram.ts';
import { makePayload } from '../../src/delivery/payload.ts';
import type { Message } from '../../src/message/message.ts';
import { openProbes } from '../../src/report/probes.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import { makeIo } from './memory-io.ts';
import {
  BOT_TOKEN,
  makeOutbox,
  makeTelegram,
  T0,
  UNUSED_URL,
  type OutboxWorld,
} from './outbox-world.ts';
import { alertsMessage, anAlert } from './sample-messages.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

type Sent = {
  chat_id: string;
  message_thread_id?: number;
  text: string;
  entities: { type: string; offset: number; length: number }[];
};

const written = async (message: Message) =>
  JSON.parse(
    (
      await makePayload({
        message,
        channel: makeTelegram(UNUSED_URL),
        recipient: '',
        messageId: 'msg_1',
        createdAt: T0,
        smtp: null,
        context: { timezone: 'UTC', ranks: new Map() },
      })
    ).toString(),
  ) as Sent;

async function start(
  reply: Receiver['reply'],
  overrides: Partial<TelegramChannel> = {},
): Promise<{ receiver: Receiver; channel: TelegramChannel; world: OutboxWorld }> {
  const receiver = await startReceiver(reply);
  const channel = makeTelegram(receiver.url, overrides);
  const world = makeOutbox([channel]);
  open.push(receiver, world);
  return { receiver, channel, world };
}

/** An error as the Bot API tells it. */
const refusal = (status: number, description: string, parameters?: object) => ({
  status,
  body: JSON.stringify({ ok: false, error_code: status, description, parameters }),
});

const productOf = (name: string, id: number) => ({
  id: `p${id}`,
  name,
  category_l1: name,
  category_l2: null,
});

describe('a message', () => {
  it('is sent by sendMessage of the bot, to the chat and topic of today', async () => {
    const { receiver, channel, world } = await start(() => ({ status: 200, body: '{"ok":true}' }), {
      threadId: 7,
    });
    world.put(channel);

    expect(await world.deliver()).toMatchObject({ delivered: 1 });
    const [request] = receiver.received;
    expect([request?.method, request?.path]).toEqual(['POST', `/bot${BOT_TOKEN}/sendMessage`]);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      chat_id: '-1001234567890',
      message_thread_id: 7,
      link_preview_options: { is_disabled: true },
    });
    expect(request?.body).not.toContain('parse_mode');
  });

  it('has its headings in bold and its commands as code, by entities beside the text', async () => {
    const { text, entities } = await written(alertsMessage());
    const shown = (type: string) =>
      entities
        .filter((entity) => entity.type === type)
        .map(({ offset, length }) => text.slice(offset, offset + length));

    expect(shown('bold')).toEqual(['us-daily: Perfume up 28 to #12', 'breakout']);
    expect(shown('code')).toContain(
      'tidemark silence add --rule breakout --watch us-daily --until 7d --reason known',
    );
    for (const fact of ['Perfume', '#40 → #12, up 28', '9,100 → 11,500 (+26.4'])
      expect(text, fact).toContain(fact);
  });

  it.each(['Perfume', '👩‍👩‍👧'.repeat(30), '&<>'.repeat(60)])(
    'has at most 4,096 UTF-16 units, and counts what it leaves out, with names such as %s',
    async (name) => {
      const alerts = Array.from({ length: 60 }, (_, id) =>
        anAlert({ id, rule: `rule-${id % 12}`, description: name, product: productOf(name, id) }),
      );
      const { text, entities } = await written(alertsMessage(alerts));

      expect(text.length).toBeLessThanOrEqual(4_096);
      expect(text).toMatch(/\+\d+ more.*: tidemark alerts/);
      for (const { offset, length } of entities)
        expect(offset + length).toBeLessThanOrEqual(text.length);
    },
  );

  it('shows mark-up of a name as it is, and makes no link, mention or command of it', async () => {
    const name = '<b>x</b> *y* @admin #sale /stop evil.example https://evil.example &amp; #12 10.5';
    const { text } = await written(alertsMessage([anAlert({ product: productOf(name, 1) })]));

    expect(text).toContain('<b>x<');
    expect(text).toContain('*y*');
    expect(text).toContain('&amp; #12 10.5');
    expect(text).not.toMatch(/@admin|#sale|\s\/stop|evil\.example|https:\/\//);
  });
});

describe('an answer', () => {
  it.each<[string, ReturnType<typeof refusal>, string, RegExp]>([
    ['a wrong token', refusal(401, 'Unauthorized'), 'pending', /^unauthorised/],
    ['a path that there is not', refusal(404, 'Not Found'), 'pending', /^not_found/],
    ['an error of the server', refusal(502, 'Bad Gateway'), 'pending', /^server_error/],
    ['a proxy', { status: 503, body: '<html>' }, 'pending', /^server_error/],
    [
      'text that is no message',
      refusal(400, "Bad Request: can't parse entities"),
      'dead',
      /^refused/,
    ],
  ])('of %s: the message is %s%s', async (_name, reply, state, reason) => {
    const { channel, world } = await start(() => reply);
    world.put(channel);
    await world.deliver();
    expect(world.rows()[0]?.state).toBe(state);
    expect(world.attempts()[0]?.reason).toMatch(reason);
  });

  it.each([
    refusal(403, 'Forbidden: bot was blocked by the user'),
    refusal(403, 'Forbidden: bot was kicked from the supergroup chat'),
    refusal(400, 'Bad Request: chat not found'),
    refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: -1009876543210,
    }),
  ])('that the chat is lost is final, and rests the channel: %o', async (reply) => {
    const { receiver, channel, world } = await start(() => reply);
    world.put(channel);
    world.put(channel);
    await world.deliver();

    expect(world.rows().map(({ state }) => state)).toEqual(['dead', 'dead']);
    expect(receiver.received).toHaveLength(1);
    // What to write into the config instead stands in the answer.
    expect(world.attempts()[0]?.excerpt).toBe(reply.body);
    receiver.reply = () => ({ status: 200 });
    expect(await runChannelsTest(makeIo(), { name: 'telegram' }, world.deps)).toBe(0);
    world.put(channel);
    expect(await world.deliver()).toMatchObject({ delivered: 1 });
  });

  it('of 429 is not asked again before `retry_after`, by any message of the channel', async () => {
    const { receiver, channel, world } = await start(() =>
      refusal(429, 'Too Many Requests: retry after 340', { retry_after: 340 }),
    );
    world.put(channel);
    world.put(channel);
    await world.deliver();

    expect(receiver.received).toHaveLength(1);
    expect(world.attempts()[0]?.reason).toMatch(/^rate_limited/);
    expect((world.rows()[0]?.next_attempt_at ?? 0) - T0).toBeGreaterThanOrEqual(340_000);
  });

  it('that refuses the whole gets a short form', async () => {
    const { receiver, channel, world } = await start((_, index) =>
      index === 0 ? refusal(400, 'Bad Request: message is too long') : { status: 200 },
    );
    world.put(channel);
    expect(await world.deliver()).toMatchObject({ retry: 1, delivered: 1 });
    const [whole, short] = receiver.received.map(({ body }) => JSON.parse(body) as Sent);
    expect(short?.text.length).toBeLessThan(whole?.text.length ?? 0);
  });
});

it('a server that is not public is refused without allow_private', async () => {
  const { receiver, channel, world } = await start(() => ({ status: 200 }), {
    allowPrivate: false,
  });
  world.put(channel);
  await world.deliver();
  expect(world.attempts()[0]?.reason).toMatch(/^blocked_address/);
  expect(receiver.received).toEqual([]);
});

describe('a probe', () => {
  const probe = (channel: TelegramChannel) =>
    openProbes(manualClock(T0), () => 0.5).channel(channel);

  it('asks for the chat, and sends nothing', async () => {
    const { receiver, channel } = await start(() => ({ status: 200, body: '{"ok":true}' }));
    expect(await probe(channel)).toMatchObject({ ok: true, text: 'the bot knows the chat' });
    expect(receiver.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /bot${BOT_TOKEN}/getChat?chat_id=-1001234567890`,
    ]);
  });

  it.each([
    refusal(401, 'Unauthorized'),
    refusal(404, 'Not Found'),
    refusal(400, 'Bad Request: chat not found'),
  ])('fails on what a message would fail with: %o', async (reply) => {
    const { channel } = await start(() => reply);
    const result = await probe(channel);
    expect(result?.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(BOT_TOKEN.slice(-10));
  });
});
