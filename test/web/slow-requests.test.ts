// Clients that are slow on purpose, over real sockets: they are cut off, and others are answered.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { Listening } from '../../src/lib/listen-http.ts';
import { startWebServer } from '../../src/web/serve/server.ts';
import { makeWeb } from '../support/world.ts';
import { freePort } from '../support/free-port.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

vi.setConfig({ testTimeout: 30_000 });

/** The limits of the page, made short. */
const LIMITS = { headersMs: 300, requestMs: 600, checkMs: 50, connections: 20 };

let web: WebWorld;
let server: Listening;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
  web.close();
});

async function serve(limits: Partial<typeof LIMITS> = {}): Promise<number> {
  const port = await freePort();
  const listen = { host: '127.0.0.1', port };
  web = makeWebWorld({ listen });
  const config = { ...web.world.config, web: makeWeb({ listen }) };
  server = await startWebServer(listen, { ...web.deps(), config, port }, { ...LIMITS, ...limits });
  return port;
}

/** Connects, says something, and tells what came back until the end. */
async function say(
  port: number,
  text: string,
): Promise<{ socket: Socket; ended: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let got = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => (got += chunk));
  // A cut connection may end as an error.
  socket.on('error', () => {});
  const ended = once(socket, 'close').then(() => got);
  await once(socket, 'connect');
  socket.write(text);
  return { socket, ended };
}

const isAnswered = async (port: number): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${port}/alerts`)).status === 200;

test('headers that never end are cut off, and meanwhile others are answered', async () => {
  // Long before the time for a whole request is over.
  const port = await serve({ requestMs: 60_000 });
  const slow = await Promise.all(
    Array.from({ length: 10 }, () =>
      say(port, `GET /alerts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: 1`),
    ),
  );
  expect(await isAnswered(port)).toBe(true);
  for (const { ended } of slow) expect(await ended).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect(await isAnswered(port)).toBe(true);
});

test('a body that never ends is cut off, and what it was to do is not done', async () => {
  const port = await serve();
  const { ended } = await say(
    port,
    [
      'POST /silences HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 60000',
      '',
      'rule=top3&until=3d&reason=slow',
    ].join('\r\n'),
  );
  expect(await isAnswered(port)).toBe(true);
  expect(await ended).not.toContain('HTTP/1.1 200');
  expect(web.world.db.raw.prepare('SELECT count(*) FROM silences').pluck().get()).toBe(0);
});

test('more connections than there may be are closed at once, and make room when they end', async () => {
  const port = await serve({ headersMs: 20_000, requestMs: 20_000, connections: 3 });
  const held = [await say(port, 'GET'), await say(port, 'GET'), await say(port, 'GET')];
  const { ended } = await say(port, 'GET / HTTP/1.1\r\n');
  expect(await ended).toBe('');
  for (const { socket } of held) socket.destroy();
  await expect.poll(async () => isAnswered(port).catch(() => false)).toBe(true);
});

test('headers larger than the page ever needs are refused', async () => {
  const port = await serve();
  const { ended } = await say(
    port,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  );
  expect(await ended).toMatch(/^HTTP\/1\.1 431 /);
});
