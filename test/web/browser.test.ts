// Every page in a real browser: light and dark, desktop and phone, with and without JavaScript, of
// lists with gaps, of nothing at all, of a storm, and of names that are too long.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signLink, type SignedLink } from '../../src/delivery/signed-link.ts';
import { keyFor } from '../../src/store/web/keys.ts';
import type { World } from '../support/world.ts';
import { freePort } from '../support/free-port.ts';
import { CHROMIUM, serveWorld, startBrowser } from './chromium.ts';
import { emptyWorld, gapsWorld, LONG_WATCH, namesWorld, stormWorld } from './page-worlds.ts';

// A browser is started, and each page is looked at eight times.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const KEY = Buffer.alloc(32, 7);
const recipient = 'ana@example.com';
const mute = { kind: 'mute', rule: 'top3', watch: null, product: null, recipient } as const;
const end = { kind: 'unsubscribe', channel: 'mail', recipient, topic: 'alerts' } as const;
/** The links of a mail of just now. */
const signed = (path: string, link: SignedLink) => (world: World) =>
  `${path}?t=${signLink(KEY, link, world.clock.now())}`;

type Path = string | ((world: World) => string);
type Shown = {
  name: string;
  make: (place: { listen: { host: string; port: number } }) => World | Promise<World>;
  paths: readonly Path[];
};

/** The page of the first product of the newest list, with two others beside it. */
function together({ db }: World): string {
  const newest = `SELECT p.upstream_id FROM observations o JOIN products p ON p.id = o.product_id
    WHERE o.snapshot_id = (SELECT max(id) FROM snapshots) ORDER BY o.rank LIMIT 3`;
  const [first, ...others] = db.raw.prepare(newest).pluck().all() as string[];
  return `/watches/us-daily/products/${first ?? ''}?with=${others.join(',')}`;
}

const NAMED = `/watches/${LONG_WATCH}`;

const WORLDS: readonly Shown[] = [
  {
    name: 'a list with gaps',
    make: gapsWorld,
    paths: [
      signed('/mute', mute),
      signed('/unsubscribe', end),
      '/',
      '/watches/us-daily',
      '/watches/us-daily?show=left',
      together,
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
    ],
  },
  {
    name: 'nothing yet',
    make: emptyWorld,
    paths: ['/', '/watches/us-daily', '/watches/us-daily/coverage', '/alerts', '/deliveries'],
  },
  {
    name: 'a storm',
    make: stormWorld,
    paths: ['/', '/watches/us-daily', '/alerts', '/alerts/5', '/snapshots/3', '/deliveries'],
  },
  {
    name: 'long names',
    make: namesWorld,
    paths: [
      '/',
      NAMED,
      `${NAMED}/products/t0?with=t1,t2,t3,t4,t5,t6,t7`,
      `${NAMED}/coverage`,
      '/alerts',
      '/alerts/2',
      '/rules',
      '/rules/climbs',
      '/snapshots/8',
      '/deliveries',
      '/digests',
      '/doctor',
    ],
  },
];

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1280].map((width) => ({ colorScheme, width })),
);

/** What is wrong with how a page is laid out, in words. It runs in the page. */
const LAYOUT = `(() => {
  const found = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push('scrolls sideways: ' + scrollWidth + ' of ' + clientWidth);
  const said = (element) => element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40);
  for (const time of document.querySelectorAll('table time'))
    if (time.getClientRects().length > 1) found.push('a date is broken: ' + said(time.parentElement));
  for (const nav of document.querySelectorAll('nav'))
    if (nav.scrollWidth > nav.clientWidth) found.push('choices are cut off: ' + said(nav));
  // Only evidence may be wider than a phone, and is then scrolled by itself.
  for (const table of document.querySelectorAll('.scroll'))
    if (table.scrollWidth > table.clientWidth && table.closest('.tight') === null)
      found.push('a table is cut off: ' + said(table));
  for (const link of document.querySelectorAll('main :is(a, button, input, select):not(details *)')) {
    const { left, right, width } = link.getBoundingClientRect();
    if (width > 0 && link.closest('.scroll, .chart') === null && (left < 0 || right > clientWidth))
      found.push('out of reach: ' + said(link));
  }
  return [...new Set(found)].slice(0, 5);
})()`;

type Violations = { id: string; impact: string; nodes: { html: string }[] }[];
const AXE = `axe.run(document, { iframes: false, resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact,
    nodes: nodes.slice(0, 1).map(({ html }) => ({ html })) })))`;

/** What a page in its present look is complained of. */
async function lookAt(page: Page, hasAxe: boolean): Promise<string[]> {
  const layout = await page.evaluate<string[]>(LAYOUT);
  if (!hasAxe) return layout;
  const violations = await page.evaluate<Violations>(AXE);
  const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  return [
    ...layout,
    ...grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`),
  ];
}

/** Opens every page of a world, and looks at it in every way; what is wrong, with where it was. */
async function lookAtAll(browser: Browser, shown: Shown, hasScripts: boolean): Promise<string[]> {
  const world = await shown.make({ listen: { host: '127.0.0.1', port: await freePort() } });
  keyFor(world.db, 'links', () => KEY, world.clock.now());
  const { server, web } = await serveWorld(world);
  const context = await browser.newContext({ javaScriptEnabled: hasScripts });
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  if (hasScripts) await context.addInitScript(readFileSync(axe, 'utf8'));
  const page = await context.newPage();
  const found: string[] = [];
  let path = '';
  const complain = (what: string) => found.push(`${path}: ${what}`);
  page.on('console', (message) => {
    // The page that is not there is meant to be missing.
    const isMissing = path === '/nothing' && message.text().includes('404');
    if (['error', 'warning'].includes(message.type()) && !isMissing)
      complain(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      complain(`asks ${request.url()}`);
  });
  for (const one of shown.paths) {
    path = typeof one === 'string' ? one : one(world);
    await page.goto(server.url + path, { waitUntil: 'load' });
    for (const { colorScheme, width } of LOOKS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      for (const what of await lookAt(page, hasScripts))
        complain(`${colorScheme} ${width}: ${what}`);
    }
  }
  await context.close();
  await server.close();
  web.close();
  return found;
}

let browser: Browser;
beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await startBrowser();
});
afterAll(() => CHROMIUM !== undefined && browser.close());

describe.skipIf(CHROMIUM === undefined).each(WORLDS)(
  'in a browser, the pages of $name',
  (shown) => {
    test('keep their policy, ask nowhere else, fit, and are not hard to use', async () => {
      expect(await lookAtAll(browser, shown, true)).toEqual([]);
    });

    test('are the same without JavaScript', async () => {
      expect(await lookAtAll(browser, shown, false)).toEqual([]);
    });
  },
);
