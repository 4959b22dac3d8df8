// Who may come in, from where, and what they may do: the security list of the page.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { hashPassword, isPassword } from '../../src/web/access/password.ts';
import { revokeToken } from '../../src/store/web/tokens.ts';
import { dayAt, fetchedList, products } from '../support/world.ts';
import { HOST, makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
afterEach(() => web.close());

const PASSWORD = 'correct horse battery staple';
let hash: string;
let viewerHash: string;
beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
  viewerHash = await hashPassword('only looking around');
});

const auth = () => ({
  passwordHash: hash,
  viewerPasswordHash: viewerHash,
  header: null,
  operators: [],
  tokens: true,
});

const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

async function logIn(password = PASSWORD): Promise<string> {
  const response = await web.post('/login', { password });
  expect(response.status).toBe(303);
  return cookieOf(response);
}

describe('the name it answers to', () => {
  test.each([
    ['evil.example', 421],
    ['evil.example:8710', 421],
    ['127.0.0.1:8711', 421],
    ['192.168.1.7:8710', 421],
    ['', 421],
    [HOST, 200],
    ['localhost:8710', 200],
    ['[::1]:8710', 200],
    ['RANK.lan', 200],
    ['rank.lan:8710', 200],
  ])('a request to %j gets %i', async (host, status) => {
    web = makeWebWorld({ hosts: ['rank.lan'] });
    const response = await web.ask('/', { headers: { host } });
    expect(response.status).toBe(status);
    // Refusals too carry the headers.
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('an address in digits is ours only where other machines are let in', async () => {
    web = makeWebWorld({ listen: { host: '0.0.0.0', port: 8710 }, auth: auth() });
    const status = async (host: string) => (await web.ask('/login', { headers: { host } })).status;
    expect(await status('192.168.1.7:8710')).toBe(200);
    expect(await status('evil.example:8710')).toBe(421);
  });

  test('what a proxy forwards as the host decides nothing', async () => {
    web = makeWebWorld();
    const headers = { host: 'evil.example', 'x-forwarded-host': HOST };
    expect((await web.ask('/', { headers })).status).toBe(421);
  });
});

describe('every answer', () => {
  test('may be framed by nobody, and loads nothing from elsewhere', async () => {
    web = makeWebWorld();
    for (const path of ['/', '/nothing', '/api/v1/status', '/api/v1/nothing']) {
      const { headers } = await web.ask(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test('is kept by no browser where somebody is asked who they are', async () => {
    web = makeWebWorld({ auth: auth() });
    const cookie = await logIn();
    expect((await web.ask('/', { headers: { cookie } })).headers.get('cache-control')).toBe(
      'no-store',
    );
  });
});

describe('without auth', () => {
  test('whoever reaches it may look, and change something from a page of ours', async () => {
    web = makeWebWorld();
    expect((await web.ask('/')).status).toBe(200);
  });
});

describe('a password', () => {
  test('is known by its hash alone, each of which is another one', async () => {
    web = makeWebWorld();
    expect(await isPassword(PASSWORD, hash)).toBe(true);
    expect(await isPassword(`${PASSWORD} `, hash)).toBe(false);
    expect(await hashPassword(PASSWORD)).not.toBe(hash);
    expect(hash).not.toContain('horse');
  });

  test('leads from the log-in page to the page that was asked for, and to no other site', async () => {
    web = makeWebWorld({ auth: auth() });
    const asked = await web.ask('/alerts?rule=top-10');
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      '/login?to=%2Falerts%3Frule%3Dtop-10',
    ]);
    const to = async (path: string) =>
      (await web.post('/login', { password: PASSWORD, to: path })).headers.get('location');
    expect(await to('/alerts?rule=top-10')).toBe('/alerts?rule=top-10');
    for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', 'x'])
      expect(await to(evil)).toBe('/');
    expect(await to('/a\r\nset-cookie: x=1')).toBe('/');
  });

  test('gives a cookie that no script and no other site can use', async () => {
    web = makeWebWorld({ auth: auth() });
    const set = (await web.post('/login', { password: PASSWORD })).headers.get('set-cookie');
    expect(set).toMatch(/^tidemark=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('gives a cookie for TLS alone where there is TLS, below the prefix', async () => {
    web = makeWebWorld({ auth: auth(), publicUrl: 'https://rank.example.com' });
    const set = (await web.post('/login', { password: PASSWORD })).headers.get('set-cookie');
    expect(set).toMatch(/^__Host-tidemark=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    web.close();
    web = makeWebWorld({ auth: auth(), publicUrl: 'https://rank.example.com/tidemark' });
    const below = (await web.post('/login', { password: PASSWORD })).headers.get('set-cookie');
    expect(below).toMatch(/^tidemark=.*; Path=\/tidemark\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('is not guessed: after five wrong ones an address has to wait, and no other', async () => {
    web = makeWebWorld({ auth: auth() });
    for (let turn = 0; turn < 5; turn++)
      expect((await web.post('/login', { password: `guess ${turn}` })).status).toBe(401);
    const locked = await web.post('/login', { password: PASSWORD });
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(60);
    const elsewhere = await web.ask('/login', {
      method: 'POST',
      peer: '127.0.0.2',
      body: new URLSearchParams({ password: PASSWORD }),
      headers: { origin: `http://${HOST}` },
    });
    expect(elsewhere.status).toBe(303);
    await web.world.clock.advance(15 * MINUTE_MS);
    expect((await web.post('/login', { password: PASSWORD })).status).toBe(303);
  });

  test('of a viewer lets them look', async () => {
    web = makeWebWorld({ auth: auth() });
    const cookie = await logIn('only looking around');
    expect(await (await web.ask('/', { headers: { cookie } })).text()).toContain('viewer');
  });
});

describe('a session', () => {
  test('is in the database by its hash alone', async () => {
    web = makeWebWorld({ auth: auth() });
    const cookie = await logIn();
    const rows = JSON.stringify(web.world.db.raw.prepare('SELECT * FROM web_sessions').all());
    expect(rows).not.toContain(cookie.split('=')[1]);
  });

  const isIn = async (cookie: string) =>
    (await web.ask('/', { headers: { cookie } })).status === 200;

  test('ends on the server when somebody logs out', async () => {
    web = makeWebWorld({ auth: auth() });
    const cookie = await logIn();
    expect(await isIn(cookie)).toBe(true);
    const out = await web.post('/logout', {}, { cookie });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await isIn(cookie)).toBe(false);
  });

  test('ends after a week of nothing, and after thirty days of anything', async () => {
    web = makeWebWorld({ auth: auth() });
    const idle = await logIn();
    await web.world.clock.advance(7 * DAY_MS);
    expect(await isIn(idle)).toBe(false);
    const used = await logIn();
    for (let day = 0; day < 29; day++) {
      await web.world.clock.advance(DAY_MS);
      expect(await isIn(used)).toBe(true);
    }
    await web.world.clock.advance(DAY_MS);
    expect(await isIn(used)).toBe(false);
  });

  test('ends with the password it was begun with', async () => {
    web = makeWebWorld({ auth: auth() });
    const cookie = await logIn();
    const { world } = web;
    world.configure({
      web: {
        ...world.config.web,
        auth: { ...auth(), passwordHash: await hashPassword('another one') },
      },
    });
    web = makeWebWorld({}, {}, world);
    expect(await isIn(cookie)).toBe(false);
  });
});

describe('what changes something', () => {
  const status = async (headers: Record<string, string>, path = '/logout') =>
    (await web.ask(path, { method: 'POST', headers })).status;

  test('must come from a page of ours', async () => {
    web = makeWebWorld();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await status(form)).toBe(403);
    expect(await status({ ...form, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ ...form, origin: 'null' })).toBe(403);
    expect(await status({ ...form, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ ...form, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await status({ 'content-type': 'text/plain', origin: 'https://evil.example' })).toBe(
      403,
    );
    expect(await status({ 'content-type': 'application/json' })).toBe(403);
    expect(await status({ ...form, origin: `http://${HOST}` })).toBe(303);
    expect(await status({ ...form, 'sec-fetch-site': 'same-origin' })).toBe(303);
  });

  test('knows the address people use, also behind a proxy with TLS', async () => {
    web = makeWebWorld({ publicUrl: 'https://rank.example.com/tidemark' });
    const host = 'rank.example.com';
    expect(await status({ host, origin: 'https://rank.example.com' })).toBe(303);
    expect(await status({ host, origin: 'https://rank.example.org' })).toBe(403);
  });

  test('by the API needs a token, whatever a browser sends along', async () => {
    web = makeWebWorld({ auth: auth() });
    const cookie = await logIn();
    const headers = { cookie, origin: `http://${HOST}`, 'content-type': 'application/json' };
    expect(await status(headers, '/api/v1/silences')).toBe(403);
  });

  test('is at most 64 KB', async () => {
    web = makeWebWorld();
    const response = await web.post('/login', { password: 'x'.repeat(70_000) });
    expect(response.status).toBe(413);
  });
});

describe('a token', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  test('is known while it is not revoked, for what its scopes say', async () => {
    web = makeWebWorld({ auth: auth() });
    const read = web.token('reader', ['read']);
    const feeds = web.token('reeder', ['feeds']);
    const status = async (path: string, token: string) =>
      (await web.ask(path, { headers: bearer(token) })).status;
    expect(await status('/api/v1/status', read)).toBe(200);
    expect(await status('/api/v1/status', feeds)).toBe(403);
    expect(await status('/api/v1/status', `${read}y`)).toBe(401);
    revokeToken(web.world.db, 'reader', web.world.clock.now());
    expect(await status('/api/v1/status', read)).toBe(401);
  });

  test('is refused where the config says so', async () => {
    web = makeWebWorld({ auth: { ...auth(), tokens: false } });
    const token = web.token('ci', ['read']);
    expect((await web.ask('/api/v1/status', { headers: bearer(token) })).status).toBe(401);
  });

  test('has its last use written down, once in a while', async () => {
    web = makeWebWorld({ auth: auth() });
    const token = web.token('ci', ['read']);
    const usedAt = () => web.world.db.raw.prepare('SELECT used_at FROM web_tokens').pluck().get();
    await web.ask('/api/v1/status', { headers: bearer(token) });
    const first = usedAt();
    expect(first).toBe(web.world.clock.now());
    await web.world.clock.advance(MINUTE_MS);
    await web.ask('/api/v1/status', { headers: bearer(token) });
    expect(usedAt()).toBe(first);
  });

  test('is taken from the address of feeds alone', async () => {
    web = makeWebWorld({ auth: auth() });
    const token = web.token('ci', ['read']);
    expect((await web.ask(`/api/v1/status?token=${token}`)).status).toBe(401);
  });

  test('that is none is told as a problem, and is not guessed either', async () => {
    web = makeWebWorld({ auth: auth() });
    const wrong = await web.ask('/api/v1/status', { headers: bearer('tm_nothing') });
    expect(wrong.headers.get('content-type')).toBe('application/problem+json');
    expect(await wrong.json()).toMatchObject({ status: 401 });
    for (let turn = 0; turn < 4; turn++)
      await web.ask('/api/v1/status', { headers: bearer('tm_nothing') });
    expect((await web.ask('/api/v1/status', { headers: bearer('tm_nothing') })).status).toBe(429);
  });
});

describe('the header of a proxy', () => {
  const behind = () =>
    makeWebWorld({
      trustedProxies: ['10.0.0.0/8'],
      auth: {
        ...auth(),
        passwordHash: null,
        viewerPasswordHash: null,
        header: 'remote-user',
        operators: ['ana'],
      },
    });

  test('says who it is when a trusted proxy sends it, and nothing when anybody else does', async () => {
    web = behind();
    const as = async (user: string, peer: string) =>
      web.ask('/', { peer, headers: { 'remote-user': user } });
    const ana = await as('ana', '10.1.2.3');
    expect(await ana.text()).toContain('ana');
    expect(ana.status).toBe(200);
    expect((await as('ana', '11.1.2.3')).status).toBe(401);
    expect((await as('', '10.1.2.3')).status).toBe(401);
    expect(await (await as('<b>bo</b>', '::ffff:10.1.2.3')).text()).toContain('&#60;b&#62;bo');
  });

  test('names the address that has to wait: the nearest that is no proxy', async () => {
    web = makeWebWorld({ trustedProxies: ['10.0.0.1', '10.0.0.2'], auth: auth() });
    const guess = async (forwarded: string, peer = '10.0.0.1') =>
      (
        await web.ask('/login', {
          method: 'POST',
          peer,
          body: new URLSearchParams({ password: 'guess' }),
          headers: { origin: `http://${HOST}`, 'x-forwarded-for': forwarded },
        })
      ).status;
    for (let turn = 0; turn < 5; turn++)
      expect(await guess(`1.2.3.${turn}, 5.6.7.8, 10.0.0.2`)).toBe(401);
    expect(await guess('9.9.9.9, 5.6.7.8, 10.0.0.2')).toBe(429);
    expect(await guess('5.6.7.8, 9.9.9.9')).toBe(401);
    // Of somebody who is no proxy it counts for nothing.
    expect(await guess('9.9.9.8', '5.6.7.8')).toBe(429);
  });
});

describe('a path', () => {
  test.each([
    '/assets/../package.json',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/..%2f..%2fetc%2fpasswd',
  ])('leads out of nothing: %s', async (path) => {
    web = makeWebWorld();
    expect((await web.ask(path)).status).toBe(404);
  });

  test('with a name nobody has says which was meant', async () => {
    web = makeWebWorld();
    await web.world.pass(dayAt(0), fetchedList(products(3)));
    const response = await web.ask('/watches/us-dally');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('did you mean us-daily?');
    expect((await web.ask('/watches/%3Cscript%3E')).status).toBe(404);
  });
});
