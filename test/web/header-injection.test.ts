// Whatever stands in an address, a form or a header of a request: no answer has a header that we
// did not mean, nor leads elsewhere.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeHook } from '../delivery/outbox-world.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { hashPassword } from '../../src/web/access/password.ts';
import { HOST, makeWebWorld, type WebWorld } from './web-world.ts';

const PASSWORD = 'correct horse battery staple';
const BASE = '/tidemark';
const EVIL = [
  'x\r\nx-evil: 1',
  'x\nset-cookie: evil=1',
  'x\r\n\r\n<script>alert(1)</script>',
  'x\0y\u007f\u0085\u2028z',
  'x"; filename="evil.sh',
  '>; rel="evil", <//evil.example>',
  '//evil.example',
  '\\\\evil.example\\x',
  'ünïcode→😀\u202e',
  '%0d%0ax-evil:%201',
];
const enc = encodeURIComponent;

let hash: string;
let web: WebWorld;
beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
});
beforeEach(async () => {
  const rule = makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify', notify: ['hook'] });
  const channels = [makeHook('http://127.0.0.1:9/')];
  const publicUrl = `http://127.0.0.1:8710${BASE}`;
  web = makeWebWorld({ publicUrl }, { rules: [rule], channels });
  const rows = [...products(5), ...EVIL.map((id) => ({ id, name: id }))];
  await web.world.pass(dayAt(0), fetchedList(rows));
  await web.world.pass(dayAt(1), fetchedList(rows));
});
afterEach(() => web.close());

/** Each header of an answer, in the form that it is allowed to have. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  'cache-control': /^(no-cache|no-store|[\w=, -]+)$/,
  'content-disposition': /^attachment; filename="[\w.-]+\.csv"$/,
  'content-security-policy': /^[\x20-\x7e]+$/,
  'content-type': /^[a-z]+\/[a-z+-]+(; charset=utf-8)?$/i,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  etag: /^W\/"[\w-]{22}"$/,
  link: /^<\/tidemark\/api\/v1\/\w+\?[\w%.*+&=-]+>; rel="next"$/,
  location: /^\/tidemark\/(?![/\\])[\x21-\x7e]*$/,
  'referrer-policy': /^same-origin$/,
  'retry-after': /^\d+$/,
  'set-cookie': /^tidemark=[\w-]*; Max-Age=\d+; Path=\/tidemark\/; HttpOnly; SameSite=Lax$/,
  'tidemark-baseline': /^\d+$/,
  'tidemark-snapshot': /^\d+$/,
  vary: /^[\w, -]+$/,
  'www-authenticate': /^Bearer$/,
  'x-accel-buffering': /^no$/,
  'x-content-type-options': /^nosniff$/,
};

/** Holds every header of an answer to its form; returns the answer. */
function expectSound(asked: string, answer: Response): Response {
  expect([asked, answer.status], asked).toEqual([asked, expect.toSatisfy((one) => one < 500)]);
  for (const [name, value] of answer.headers)
    expect(`${name}: ${value}`, asked).toSatisfy(() => SHAPES[name]?.test(value) ?? false);
  return answer;
}

describe('what stands in an address', () => {
  const PATHS = (evil: string) => [
    `/watches/${enc(evil)}`,
    `/watches/${enc(evil)}/movers`,
    `/watches/us-daily?q=${enc(evil)}&sort=${enc(evil)}`,
    `/watches/us-daily/products/${enc(evil)}`,
    `/watches/us-daily/products/p1?add=${enc(evil)}&with=${enc(evil)}`,
    `/api/v1/watches/us-daily/products/${enc(evil)}.csv`,
    `/api/v1/watches/${enc(evil)}/leaderboard.csv`,
    `/api/v1/watches/us-daily/leaderboard.csv?q=${enc(evil)}`,
    `/api/v1/watches/us-daily/coverage.csv?x=${enc(evil)}`,
    `/api/v1/watches/us-daily/movers.csv?compare=${enc(evil)}`,
    `/api/v1/alerts?limit=1&x=${enc(evil)}&${enc(evil)}=1`,
    `/api/v1/alerts.csv?limit=1&since=${enc(evil)}`,
    `/api/v1/deliveries?limit=1&channel=${enc(evil)}`,
    `/api/v1/alerts?cursor=${enc(evil)}`,
    `/api/v1/sql.csv?saved=${enc(evil)}`,
    `/api/v1/events/${enc(evil)}`,
    `/feeds/alerts.atom?rule=${enc(evil)}`,
    `/assets/${enc(evil)}`,
    `/help/${enc(evil)}`,
    `/login?to=${enc(evil)}`,
    `/mute?t=${enc(evil)}`,
    `/${enc(evil)}`,
  ];

  test.each(EVIL)('%j makes no header', async (evil) => {
    for (const path of PATHS(evil)) expectSound(path, await web.ask(path));
  });

  test('is in no name of a download, and the parts of a log are still linked', async () => {
    const csv = await web.ask(`/api/v1/watches/us-daily/products/${enc(EVIL[4] ?? '')}.csv`);
    expect(csv.status).toBe(200);
    expect(csv.headers.get('content-disposition')).toBe(
      'attachment; filename="product-us-daily-x___filename__evil.sh.csv"',
    );
    const asked = `/api/v1/alerts?limit=1&x=${enc(EVIL[0] ?? '')}`;
    const next = /^<\/tidemark([^>]+)>/.exec((await web.ask(asked)).headers.get('link') ?? '')?.[1];
    expect(next).toContain('x=x%0D%0Ax-evil');
    expect((await web.ask(next ?? '')).status).toBe(200);
  });
});

describe('what stands in a form', () => {
  test.each(EVIL)('%j makes no header', async (evil) => {
    const posts: [string, Record<string, string>][] = [
      ['/login', { to: evil, password: evil }],
      ['/silences', { rule: 'top3', until: '3d', reason: evil }],
      ['/silences/preview', { rule: evil, until: evil, reason: evil }],
      ['/deliveries/test', { channel: evil }],
      [`/deliveries/${enc(evil)}/retry`, { force: evil }],
      [`/silences/${enc(evil)}/end`, {}],
      [`/rules/${enc(evil)}`, { when: evil }],
      ['/rules/top3', { when: evil }],
      [`/mute?t=${enc(evil)}`, { days: evil }],
      [`/unsubscribe?t=${enc(evil)}`, { wish: evil }],
      ['/logout', { x: evil }],
    ];
    for (const [path, form] of posts) expectSound(path, await web.post(path, form));
  });

  test.each(EVIL)('after logging in, %j leads to a page of ours', async (evil) => {
    const auth = {
      passwordHash: hash,
      viewerPasswordHash: null,
      header: null,
      operators: [],
      tokens: true,
    };
    const { world } = web;
    world.configure({ web: { ...world.config.web, auth } });
    web = makeWebWorld({}, {}, world);
    for (const to of [evil, `/${evil}`, `/alerts?rule=${evil}`]) {
      const answer = expectSound(to, await web.post('/login', { password: PASSWORD, to }));
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([303, expect.anything()]);
    }
    const sent = expectSound(evil, await web.ask(`/alerts?rule=${enc(evil)}`));
    expect(sent.headers.get('location')).toMatch(/^\/tidemark\/login\?to=%2Falerts%3Frule%3D/);
  });
});

describe('what stands in a header', () => {
  const NAMES = [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-prefix',
    'x-original-url',
    'x-rewrite-url',
    'forwarded',
    'origin',
    'referer',
    'accept-encoding',
    'if-none-match',
    'last-event-id',
    'remote-user',
    'cookie',
  ];
  const VALUES = ['evil.example', '//evil.example/x', 'x"; y', '\u00fc\u0080', '*', 'https'];

  test.each(NAMES)('%s makes no header and no link', async (name) => {
    const plain = await (await web.ask('/')).text();
    for (const value of VALUES) {
      const answer = expectSound(name, await web.ask('/', { headers: { [name]: value } }));
      if (answer.status === 200) expect(await answer.text()).toBe(plain);
      const moved = await web.ask('/watches/us-daily/movers', { headers: { [name]: value } });
      expect(expectSound(name, moved).headers.get('location')).toBe(
        `${BASE}/watches/us-daily?show=climbers`,
      );
    }
  });

  test('of a trusted proxy gives an address or nothing', async () => {
    web.world.configure({ web: { ...web.world.config.web, trustedProxies: ['127.0.0.1'] } });
    web = makeWebWorld({}, {}, web.world);
    for (const value of [...VALUES, '1.2.3.4\u0085', '::1%eth0\u0080'])
      expectSound(value, await web.ask('/login', { headers: { 'x-forwarded-for': value } }));
  });

  test('that is the name we answer to is not repeated', async () => {
    const refused = await web.ask('/', { headers: { host: 'evil.example' } });
    expect(refused.status).toBe(421);
    expect(await refused.text()).not.toContain('evil');
    expect(HOST).toContain('127.0.0.1');
  });
});
