// A rule that is tried on its page: what has come already is shown while the rest is computed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { builtEntry } from '../../src/lib/bundle-entry.ts';
import { loadAssets, scriptPaths } from '../../src/web/load-assets.ts';
import { useBacktestEntry } from '../../src/web/rules/run-backtest.ts';
import { startWebServer } from '../../src/web/serve/server.ts';
import { makeBacktestWorld, type BacktestWorld } from '../backtest/backtest-world.ts';
import { freePort } from '../support/free-port.ts';
import { dayAt, fetchedList, makeWeb, products } from '../support/world.ts';
import { CHROMIUM } from './chromium.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

// Its process is bundled first, and a browser started.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'tidemark-trial-'));
const released = join(folder, 'released');
let made: BacktestWorld;
let web: WebWorld;

/** The program of a backtest, which tells its last part only once `released` is there. */
beforeAll(async () => {
  const real = pathToFileURL(await builtEntry('web/rules/backtest-process.ts')).href;
  const entry = join(folder, 'held.mjs');
  writeFileSync(
    entry,
    `import { existsSync } from 'node:fs';
const send = process.send.bind(process);
process.send = (part, ...rest) => {
  if (part.kind !== 'report' || existsSync(${JSON.stringify(released)})) return send(part, ...rest);
  setTimeout(() => process.send(part, ...rest), 20);
};
await import(${JSON.stringify(real)});`,
  );
  useBacktestEntry(entry);
});
afterAll(() => rmSync(folder, { recursive: true }));

const release = () => writeFileSync(released, '');

beforeEach(async () => {
  rmSync(released, { force: true });
  made = makeBacktestWorld('{ top3: { when: "rank <= 2", notify: [hook] } }');
  for (let day = 0; day < 20; day++)
    await made.world.pass(dayAt(day), fetchedList([`x${day}`, ...products(10)]));
  web = makeWebWorld({}, {}, made.world);
});
afterEach(() => made.close());

const EDITED = { when: 'rank <= 1' };
/** A row of what has come so far: days, and what was told in them. */
const ROW = /<tr><td class="w">(\S+)<\/td><td class="w">(\S+)<\/td><td class="n">(\d+)<\/td>/;

/** Reads an answer until it holds something; returns all of it up to there. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  wanted: RegExp,
): Promise<string> {
  let text = '';
  while (!wanted.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`ended without ${wanted.source}: ${text.slice(-300)}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

const readerOf = (answer: Response) => {
  if (answer.body === null) throw new Error('nothing was answered');
  return answer.body.getReader();
};

describe('an edited rule', () => {
  test('shows its page at once, then the first slots, and at last the whole', async () => {
    const answer = await web.post('/rules/top3', EDITED, { 'accept-encoding': 'gzip' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    const reader = readerOf(answer);
    const first = await readUntil(reader, ROW);
    expect(first).toContain('rank &#60;&#61; 1</textarea>');
    expect(ROW.exec(first)?.[1]).toBe('2026-01-01');
    expect(first).not.toContain('class="came"');
    release();
    const rest = await readUntil(reader, /<\/html>/);
    expect(rest.replace(/<[^>]+>/g, ' ')).toMatch(/Told, as edited\s+19/);
    expect(await reader.read()).toMatchObject({ done: true });
    // Every slot is in one row.
    const told = [...(first + rest).split('class="came"')[0]!.matchAll(new RegExp(ROW, 'g'))];
    expect(told.map(([, from]) => from)).toEqual([...new Set(told.map(([, from]) => from))].sort());
    expect(told.at(-1)?.[2]).toBe('2026-01-20');
    expect(told.reduce((sum, [, , , configured]) => sum + Number(configured), 0)).toBe(19);
  });

  test('that nobody waits for any more is not tried on', async () => {
    const readers = [];
    for (let count = 0; count < 2; count++) {
      const reader = readerOf(await web.post('/rules/top3/result', EDITED));
      await readUntil(reader, ROW);
      readers.push(reader);
    }
    const refused = await web.post('/rules/top3/result', EDITED);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await readers[0]?.cancel();
    await expect.poll(async () => (await web.post('/rules/top3/result', EDITED)).status).toBe(200);
    release();
    await readUntil(readers[1]!, /class="came"/);
  });

  test('that fails on the way says so where its result would be', async () => {
    made.write('tidemark.yaml', 'nothing: here\n');
    const text = await (await web.post('/rules/top3', EDITED)).text();
    expect(text).toContain('The backtest could not be done');
    expect(text.trimEnd().endsWith('</html>')).toBe(true);
  });
});

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    const found = CHROMIUM === undefined ? {} : { executablePath: CHROMIUM };
    browser = await chromium.launch({ ...found, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  test.each([true, false])(
    'the first rows are there before the last: JavaScript %s',
    async (js) => {
      const port = await freePort();
      const listen = { host: '127.0.0.1', port };
      const config = { ...made.config, web: makeWeb({ listen }) };
      const assets = loadAssets(await scriptPaths());
      const server = await startWebServer(listen, { ...web.deps(), config, port, assets });
      const page = await browser.newPage({ javaScriptEnabled: js });
      try {
        await page.goto(`${server.url}/rules/top3`);
        await page.fill('textarea[name=when]', EDITED.when);
        if (!js) await page.click('text=Try it over', { noWaitAfter: true });
        const soFar = page.locator('.so-far');
        await soFar.locator('tbody tr').first().waitFor({ state: 'visible' });
        expect(await page.locator('.came').count()).toBe(0);
        release();
        await page.locator('.came').getByText('Told, as edited').waitFor({ state: 'visible' });
        // The whole has taken its place.
        expect(await soFar.isVisible()).toBe(false);
      } finally {
        await page.close();
        await server.close();
      }
    },
  );
});
