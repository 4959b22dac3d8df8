// A walk through the page by keyboard alone, with and without JavaScript: what has the focus is seen,
// and every choice is within reach.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Listening } from '../../src/lib/listen-http.ts';
import { openToRead } from '../../src/store/file/open-to-read.ts';
import type { Db } from '../../src/store/file/open.ts';
import { freePort } from '../support/free-port.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWeb } from '../support/world.ts';
import { CHROMIUM, serveWorld, startBrowser } from './chromium.ts';

// A browser is started.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let browser: Browser;
let server: Listening;
let file: HistoryFile;
let reader: Db;
beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  browser = await startBrowser();
  file = makeHistoryFile({
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3' }),
      makeRule({ name: 'climbs', when: 'rank_gain >= 5' }),
    ],
    web: makeWeb({ listen: { host: '127.0.0.1', port: await freePort() } }),
  });
  const ids = Array.from({ length: 30 }, (_, index) => `p${index + 1}`);
  await file.world.pass(dayAt(0), fetchedList(ids));
  await file.world.pass(dayAt(1), fetchedList([...ids.slice(20), ...ids.slice(0, 20)]));
  // A connection of its own, as the page beside the daemon has it.
  reader = openToRead(file.path);
  ({ server } = await serveWorld(file.world, reader));
});
afterAll(async () => {
  if (CHROMIUM === undefined) return;
  await browser.close();
  await server.close();
  reader.close();
  file.close();
});

type Focus = { on: string; href: string; name: string; problem: string };

/**
 * What has the focus, and what is wrong with how it is seen: its ring has to be there, whole, in
 * sight, and not below something else. It runs in the page.
 */
const FOCUS = `(() => {
  const element = document.activeElement;
  const said = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\\s+/g, ' ');
  const seen = { on: said.slice(0, 60), href: element.getAttribute('href') ?? '', name: element.getAttribute('name') ?? '' };
  if (element === document.body) return { ...seen, problem: 'the focus is lost' };
  if (element.id === 'main') return { ...seen, problem: '' };
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 1) return { ...seen, problem: 'no ring' };
  const box = element.getBoundingClientRect();
  // A table that can be scrolled may be higher than the window.
  if (box.height > innerHeight - 100) return { ...seen, problem: '' };
  const ring = parseFloat(outlineWidth) + parseFloat(outlineOffset);
  const isWithin = (left, top, right, bottom) => box.left - ring >= left - 1 && box.right + ring <= right + 1 &&
    box.top - ring >= top - 1 && box.bottom + ring <= bottom + 1;
  if (!isWithin(0, 0, innerWidth, innerHeight)) return { ...seen, problem: 'its ring is not in sight' };
  for (let around = element.parentElement; around !== null && around !== document.body; around = around.parentElement) {
    if (getComputedStyle(around).overflowX === 'visible') continue;
    const { left, top, right, bottom } = around.getBoundingClientRect();
    if (!isWithin(left, top, right, bottom)) return { ...seen, problem: 'its ring is cut off' };
  }
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const isSeen = top !== null && (element.contains(top) || top.contains(element));
  return { ...seen, problem: isSeen ? '' : 'something lies above it' };
})()`;

/** Presses Tab until the focus is on what is looked for, and minds it on the way. */
async function tabTo(page: Page, wanted: (focus: Focus) => boolean, key = 'Tab'): Promise<Focus> {
  const way: string[] = [];
  for (let presses = 0; presses < 90; presses++) {
    await page.keyboard.press(key);
    const focus = await page.evaluate<Focus>(FOCUS);
    expect({ ...focus, problem: focus.problem, at: page.url() }).toMatchObject({ problem: '' });
    if (wanted(focus)) return focus;
    way.push(focus.on);
  }
  throw new Error(`no such thing on ${page.url()}, only ${way.join(' | ')}`);
}

const named = (text: string) => (focus: Focus) => focus.on === text;

/** Presses Enter on it, and waits until the next page is there. */
async function follow(page: Page, wanted: (focus: Focus) => boolean, key = 'Tab'): Promise<void> {
  await tabTo(page, wanted, key);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

const h1 = (page: Page) => page.textContent('h1');

describe.skipIf(CHROMIUM === undefined).each([
  ['with JavaScript', true, 1280],
  ['without JavaScript', false, 1280],
  ['on a small screen', true, 360],
])('by keyboard alone, %s', (_, javaScriptEnabled, width) => {
  test('one gets from the overview to a product and back, sorts, filters, and mutes', async () => {
    const context = await browser.newContext({
      javaScriptEnabled,
      viewport: { width, height: 700 },
    });
    const page = await context.newPage();
    await page.goto(server.url);

    // The first stop leads past the navigation.
    expect(await tabTo(page, () => true)).toMatchObject({ on: 'Skip to the content' });
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await follow(page, named('us-daily'));
    expect(await h1(page)).toBe('us-daily');

    await follow(page, ({ on }) => on.startsWith('Climbers'));
    expect(new URL(page.url()).searchParams.get('show')).toBe('climbers');
    await follow(page, named('Move'));
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-rank_gain');
    expect(await page.getAttribute('th[aria-sort]', 'aria-sort')).toBe('descending');
    await tabTo(page, ({ name }) => name === 'q');
    await page.keyboard.type('p25');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      show: 'climbers',
      sort: '-rank_gain',
      q: 'p25',
    });
    await follow(page, named('Product p25'));
    expect(await h1(page)).toBe('Product p25');
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForURL('**/watches/us-daily?*');
    await tabTo(page, named('Product p25'));

    // From the alerts, filtered by a choice, to one of them, and from there to muting it.
    await follow(page, named('Alerts'), 'Shift+Tab');
    await tabTo(page, ({ name }) => name === 'rule');
    await page.keyboard.type('cl');
    await follow(page, named('Show'));
    expect(new URL(page.url()).searchParams.get('rule')).toBe('climbs');
    await follow(page, ({ href }) => /\/alerts\/\d+$/.test(href));
    await follow(page, named('Silence…'));
    expect(await page.inputValue('select[name=rule]')).toBe('climbs');
    await tabTo(page, ({ name }) => name === 'until');
    await page.keyboard.type('3d');
    await tabTo(page, ({ name }) => name === 'reason');
    await page.keyboard.type('a walk by keyboard');
    await follow(page, named('See what it would mute'));
    expect(await page.textContent('form .banner')).toContain('It would mute rule climbs');
    await follow(page, named('Mute it'));
    expect(await page.textContent('.banner')).toContain('1 silence in force');
    await follow(page, named('End it'));
    expect(await page.locator('.banner').count()).toBe(0);

    // And backwards from the end of a page.
    await page.goto(`${server.url}/watches/us-daily`);
    await page.focus('.leaders tbody tr:last-child a');
    await tabTo(page, named('Rank'), 'Shift+Tab');
    await context.close();
  });
});
