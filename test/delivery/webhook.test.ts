import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookChannel } from '../../src/config/channels/webhook.ts';
import type { Failure, Outcome } from '../../src/delivery/outcome.ts';
import {
  closeAgents,
  openAgents,
  type HttpAgents,
} from '../../src/delivery/channels/http/agents.ts';
import { failureOfStatus } from '../../src/delivery/channels/http/failure.ts';
import { postWebhook } from '../../src/delivery/channels/webhook/webhook.ts';
import { SECOND_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startReceiver, type Receiver, type Reply } from './http-receiver.ts';
import { makeHook, T0 } from './outbox-world.ts';

const BODY = Buffer.from('{"type":"channel.test","name":"保湿 🧴"}');
let receiver: Receiver;
let agents: HttpAgents;

beforeEach(async () => {
  receiver = await startReceiver();
  agents = openAgents();
});
afterEach(async () => {
  await closeAgents(agents);
  await receiver.close();
});

const post = (
  channel: Partial<WebhookChannel> & { to?: string } = {},
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Outcome> =>
  postWebhook(
    { channel: makeHook(channel.to ?? `${receiver.url}/hook`, channel), id: 'msg_1', body: BODY },
    {
      senders: { agents },
      clock: manualClock(T0),
      timeoutMs: options.timeoutMs ?? 5_000,
      signal: options.signal ?? new AbortController().signal,
    },
  );

/** Always the same answer. */
const replies = (reply: Reply) => {
  receiver.reply = () => reply;
};

describe('a post', () => {
  it('carries the frozen bytes, a signature of this attempt, and custom headers', async () => {
    const key = Buffer.alloc(32, 7);

    const outcome = await post({
      secrets: [makeSecret(`whsec_${key.toString('base64')}`)],
      headers: { authorization: makeSecret('Bearer t0ken-t0ken'), 'x-team': makeSecret('growth') },
    });

    expect(outcome).toEqual({ kind: 'delivered', statusCode: 204, excerpt: null });
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', path: '/hook', body: BODY.toString() });
    const timestamp = String(Math.floor(T0 / 1000));
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'tidemark',
      authorization: 'Bearer t0ken-t0ken',
      'x-team': 'growth',
      'webhook-id': 'msg_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${createHmac('sha256', key).update(`msg_1.${timestamp}.`).update(BODY).digest('base64')}`,
    });
  });

  it('leaves nothing behind on a signal that outlives it, whatever comes of it', async () => {
    const { signal } = new AbortController();
    for (const status of [204, 500, 204]) {
      replies({ status });
      await post({}, { signal });
    }
    await post({ to: 'http://127.0.0.1:9/closed' }, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('cannot be given a forged signature by a custom header', async () => {
    await post({
      headers: { 'webhook-id': makeSecret('forged'), 'webhook-timestamp': makeSecret('0') },
    });

    expect(receiver.received[0]?.headers).toMatchObject({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(T0 / 1000)),
    });
  });

  it('is delivered when the receiver accepts it, whatever becomes of the body', async () => {
    replies('drip body');
    expect(await post({}, { timeoutMs: 300 })).toMatchObject({
      kind: 'delivered',
      statusCode: 200,
    });
    replies({ status: 200, body: 'x'.repeat(1_000_000) });
    expect(await post()).toMatchObject({ kind: 'delivered' });
  });
});

describe('a status', () => {
  const TABLE: [number, Failure][] = [
    [300, 'redirect'],
    [301, 'redirect'],
    [302, 'redirect'],
    [304, 'redirect'],
    [307, 'redirect'],
    [308, 'redirect'],
    [400, 'refused'],
    [401, 'unauthorised'],
    [402, 'client_error'],
    [403, 'unauthorised'],
    [404, 'not_found'],
    [405, 'client_error'],
    [408, 'timeout'],
    [409, 'client_error'],
    [410, 'gone'],
    [413, 'refused'],
    [415, 'refused'],
    [418, 'client_error'],
    [422, 'refused'],
    [425, 'rate_limited'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [501, 'server_error'],
    [502, 'server_error'],
    [503, 'server_error'],
    [504, 'server_error'],
    [507, 'server_error'],
    [599, 'server_error'],
  ];

  it.each(TABLE)('%i means %s', async (status, failure) => {
    expect(failureOfStatus(status)).toBe(failure);
    replies({ status, body: 'why not' });

    expect(await post()).toEqual({
      kind: 'failed',
      failure,
      detail: `HTTP ${status}`,
      statusCode: status,
      excerpt: status === 304 ? null : 'why not',
      retryAfterMs: null,
    });
  });

  it.each([200, 201, 202, 204, 299])('%i means delivered', async (status) => {
    replies({ status });
    expect(await post()).toEqual({ kind: 'delivered', statusCode: status, excerpt: null });
  });

  it('that redirects is never followed, not even to the receiver itself', async () => {
    replies({ status: 302, headers: { location: `${receiver.url}/elsewhere` } });

    expect(await post()).toMatchObject({ failure: 'redirect' });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    ['seconds', '120', 120 * SECOND_MS],
    [
      'a date',
      new Date(Math.ceil(T0 / 1000) * 1000 + 60_000).toUTCString(),
      Math.ceil(T0 / 1000) * 1000 + 60_000 - T0,
    ],
  ])('tells when to come back, in %s', async (_form, header, expected) => {
    replies({ status: 429, headers: { 'retry-after': header } });
    expect(await post()).toMatchObject({ failure: 'rate_limited', retryAfterMs: expected });
  });
});

describe('a receiver', () => {
  it.each<[string, Reply]>([
    ['never answers', 'hang'],
    ['drips the head of its answer', 'drip head'],
  ])('that %s is given up in time', async (_name, reply) => {
    replies(reply);
    expect(await post({}, { timeoutMs: 200 })).toMatchObject({
      kind: 'failed',
      failure: 'timeout',
      detail: '0.2 s',
    });
  });

  it('that cuts the connection is tried once more at once: it may have been an idle one', async () => {
    receiver.reply = (_, index) => (index === 0 ? 'reset' : { status: 200 });

    expect(await post()).toMatchObject({ kind: 'delivered' });
    expect(receiver.received.map(({ headers, body }) => [headers['webhook-id'], body])).toEqual([
      ['msg_1', BODY.toString()],
      ['msg_1', BODY.toString()],
    ]);
  });

  it('that always cuts the connection has failed, after two tries', async () => {
    replies('reset');

    expect(await post()).toMatchObject({ kind: 'failed', failure: 'connection' });
    expect(receiver.received).toHaveLength(2);
  });

  it('that breaks off within its answer has answered all the same', async () => {
    replies('cut body');
    expect(await post()).toMatchObject({
      failure: 'server_error',
      excerpt: 'half an answer (the answer broke off)',
    });
  });

  it('that answers at length is read up to 16 KB, and kept up to 2 KB', async () => {
    replies({ status: 500, body: 'ä'.repeat(100_000) });

    const { excerpt } = await post();

    expect(Buffer.byteLength(excerpt ?? '')).toBeGreaterThan(1_500);
    expect(Buffer.byteLength(excerpt ?? '')).toBeLessThanOrEqual(2_048);
  });

  it('that answers with control characters does not get them into our rows', async () => {
    replies({ status: 500, body: '\u001b[31mred\u0000\r\nnext \u202eright to left' });
    expect(await post()).toMatchObject({ excerpt: '[31mred next right to left' });
  });

  it('whose name does not exist is a failure of the name service', async () => {
    expect(await post({ to: 'http://nowhere.invalid/hook' })).toMatchObject({
      failure: 'dns',
      detail: expect.stringMatching(/^E[A-Z_]+$/) as string,
    });
  });

  it('that does not listen refuses the connection', async () => {
    await receiver.close();
    expect(await post()).toMatchObject({ failure: 'connection', detail: 'ECONNREFUSED' });
  });

  it('that speaks no TLS where it should is a failure of TLS', async () => {
    expect(await post({ to: receiver.url.replace('http:', 'https:') })).toMatchObject({
      failure: 'tls',
    });
  });

  it('that speaks no HTTP is a failure of the connection', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    expect(await post({ to: `http://127.0.0.1:${port}/` })).toMatchObject({
      failure: 'connection',
    });
    server.close();
  });

  it('is left when Tidemark stops', async () => {
    const stop = new AbortController();
    receiver.reply = () => {
      stop.abort();
      return 'hang';
    };
    expect(await post({}, { signal: stop.signal })).toMatchObject({ failure: 'stopped' });
  });
});

describe('private addresses', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://localhost:PORT/',
  ])('such as %s are refused', async (url) => {
    const { port } = new URL(receiver.url);

    expect(await post({ to: url.replace('PORT', port), allowPrivate: false })).toMatchObject({
      kind: 'failed',
      failure: 'blocked_address',
    });
    expect(receiver.received).toEqual([]);
  });

  it('are reached by a channel that allows them', async () => {
    expect(
      await post({ to: receiver.url.replace('127.0.0.1', 'localhost'), allowPrivate: true }),
    ).toMatchObject({ kind: 'delivered' });
  });

  it('are refused also where an open connection to them exists', async () => {
    await post({ allowPrivate: true });
    expect(await post({ allowPrivate: false })).toMatchObject({ failure: 'blocked_address' });
  });
});
