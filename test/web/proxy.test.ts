// The page behind a real proxy, below a prefix that the proxy keeps, and one that it takes off.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { WebAuth } from '../../src/config/config.ts';
import type { Listening } from '../../src/lib/listen-http.ts';
import { hashPassword } from '../../src/web/access/password.ts';
import { loadAssets, scriptPaths } from '../../src/web/load-assets.ts';
import { startWebServer } from '../../src/web/serve/server.ts';
import { makeWeb } from '../support/world.ts';
import { hasCaddy, startCaddy } from './caddy.ts';
import { crawl, crawlWorld } from './crawl-world.ts';
import { freePort } from '../support/free-port.ts';
import type { WebWorld } from './web-world.ts';

// A month of a simulated market, and every link of its page, twice.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PASSWORD = 'correct horse battery staple';
const WAYS = ['kept', 'taken', 'login', 'unnamed', 'header'] as const;
type Way = (typeof WAYS)[number];

let web: WebWorld;
let caddy: { stop(): Promise<void> } | undefined;
const servers: Listening[] = [];
/** Each way as people reach it: `http://127.0.0.1:PORT/kept/rank`. */
const addresses = new Map<Way, { origin: string; base: string; direct: string }>();
const at = (way: Way) => {
  const found = addresses.get(way);
  if (found === undefined) throw new Error(way);
  return found;
};

const isHere = hasCaddy();

function authOf(way: Way, passwordHash: string): WebAuth | null {
  const auth = { viewerPasswordHash: null, header: null, operators: ['ana'], tokens: true };
  if (way === 'header') return { ...auth, passwordHash: null, header: 'remote-user' };
  return way === 'login' || way === 'unnamed' ? { ...auth, passwordHash } : null;
}

beforeAll(async () => {
  if (!isHere) return;
  web = await crawlWorld();
  const passwordHash = await hashPassword(PASSWORD);
  const assets = loadAssets(await scriptPaths());
  const sites: string[] = [];
  for (const way of WAYS) {
    const [port, outside] = [await freePort(), await freePort()];
    const base = `/${way}/rank`;
    const listen = { host: '127.0.0.1', port };
    const publicUrl = `http://127.0.0.1:${outside}${base}`;
    const config = {
      ...web.world.config,
      web: makeWeb({
        listen,
        publicUrl,
        trustedProxies: way === 'unnamed' ? [] : ['127.0.0.1'],
        auth: authOf(way, passwordHash),
      }),
    };
    const server = await startWebServer(listen, { ...web.deps(), config, port, assets });
    servers.push(server);
    addresses.set(way, { origin: `http://127.0.0.1:${outside}`, base, direct: server.url });
    const directive = way === 'taken' ? 'handle_path' : 'handle';
    const named = way === 'header' ? '{\n header_up Remote-User ana\n }' : '';
    // What leaves the prefix gets an answer that nothing else gives.
    sites.push(`http://127.0.0.1:${outside} {
 bind 127.0.0.1
 ${directive} ${base}/* {
  reverse_proxy 127.0.0.1:${port} ${named}
 }
 handle {
  respond 418
 }
}`);
  }
  caddy = await startCaddy(sites.join('\n'));
});
afterAll(async () => {
  if (!isHere) return;
  await caddy?.stop();
  for (const server of servers) await server.close();
  web.close();
});

type Answer = { status: number; headers: Record<string, string | string[] | undefined> };

/** Asks from another address of this machine. */
const askFrom = (
  localAddress: string,
  url: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    request(url, { localAddress, method, headers, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers }),
      );
    })
      .once('error', reject)
      .end(body);
  });

const logIn = (way: Way, from: string, password: string, headers: Record<string, string> = {}) => {
  const { origin, base } = at(way);
  return askFrom(from, `${origin}${base}/login`, {
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ password }).toString(),
  });
};

describe.skipIf(!isHere)('behind Caddy', () => {
  test.each(['kept', 'taken'] as const)(
    'every link, form and asset stays below a prefix that is %s, and leads to something',
    async (way) => {
      const { origin, base } = at(way);
      const { pages, links, posts } = await crawl(
        (path) => fetch(`${origin}${path}`, { redirect: 'manual' }),
        `${base}/`,
      );
      const bad = [...pages].filter(([, { status }]) => status !== 200 && status !== 303);
      expect(bad.map(([path, { status }]) => `${path} ${status}`)).toEqual([]);
      expect(pages.size).toBeGreaterThan(100);
      // Mails name the page in full, by its public address: that is the proxy's, prefix and all.
      const ofMails = [...links.keys()].filter((link) => link.startsWith(`${origin}${base}/`));
      expect(ofMails.length).toBeGreaterThan(5);
      for (const link of ofMails) {
        const { status } = await fetch(link, { redirect: 'manual' });
        expect([200, 303], `${link} ${status}`).toContain(status);
      }
      // The manual tells of other sites, and mails have their pictures inside.
      const away = [...links].filter(
        ([link, page]) =>
          !link.startsWith(`${base}/`) &&
          !(/^https?:/.test(link) && page.startsWith(`${base}/help`)) &&
          !(link.startsWith('data:') && page.endsWith('/body')) &&
          !(ofMails.includes(link) && page.endsWith('/body')) &&
          !link.startsWith('#'),
      );
      expect(away.map(([link, page]) => `${page}: ${link.slice(0, 80)}`)).toEqual([]);
      expect(posts.size).toBeGreaterThan(2);
      for (const path of posts) {
        // Filled in with nothing, as a browser sends it: the page knows the form, and takes it.
        const { status } = await askFrom('127.0.0.1', `${origin}${path}`, {
          headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
          body: '',
        });
        expect([200, 303, 400, 409], `${path} ${status}`).toContain(status);
      }
    },
  );

  test('what is new comes through at once, while the stream stays open', async () => {
    const { origin, base } = at('kept');
    const ended = new AbortController();
    const answer = await fetch(`${origin}${base}/api/v1/events?last=0-0`, {
      signal: ended.signal,
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: snapshot')) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream has ended: ${text}`);
      text += new TextDecoder().decode(value);
    }
    expect(text).toContain('event: hello');
    ended.abort();
  });

  test('a session holds below the prefix alone', async () => {
    const { origin, base } = at('login');
    const asked = await askFrom('127.0.0.9', `${origin}${base}/alerts`);
    expect([asked.status, asked.headers['location']]).toEqual([303, `${base}/login?to=%2Falerts`]);
    const entered = await logIn('login', '127.0.0.9', PASSWORD);
    expect([entered.status, entered.headers['location']]).toEqual([303, `${base}/`]);
    const [set = ''] = entered.headers['set-cookie'] ?? [];
    expect(set).toMatch(/^tidemark=[\w-]{43}; Max-Age=\d+; Path=\/login\/rank\/; HttpOnly;/);
    const cookie = set.split(';')[0] ?? '';
    const inside = await askFrom('127.0.0.9', `${origin}${base}/alerts`, { headers: { cookie } });
    expect(inside.status).toBe(200);
  });

  const guessUntilLocked = async (way: Way, from: string) => {
    for (let turn = 0; turn < 5; turn++)
      expect((await logIn(way, from, `guess ${turn}`)).status).toBe(401);
    expect((await logIn(way, from, PASSWORD)).status).toBe(429);
  };

  test('who guesses is known by the address that a named proxy forwards, and by no other', async () => {
    await guessUntilLocked('login', '127.0.0.2');
    // A header of their own changes nothing, and others are let in.
    const lied = await logIn('login', '127.0.0.2', PASSWORD, { 'x-forwarded-for': '127.0.0.77' });
    expect(lied.status).toBe(429);
    expect((await logIn('login', '127.0.0.3', PASSWORD)).status).toBe(303);
  });

  test('of a proxy that the config does not name nothing is believed', async () => {
    await guessUntilLocked('unnamed', '127.0.0.2');
    expect((await logIn('unnamed', '127.0.0.3', PASSWORD)).status).toBe(429);
  });

  test('what the proxy says of who it is counts, and the same from elsewhere does not', async () => {
    const { origin, base, direct } = at('header');
    expect((await askFrom('127.0.0.2', `${origin}${base}/`)).status).toBe(200);
    const headers = { 'remote-user': 'ana' };
    expect((await askFrom('127.0.0.2', `${direct}${base}/`, { headers })).status).toBe(401);
  });

  test('a foreign name gets nothing through it, whatever is forwarded as the host', async () => {
    const { origin, base, direct } = at('kept');
    const headers = { host: 'evil.example', 'x-forwarded-host': new URL(origin).host };
    expect((await askFrom('127.0.0.1', `${direct}${base}/`, { headers })).status).toBe(421);
  });
});
