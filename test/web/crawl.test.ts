// Every page that leads to another: each link is followed, over a world with gaps and hostile names.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeDigest, takeDays } from '../digest/market-world.ts';
import { dayAt, fetchedList, makeRule, makeWatch, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

// A month of a simulated market, and some hundred pages.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let web: WebWorld;
const HOSTILE = '<script>alert(1)</script>"\'>&\u202e=cmd()';
const pages = new Map<string, { status: number; type: string; text: string }>();

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Of links that differ by a number or a name only so many are followed. */
const kindOf = (path: string): string =>
  (path.split('?')[0] ?? '').replace(/\d+/g, 'N').replace(/products\/[^/?]+/, 'products/P');

beforeAll(async () => {
  web = makeWebWorld(
    {},
    {
      watches: [makeWatch({ depth: 60 }), makeWatch({ name: 'hostile', region: 'GB', depth: 60 })],
      rules: [
        makeRule({ name: 'top3', when: 'rank <= 3', cooldownMs: 86_400_000 }),
        makeRule({ name: 'gone', when: "status = 'left'", severity: 'critical' }),
      ],
      digests: [makeDigest()],
    },
  );
  const { world } = web;
  const [market] = world.config.watches;
  world.configure({ watches: market === undefined ? [] : [market] });
  await takeDays(world, 0, 20, { 5: 'failed', 9: 'missed', 14: 'partial' });
  world.configure({
    watches: [makeWatch({ depth: 60 }), makeWatch({ name: 'hostile', region: 'GB', depth: 60 })],
  });
  for (const day of [21, 22, 23])
    await world.pass(
      dayAt(day),
      fetchedList([
        ...products(20 + day),
        { id: `a/b?c#${HOSTILE}`, name: HOSTILE, l1: HOSTILE, posts: day },
      ]),
      { watch: 'hostile' },
    );
  const queue = ['/'];
  const counts = new Map<string, number>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (pages.has(next) || /^\/(sql|api\/v1\/(sql|events))/.test(next)) continue;
    const kind = kindOf(next);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if ((counts.get(kind) ?? 0) > 8 && !next.includes('a%2Fb')) continue;
    const response = await web.ask(next);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    pages.set(next, { status: response.status, type, text });
    if (!type.startsWith('text/html')) continue;
    for (const [, link = ''] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      const [target = ''] = unescaped(link).split('#');
      if (target.startsWith('/') && !pages.has(target)) queue.push(target);
    }
  }
});
afterAll(() => web.close());

describe('every link', () => {
  test('leads to something', () => {
    const broken = [...pages].filter(([, { status }]) => status >= 400).map(([path]) => path);
    expect(broken).toEqual([]);
    expect(pages.size).toBeGreaterThan(100);
    expect(web.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('leads to every kind of page', () => {
    const kinds = new Set([...pages.keys()].map(kindOf));
    for (const kind of [
      '/',
      '/watches/us-daily',
      '/watches/us-daily/coverage',
      '/watches/us-daily/products/P',
      '/snapshots/N',
      '/alerts',
      '/alerts/N',
      '/rules',
      '/rules/topN',
      '/silences',
      '/deliveries',
      '/deliveries/N',
      '/digests',
      '/digests/weekly',
      '/credits',
      '/doctor',
      '/help',
      '/help/web',
      '/api/vN/alerts',
      '/api/vN/watches/us-daily/leaderboard.csv',
      '/feeds/alerts.atom',
    ])
      expect(kinds, kind).toContain(kind);
  });

  test('shows hostile names as text, wherever they are', () => {
    const shown = [...pages].filter(([, { text }]) => text.includes('alert(1)'));
    expect(shown.length).toBeGreaterThan(8);
    for (const [path, { type, text }] of shown) {
      if (type.startsWith('text/html') || type.includes('xml'))
        expect(text, path).not.toContain('<script>alert');
      // JSON and CSV are exact, as the commands print them.
      if (type.startsWith('text/html'))
        expect(text.replace(/ value="[^"]*"/g, ''), path).not.toMatch(/[\u202e]/);
    }
  });

  test('has an English page with one heading, landmarks and a title', () => {
    for (const [path, { type, text }] of pages) {
      if (!type.startsWith('text/html') || path.endsWith('/body')) continue;
      expect(text.match(/<h1[ >]/g), path).toHaveLength(1);
      expect(text, path).toMatch(/<html lang="en">/);
      expect(text, path).toContain('<main ');
      expect(text, path).not.toMatch(/ style="| onclick=/);
    }
  });
});

describe('a product', () => {
  test('has gaps with their reason, and its alerts as rings', () => {
    const [, page] =
      [...pages].find(([path]) => /^\/watches\/us-daily\/products\/\d+$/.test(path)) ?? [];
    expect(page?.text).toContain('<title>missed</title>');
    expect(page?.text).toContain('<title>failed</title>');
    const rings = [...pages].filter(([, { text }]) => text.includes('class="ring"'));
    expect(rings.length).toBeGreaterThan(0);
  });
});

describe('a message', () => {
  test('is shown in a frame that may do nothing', async () => {
    const [path = ''] = [...pages.keys()].filter((one) => /^\/deliveries\/\d+\/body$/.test(one));
    const response = await web.ask(path);
    expect(response.headers.get('content-security-policy')).toContain(
      "sandbox; default-src 'none'",
    );
    expect(response.headers.get('content-security-policy')).not.toContain('script');
  });
});
