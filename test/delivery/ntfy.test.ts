import { afterEach, describe, expect, it } from 'vitest';
import { runChannelsTest } from '../../src/commands/delivering/channels.ts';
import type { NtfyChannel } from '../../src/config/channels/ntfy.ts';
import { makePayload } from '../../src/delivery/payload.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import type { Message } from '../../src/message/message.ts';
import { openProbes } from '../../src/report/probes.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import { makeIo } from './memory-io.ts';
import { makeNtfy, makeOutbox, T0, UNUSED_URL, type OutboxWorld } from './outbox-world.ts';
import { alertsMessage, anAlert, testMessage, troubleMessage } from './sample-messages.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

type Published = {
  topic: string;
  title: string;
  message: string;
  priority: number;
  tags: string[];
  click?: string;
};

const written = async (message: Message, overrides: Partial<NtfyChannel> = {}) =>
  (
    await makePayload({
      message,
      channel: makeNtfy(UNUSED_URL, overrides),
      recipient: '',
      messageId: 'msg_1',
      createdAt: T0,
      smtp: null,
      context: { timezone: 'UTC', ranks: new Map([['601583', [48, 30, 12]]]) },
    })
  ).toString();

const publishedFor = async (message: Message) => JSON.parse(await written(message)) as Published;

async function start(
  reply: Receiver['reply'],
  overrides: Partial<NtfyChannel> = {},
): Promise<{ receiver: Receiver; channel: NtfyChannel; world: OutboxWorld }> {
  const receiver = await startReceiver(reply);
  const channel = makeNtfy(receiver.url, overrides);
  const world = makeOutbox([channel]);
  open.push(receiver, world);
  return { receiver, channel, world };
}

describe('a message', () => {
  it('is published as JSON to the root of the server, with topic and token of today', async () => {
    const { receiver, channel, world } = await start(() => ({ status: 200 }), {
      token: makeSecret('tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2'),
      click: 'https://dash.example.com/',
    });
    world.put(channel);

    expect(await world.deliver()).toMatchObject({ delivered: 1 });
    const [request] = receiver.received;
    expect([request?.method, request?.path]).toEqual(['POST', '/']);
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      topic: 'our-secret-topic',
      priority: 3,
      click: 'https://dash.example.com/',
    });
    const { payload } = world.db.raw.prepare('SELECT payload FROM deliveries').get() as {
      payload: Buffer | null;
    };
    expect(payload?.toString() ?? '').not.toContain('our-secret-topic');
  });

  it('goes without authorization when there is no token', async () => {
    const { receiver, channel, world } = await start(() => ({ status: 200 }));
    world.put(channel);
    await world.deliver();
    expect(receiver.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('says what a mail says of an alert', async () => {
    const { title, message } = await publishedFor(alertsMessage());

    expect(title).toBe('us-daily: Perfume up 28 to #12');
    for (const fact of [
      'Perfume',
      '#40 → #12, up 28',
      '9,100 → 11,500 (+26.4',
      'Fires when rank_gain >= 20 and rank <= 100',
      'tidemark silence add --rule breakout --watch us-daily',
    ])
      expect(message, fact).toContain(fact);
  });

  it.each<[string, Message, number, string]>([
    ['an alert', alertsMessage(), 3, 'chart_with_upwards_trend'],
    ['a warning', alertsMessage([anAlert({ severity: 'warning' }), anAlert()]), 4, 'warning'],
    ['something critical', alertsMessage([anAlert({ severity: 'critical' })]), 5, 'rotating_light'],
    [
      'what is over, however critical it was',
      alertsMessage([anAlert({ event: 'resolved', severity: 'critical' })]),
      2,
      'white_check_mark',
    ],
    ['trouble', troubleMessage(), 4, 'warning'],
    ['the end of trouble', troubleMessage({ state: 'recovered' }), 2, 'white_check_mark'],
    ['a test', testMessage(), 3, 'chart_with_upwards_trend'],
  ])('about %s has its priority', async (_name, message, priority, tag) => {
    expect(await publishedFor(message)).toMatchObject({ priority, tags: [tag] });
  });

  it.each(['Perfume', '香水'.repeat(40), '"\\'.repeat(40)])(
    'has at most 4,096 bytes of text, and counts what it leaves out, with names such as %s',
    async (name) => {
      const alerts = Array.from({ length: 60 }, (_, id) =>
        anAlert({ id, rule: `rule-${id % 12}`, description: name, product: productOf(name, id) }),
      );
      const body = await written(alertsMessage(alerts));
      const { message } = JSON.parse(body) as Published;

      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4_096);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(8_192 - 100);
      expect(message).toMatch(/\+\d+ more.*: tidemark alerts/);
    },
  );

  it('makes no link and no mention of a name', async () => {
    const name = 'Buy @here #now /start at evil.example or https://evil.example/x for $12.50 #12';
    const { message } = await publishedFor(
      alertsMessage([anAlert({ product: productOf(name, 1) })]),
    );
    expect(message).not.toMatch(/@here|#now|evil\.example|https:\/\/|\s\/start/);
    expect(message).toContain('$12.50 #12');
  });
});

const productOf = (name: string, id: number) => ({
  id: `p${id}`,
  name,
  category_l1: name,
  category_l2: null,
});

describe('an answer', () => {
  it.each<[number, Record<string, string>, string, RegExp]>([
    [401, {}, 'pending', /^unauthorised/],
    [403, {}, 'pending', /^unauthorised/],
    [404, {}, 'pending', /^not_found/],
    [429, {}, 'pending', /^rate_limited/],
    [500, {}, 'pending', /^server_error/],
    [507, {}, 'pending', /^rate_limited/],
    [302, { location: 'http://evil.example/' }, 'pending', /^redirect/],
    [400, {}, 'dead', /^refused/],
    [413, {}, 'dead', /^refused/],
  ])('of %i: the message is %s%s', async (status, headers, state, reason) => {
    const { channel, world } = await start(() => ({
      status,
      headers,
      body: '{"code":42908,"error":"limit reached"}',
    }));
    world.put(channel);
    await world.deliver();

    expect(world.rows()[0]?.state).toBe(state);
    expect(world.attempts()[0]).toMatchObject({
      status_code: status,
      reason: expect.stringMatching(reason),
    });
  });

  it('of 429 is not asked again before a minute, nor before what it asks for', async () => {
    const { channel, world } = await start(() => ({ status: 429 }));
    world.put(channel);
    await world.deliver();
    expect((world.rows()[0]?.next_attempt_at ?? 0) - T0).toBeGreaterThanOrEqual(48_000);

    const patient = await start(() => ({ status: 429, headers: { 'retry-after': '600' } }));
    patient.world.put(patient.channel);
    await patient.world.deliver();
    expect((patient.world.rows()[0]?.next_attempt_at ?? 0) - T0).toBeGreaterThanOrEqual(600_000);
  });

  it('that refuses the whole gets a short form', async () => {
    const { receiver, channel, world } = await start((_, index) => ({
      status: index === 0 ? 413 : 200,
    }));
    world.put(channel);

    expect(await world.deliver()).toMatchObject({ retry: 1, delivered: 1 });
    const [whole, short] = receiver.received.map(({ body }) => JSON.parse(body) as Published);
    expect(short?.message.length).toBeLessThan(whole?.message.length ?? 0);
    expect(short).toMatchObject({ topic: 'our-secret-topic', title: whole?.title });
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

it('`channels test` sends one', async () => {
  const { receiver, world } = await start(() => ({ status: 200 }));
  const io = makeIo();
  expect(await runChannelsTest(io, { name: 'phone' }, world.deps)).toBe(0);
  expect(io.out).toBe('delivered to phone\n');
  expect(receiver.received).toHaveLength(1);
});

describe('a probe', () => {
  const probe = (channel: NtfyChannel) => openProbes(manualClock(T0), () => 0.5).channel(channel);

  it('asks the server how it is, and publishes nothing', async () => {
    const { receiver, channel } = await start(() => ({ status: 200, body: '{"healthy":true}' }));
    expect(await probe(channel)).toMatchObject({ ok: true, text: 'the server is well' });
    expect(receiver.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/health',
    ]);
  });

  it('asks with a token who we are', async () => {
    const { receiver, channel } = await start(() => ({ status: 401 }), {
      token: makeSecret('tk_wrong-token'),
    });
    expect(await probe(channel)).toMatchObject({
      ok: false,
      text: 'it answers with HTTP 401: the receiver does not accept us',
    });
    expect(receiver.received[0]).toMatchObject({
      path: '/v1/account',
      headers: { authorization: 'Bearer tk_wrong-token' },
    });
  });
});
