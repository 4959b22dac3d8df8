// What each role and each scope may do, on every route that changes something or works for long.
import { afterEach, expect, test } from 'vitest';
import type { WebScope } from '../../src/store/web/tokens.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { HOST, makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
afterEach(() => web.close());

async function make(): Promise<void> {
  web = makeWebWorld(
    {
      trustedProxies: ['127.0.0.1'],
      auth: {
        passwordHash: null,
        viewerPasswordHash: null,
        header: 'remote-user',
        operators: ['ana'],
        tokens: true,
      },
    },
    { rules: [makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify' })] },
  );
  await web.world.pass(dayAt(0), fetchedList(products(10)));
}

/** All that anybody could change or set to work, and a good answer of each. */
const stored = (): string =>
  JSON.stringify(
    ['silences', 'deliveries', 'notifications'].map((table) =>
      web.world.db.raw.prepare(`SELECT * FROM ${table}`).all(),
    ),
  );

const FORMS: [string, Record<string, string>][] = [
  ['/silences', { rule: 'top3', until: '3d', reason: 'x' }],
  ['/silences/preview', { rule: 'top3', until: '3d', reason: 'x' }],
  ['/silences/1/end', {}],
  ['/deliveries/1/retry', {}],
  ['/deliveries/test', { channel: 'hook' }],
  ['/rules/top3', { when: 'rank <=' }],
  ['/rules/top3/result', { when: 'rank <=' }],
];

test.each(FORMS)('%s is for operators', async (path, form) => {
  await make();
  const before = stored();
  const asked = async (user: string) =>
    (await web.post(path, form, { 'remote-user': user })).status;
  expect(await asked('bo')).toBe(403);
  expect(stored()).toBe(before);
  expect([200, 303, 400, 404, 409]).toContain(await asked('ana'));
});

const WRITES: [string, string, object][] = [
  ['POST', '/api/v1/silences', { rule: 'top3', until: '3d', reason: 'x' }],
  ['DELETE', '/api/v1/silences/1', {}],
  ['POST', '/api/v1/deliveries/1/retry', {}],
  ['POST', '/api/v1/channels/hook/test', {}],
  ['POST', '/api/v1/rules/backtest', { rule: 'top3', when: 'rank <=' }],
];

test.each(WRITES)('%s %s is for tokens that may write', async (method, path, body) => {
  await make();
  const before = stored();
  const asked = async (headers: Record<string, string>) =>
    (
      await web.ask(path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    ).status;
  for (const scope of ['read', 'feeds', 'mcp'] as const)
    expect([scope, await asked({ authorization: `Bearer ${web.token(scope, [scope])}` })]).toEqual([
      scope,
      403,
    ]);
  // An operator whose browser comes from a page of ours counts for nothing here.
  const browser = {
    'remote-user': 'ana',
    origin: `http://${HOST}`,
    'sec-fetch-site': 'same-origin',
  };
  expect(await asked(browser)).toBe(403);
  expect(stored()).toBe(before);
  const token = web.token('writer', ['write']);
  expect([200, 201, 400, 404]).toContain(await asked({ authorization: `Bearer ${token}` }));
});

const MAY: Record<string, readonly WebScope[]> = {
  '/api/v1/status': ['read', 'write'],
  '/': ['read', 'write'],
  '/feeds/alerts.atom': ['read', 'write', 'feeds'],
  '/mcp': ['mcp'],
};
const SCOPES: readonly WebScope[] = ['read', 'write', 'feeds', 'mcp'];

test.each(Object.entries(MAY))('%s is for tokens of %j', async (path, may) => {
  await make();
  for (const scope of SCOPES) {
    const authorization = `Bearer ${web.token(scope, [scope])}`;
    const { status } = await web.ask(path, { headers: { authorization } });
    expect([scope, status === 403]).toEqual([scope, !may.includes(scope)]);
  }
});

test('an assistant over HTTP comes with a token, and never from a page of ours', async () => {
  await make();
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    origin: `http://${HOST}`,
    'sec-fetch-site': 'same-origin',
    'remote-user': 'ana',
  };
  expect((await web.ask('/mcp', { method: 'POST', body, headers })).status).toBe(403);
});

test('what one person has seen is not told another as unchanged', async () => {
  await make();
  const as = (user: string, tag = '') =>
    web.ask('/', { headers: { 'remote-user': user, 'if-none-match': tag } });
  const first = await as('ana');
  const tag = first.headers.get('etag') ?? '';
  expect(first.headers.get('vary')).toContain('Cookie');
  expect((await as('ana', tag)).status).toBe(304);
  expect((await as('bo', tag)).status).toBe(200);
});
