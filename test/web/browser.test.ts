// Every page in a real browser: light and dark, desktop and phone, with and without JavaScript.
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signLink, type SignedLink } from '../../src/delivery/signed-link.ts';
import type { Listening } from '../../src/lib/listen-http.ts';
import { keyFor } from '../../src/store/web/keys.ts';
import { startWebServer } from '../../src/web/serve/server.ts';
import { loadAssets, scriptPaths } from '../../src/web/load-assets.ts';
import { makeDigest, takeDays } from '../digest/market-world.ts';
import { dayAt, fetchedList, makeRule, makeWatch, makeWeb, makeWorld } from '../support/world.ts';
import { freePort } from '../support/free-port.ts';
import { CHROMIUM } from './chromium.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

// A browser is started, and each page is looked at eight times.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const THAI = 'เครื่องสำอางค์และผลิตภัณฑ์ดูแลผิวหน้าสำหรับทุกสภาพผิวในฤดูร้อน';

let web: WebWorld;
let server: Listening;
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  const port = await freePort();
  const listen = { host: '127.0.0.1', port };
  const watches = [makeWatch({ depth: 120 }), makeWatch({ name: 'thai', region: 'TH', depth: 60 })];
  const world = makeWorld({
    watches,
    web: makeWeb({ listen }),
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3', description: THAI }),
      makeRule({ name: 'climbs', when: 'rank_gain >= 5', severity: 'critical' }),
    ],
    digests: [makeDigest()],
  });
  const [market] = watches;
  world.configure({ watches: market === undefined ? [] : [market] });
  await takeDays(world, 0, 16, { 5: 'failed', 9: 'missed', 12: 'partial' });
  world.configure({ watches });
  for (const day of [17, 18])
    await world.pass(
      dayAt(day),
      fetchedList(
        Array.from({ length: 20 + day }, (_, index) => ({
          id: `t${index}`,
          name: index % 2 === 0 ? THAI : 'x'.repeat(60),
          l1: THAI,
          posts: 5_000 - index * (day - 10),
        })),
      ),
      { watch: 'thai' },
    );
  keyFor(world.db, 'links', () => KEY, dayAt(18));
  web = makeWebWorld({}, {}, world);
  server = await startWebServer(listen, {
    ...web.deps(),
    config: world.config,
    port,
    assets: loadAssets(await scriptPaths()),
  });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => {
  if (CHROMIUM === undefined) return;
  await browser.close();
  await server.close();
  web.close();
});

/** The links of a mail of the last day. */
const KEY = Buffer.alloc(32, 7);
const recipient = 'ana@example.com';
const mute = { kind: 'mute', rule: 'top3', watch: null, product: null, recipient } as const;
const end = { kind: 'unsubscribe', channel: 'mail', recipient, topic: 'alerts' } as const;
const signed = (path: string, link: SignedLink) => `${path}?t=${signLink(KEY, link, dayAt(18))}`;

const PAGES = [
  signed('/mute', mute),
  signed('/unsubscribe', end),
  '/',
  '/watches/us-daily',
  '/watches/thai?show=climbers',
  '/watches/thai/products/t0?with=t1,t2',
  '/watches/us-daily/coverage',
  '/snapshots/6',
  '/alerts?told=all',
  '/alerts/1',
  '/rules',
  '/rules/top3',
  '/silences?rule=top3&until=3d&reason=why',
  '/deliveries',
  '/deliveries/1',
  '/digests',
  '/digests/weekly',
  '/credits',
  '/doctor',
  '/help',
  '/help/web',
  '/sql',
  '/nothing',
];

/** What a browser complains of, and what it asks other hosts for. */
async function lookAt(path: string, options: BrowserContextOptions): Promise<string[]> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    // The page that is not there is meant to be missing.
    const isMissing = path === '/nothing' && message.text().includes('404');
    if (['error', 'warning'].includes(message.type()) && !isMissing)
      complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      complaints.push(`asks ${request.url()}`);
  });
  await page.goto(server.url + path, { waitUntil: 'load' });
  const box = await page.evaluate<{ wide: number; room: number }>(
    '({ wide: document.documentElement.scrollWidth, room: document.documentElement.clientWidth })',
  );
  if (box.wide > box.room) complaints.push(`scrolls sideways: ${box.wide} of ${box.room}`);
  await context.close();
  return complaints;
}

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1280].flatMap((width) =>
    [true, false].map((javaScriptEnabled): BrowserContextOptions => ({
      colorScheme,
      javaScriptEnabled,
      viewport: { width, height: 800 },
    })),
  ),
);

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  test('no page breaks its policy, asks elsewhere, complains, or scrolls sideways', async () => {
    const found: string[] = [];
    for (const options of LOOKS)
      for (const path of PAGES)
        for (const complaint of await lookAt(path, options))
          found.push(
            `${path} ${options.colorScheme ?? ''} ${options.viewport?.width ?? 0} ${options.javaScriptEnabled === true ? 'js' : 'no js'}: ${complaint}`,
          );
    expect(found).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'no page is hard to use: axe, in %s',
    async (colorScheme) => {
      const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
      const found: string[] = [];
      for (const path of PAGES) {
        const context = await browser.newContext({ colorScheme, bypassCSP: true });
        const page = await context.newPage();
        await page.goto(server.url + path, { waitUntil: 'load' });
        await page.addScriptTag({ path: axe });
        const { violations } = await page.evaluate<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>('axe.run(document, { iframes: false })');
        for (const { id, impact, nodes } of violations)
          if (impact === 'serious' || impact === 'critical')
            found.push(`${path} ${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
        await context.close();
      }
      expect(found).toEqual([]);
    },
  );

  test('a silence says what it would have muted, by the form alone', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/silences`);
    await page.selectOption('select[name=rule]', 'top3');
    await page.fill('input[name=until]', '3d');
    await page.fill('input[name=reason]', 'a test');
    await page.click('text=See what it would mute');
    expect(await page.textContent('[role=status].banner')).toContain('In the last 30 days');
    await page.close();
  });
});
