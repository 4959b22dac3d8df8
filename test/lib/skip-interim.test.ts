// The raw bytes are the point here, so the server is a bare socket.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAgents, openAgents } from '../../src/delivery/channels/http/agents.ts';
import { postWebhook } from '../../src/delivery/channels/webhook/webhook.ts';
import { skippingInterim } from '../../src/lib/skip-interim.ts';
import { exchange } from '../../src/source/exchange.ts';
import { makeHook, T0 } from '../delivery/outbox-world.ts';
import { manualClock } from '../support/manual-clock.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Answers each request with these pieces, one write each. Returns its URL and the requests, one entry per head. */
async function startRaw(...pieces: string[]): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay());
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      if (!/^(GET|POST|HEAD) /.test(text)) return;
      requests.push(text);
      const write = (index: number) => {
        const piece = pieces[index];
        if (piece !== undefined) socket.write(piece, () => setImmediate(write, index + 1));
      };
      write(0);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n';
const DONE = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('an interim answer', () => {
  it.each<[string, string[]]>([
    ['before the answer', [CONTINUE, DONE]],
    ['in one piece with the answer', [CONTINUE + DONE]],
    ['twice', [CONTINUE + CONTINUE + DONE]],
    ['with headers', [HINTS, DONE]],
    ['of each kind', [CONTINUE + HINTS, CONTINUE, DONE]],
    ['byte by byte', [...(CONTINUE + HINTS + DONE)]],
    ['not at all', [DONE]],
    ['not at all, byte by byte', [...DONE]],
  ])('that comes %s is skipped, and the message sent once', async (_name, pieces) => {
    const { url, requests } = await startRaw(...pieces);
    const agents = openAgents();
    closing.push(() => closeAgents(agents));
    const post = () =>
      postWebhook(
        { channel: makeHook(url), id: 'msg_1', body: Buffer.from('{"type":"channel.test"}') },
        {
          senders: { agents },
          clock: manualClock(T0),
          timeoutMs: 5_000,
          signal: new AbortController().signal,
        },
      );

    expect(await post()).toMatchObject({ kind: 'delivered', statusCode: 200 });
    expect(await post(), 'again, over the same connection').toMatchObject({ kind: 'delivered' });
    expect(requests).toHaveLength(2);
  });

  it('of a source is skipped too', async () => {
    const json = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
    const { url, requests } = await startRaw(CONTINUE, json);
    const dispatcher = new Agent({ connect: skippingInterim({}) });
    closing.push(() => dispatcher.destroy());

    const result = await exchange(
      { method: 'GET', url, headers: {}, body: null },
      { dispatcher, timeoutMs: 5_000, signal: new AbortController().signal },
    );
    expect(result).toMatchObject({ answer: { status: 200, body: { kind: 'text', text: '{}' } } });
    expect(requests).toHaveLength(1);
  });

  it('that looks like one inside a body is the body', async () => {
    const body = `${CONTINUE}x`;
    const { url } = await startRaw(
      `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`,
      body,
    );
    const dispatcher = new Agent({ connect: skippingInterim({}) });
    closing.push(() => dispatcher.destroy());

    const result = await exchange(
      { method: 'GET', url, headers: {}, body: null },
      { dispatcher, timeoutMs: 5_000, signal: new AbortController().signal },
    );
    expect(result).toMatchObject({ answer: { body: { kind: 'text', text: body } } });
  });

  it('that never ends is bounded by the time-out', async () => {
    const { url } = await startRaw('HTTP/1.1 100 Continue\r\nx: ', 'a'.repeat(1_000));
    const dispatcher = new Agent({ connect: skippingInterim({}) });
    closing.push(() => dispatcher.destroy());

    expect(
      await exchange(
        { method: 'GET', url, headers: {}, body: null },
        { dispatcher, timeoutMs: 200, signal: new AbortController().signal },
      ),
    ).toMatchObject({ failure: { reason: 'timeout' } });
  });
});
