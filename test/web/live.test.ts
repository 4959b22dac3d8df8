// What an open page does when something new is stored: it offers to show it, and nothing else.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Listening } from '../../src/lib/listen-http.ts';
import { openToRead } from '../../src/store/file/open-to-read.ts';
import type { Db } from '../../src/store/file/open.ts';
import { freePort } from '../support/free-port.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWeb } from '../support/world.ts';
import { CHROMIUM, serveWorld, startBrowser } from './chromium.ts';

// A browser is started.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await startBrowser();
});
afterAll(() => CHROMIUM !== undefined && browser.close());

let file: HistoryFile;
let reader: Db;
let server: Listening;
let page: Page;
beforeEach(async () => {
  if (CHROMIUM === undefined) return;
  file = makeHistoryFile({
    rules: [makeRule({ name: 'top3', when: 'rank <= 3' })],
    web: makeWeb({ listen: { host: '127.0.0.1', port: await freePort() } }),
  });
  await pass(0);
  // A connection of its own, as the page beside the daemon has it.
  reader = openToRead(file.path);
  ({ server } = await serveWorld(file.world, reader));
  page = await browser.newPage({ viewport: { width: 900, height: 700 } });
});
afterEach(async () => {
  if (CHROMIUM === undefined) return;
  await page.close();
  await server.close();
  reader.close();
  file.close();
});

const ids = Array.from({ length: 60 }, (_, index) => `p${index + 1}`);
/** The list of a day; the next day it is upside down. */
const pass = (day: number) =>
  file.world.pass(dayAt(day), fetchedList(day % 2 === 0 ? ids : ids.toReversed()));

/** The stream looks every two seconds; a page that has only just opened it may miss the first. */
const offered = async (): Promise<string> => {
  await file.world.clock.advance(3_000);
  return (await page.textContent('#news')) ?? '';
};

/** What a reader would notice if the page jumped. */
const place = () =>
  page.evaluate<{ top: number; scrolled: number; on: string; title: string }>(`({
    top: document.activeElement.getBoundingClientRect().top,
    scrolled: scrollY,
    on: document.activeElement.textContent,
    title: document.querySelector('.head strong').textContent,
  })`);

const firstRow = () => page.textContent('.leaders tbody th a');

describe.skipIf(CHROMIUM === undefined)('a snapshot that is stored while a page is open', () => {
  test.each([
    ['at its top', 'p2', '/watches/us-daily'],
    ['far down, after a way within the page', 'p40', '/watches/us-daily#main'],
  ])('is offered, and moves nothing: %s', async (_, product, path) => {
    await page.goto(server.url + path);
    await page.focus(`.leaders a[href$="/${product}"]`);
    const before = await place();
    expect(before).toMatchObject({ on: `Product ${product}` });
    expect(await offered()).toBe('');

    await pass(1);
    await expect.poll(offered).toBe('New: a snapshot, alerts · show');
    expect(await place()).toEqual(before);
    expect(await firstRow()).toBe('Product p1');

    // Who goes to the offer stays on it when there is more.
    await page.focus('#news a');
    await pass(2);
    await pass(3);
    await offered();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('show');

    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Sun 2026-01-04 06:00 UTC');
    expect(await firstRow()).toBe('Product p60');
    expect(await page.textContent('#news')).toBe('');
  });

  test('is not offered to who looks at an earlier day', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${server.url}/watches/us-daily?at=2026-01-01`);
    await page.goto(`${server.url}/watches/us-daily`);
    await expect.poll(() => asked.filter((path) => path === '/api/v1/events')).toHaveLength(1);
    expect(asked.indexOf('/api/v1/events')).toBeGreaterThan(asked.lastIndexOf('/watches/us-daily'));
  });
});
