// Every page that leads to another: each link is followed, over a world with gaps and hostile names.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { crawl, crawlWorld, kindOf, type Crawl } from './crawl-world.ts';
import type { WebWorld } from './web-world.ts';

// A month of a simulated market, and some hundred pages.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let web: WebWorld;
let pages: Crawl['pages'];

beforeAll(async () => {
  web = await crawlWorld();
  ({ pages } = await crawl((path) => web.ask(path)));
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
