// The mails of digests on a phone, in a real browser: nothing is cut or scrolls, whatever the font.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CHROMIUM } from '../web/chromium.ts';

// A browser is started.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LONG = 'Ovanti Original Perfume Stick with a Case, Refill Set';

let browser: Browser;
beforeAll(async () => {
  if (CHROMIUM !== undefined)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => browser?.close());

/** What is wider than the page, and what hides a part of its text. */
const COMPLAINTS = `[
  ...(document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? ['scrolls to ' + document.documentElement.scrollWidth] : []),
  ...[...document.querySelectorAll('.s *')].filter((one) =>
    one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible',
  ).map((one) => 'cuts ' + one.textContent),
]`;

test.runIf(CHROMIUM !== undefined).each([
  { name: 'week', width: 320, best: 'Perfume' },
  { name: 'week-full', width: 360, best: 'Perfume' },
  { name: 'lists', width: 320, best: 'Paper Lanterns' },
])('$name at $width pixels', async ({ name, width, best }) => {
  const html = readFileSync(join(import.meta.dirname, `golden/${name}.html`), 'utf8');
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  for (const font of ['inherit', "'DejaVu Sans'", "'DejaVu Sans Mono'", 'serif']) {
    await page.setContent(html.replaceAll(best, LONG));
    await page.addStyleTag({ content: `* { font-family: ${font} !important }` });
    expect({ font, complaints: await page.evaluate(COMPLAINTS) }).toEqual({ font, complaints: [] });
    // Beside the picture of the best there is no room for names: they are below.
    const isShown = await page.locator('.y p', { hasText: LONG }).first().isVisible();
    expect({ font, isShown }).toEqual({ font, isShown: true });
  }
  await page.close();
});
