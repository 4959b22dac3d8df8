// What pages weigh, and how many statements make them: counts, which no busy machine changes.
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { scriptPaths } from '../../src/web/load-assets.ts';
import { countStatements } from '../support/count-statements.ts';
import { storeMarketDays } from '../bench/market-day.ts';
import { dayAt } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

const MOST_BYTES = 30 * 1_024;

let web: WebWorld;
afterEach(() => web.close());

/** A month of a list of 500, as the sandbox has it. */
function storeMonth(): void {
  web = makeWebWorld();
  storeMarketDays(web.world.db, web.world.config, 32);
  web.world.clock.jump(dayAt(32) - web.world.clock.now());
}

test('500 rows with their lines are 30 KB on the wire', async () => {
  storeMonth();
  const path = '/watches/us-daily?rows=500';
  const answer = await web.ask(path, { headers: { 'accept-encoding': 'gzip, br' } });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  const sent = Buffer.from(await answer.arrayBuffer());
  expect(sent.length).toBeLessThanOrEqual(MOST_BYTES);
  const text = gunzipSync(sent).toString();
  expect(text.match(/<tr><td>/g)).toHaveLength(500);
  expect(text.match(/<path marker-end="url\(#now\)" d="M/g)).toHaveLength(500);
  expect(await (await web.ask(path)).text()).toBe(text);
});

test('the scripts of a page are 2 KB on the wire', async () => {
  web = makeWebWorld();
  const { 'page.js': page = '', 'rule.js': rule = '' } = await scriptPaths();
  const bytes = [page, rule].map((path) => gzipSync(readFileSync(path)).length);
  expect(bytes[0]).toBeLessThanOrEqual(2_048);
  expect(bytes[1]).toBeLessThanOrEqual(2_048);
});

test('a page of 500 rows takes no more statements than one of 10', async () => {
  storeMonth();
  const count = async (path: string): Promise<number> => {
    const ran = await countStatements(web.world.db, async () => {
      expect((await web.ask(path)).status).toBe(200);
    });
    return ran.length;
  };
  await count('/watches/us-daily');
  const few = await count('/watches/us-daily?rows=10');
  expect(few).toBeGreaterThan(3);
  expect(few).toBeLessThanOrEqual(30);
  expect(await count('/watches/us-daily?rows=500')).toBe(few);
});
