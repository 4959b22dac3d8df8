// What a query of the page may not do: the gate and the limits of `tidemark sql`, in every form in
// which an answer comes, and for an assistant.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeMcp } from '../../src/web/mcp/tools.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { makeWeb } from '../support/world.ts';
import { makeWebWorld, PORT, type WebWorld } from './web-world.ts';

// The process of a query is bundled first, and one fills its memory.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let file: HistoryFile;
let web: WebWorld;
beforeAll(async () => {
  file = makeHistoryFile({ web: makeWeb({ listen: { host: '127.0.0.1', port: PORT } }) });
  await takeDays(file.world, 3);
  web = makeWebWorld({}, {}, file.world);
});
afterAll(() => file.close());

const counting = (to: number): string =>
  `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${to}) SELECT x FROM c`;
const FOREVER = counting(1e15).replace('SELECT x FROM c', 'SELECT count(*) FROM c');
const FORMS = ['/sql', '/api/v1/sql', '/api/v1/sql.csv'] as const;

const ask = (form: string, q: string) =>
  web.ask(`${form}?${new URLSearchParams({ q }).toString()}`);

const rowsIn = (): Record<string, number> =>
  Object.fromEntries(
    ['snapshots', 'observations', 'silences', 'alerts'].map((table) => [
      table,
      file.world.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number,
    ]),
  );

test.each([
  'DELETE FROM snapshots',
  'WITH x AS (SELECT 1) DELETE FROM snapshots',
  'WITH x AS (SELECT 1) INSERT INTO silences (reason, created_at) SELECT 1, 1',
  "UPDATE snapshots SET status = 'failed' RETURNING *",
  'SELECT 1; DELETE FROM snapshots',
  'DROP TABLE observations',
  "VACUUM INTO 'OUT'",
  "ATTACH 'OUT' AS out",
  'PRAGMA writable_schema = 1',
  "SELECT load_extension('OUT')",
  "SELECT writefile('OUT', 'x')",
  "SELECT readfile('/etc/passwd')",
  'EXPLAIN DELETE FROM snapshots',
  'BEGIN IMMEDIATE',
])('%s is refused in every form, and changes nothing', async (text) => {
  const out = join(file.folder, 'out.db');
  const [files, rows] = [readdirSync(file.folder), rowsIn()];
  for (const form of FORMS) {
    const answer = await ask(form, text.replace('OUT', out));
    const said = await answer.text();
    if (form === '/sql') {
      expect(said).toContain('role="alert"');
      expect(said).not.toContain('<h2>Answer</h2>');
    } else expect([form, answer.status]).toEqual([form, 400]);
  }
  expect(existsSync(out)).toBe(false);
  expect([readdirSync(file.folder), rowsIn()]).toEqual([files, rows]);
});

test('a page and JSON have a thousand rows at most and say so, CSV a hundred thousand', async () => {
  const page = await (await ask('/sql', counting(1_001))).text();
  expect(page).toContain('the first 1000 rows; CSV has more');
  expect(page.split('<tr>').length).toBeLessThan(1_100);
  expect(await (await ask('/sql', counting(1_000))).text()).toContain('1000 rows');
  expect(await (await ask('/api/v1/sql', counting(5_000))).json()).toHaveLength(1_000);
  const csv = await (await ask('/api/v1/sql.csv', counting(100_500))).text();
  expect(csv.trim().split('\n')).toHaveLength(100_001);
});

test('one that takes too long is stopped in every form; the page says after how long', async () => {
  web.deps().queryMs = 300;
  try {
    for (const form of FORMS) {
      const text = await (await ask(form, FOREVER)).text();
      expect(text).toContain('the query was stopped after 300ms');
    }
  } finally {
    delete web.deps().queryMs;
  }
  expect(await (await ask('/sql', '')).text()).toContain('stopped after 30 seconds');
});

test('one that needs too much memory is stopped, and the page goes on', async () => {
  const text = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000)
    SELECT group_concat(x || hex(randomblob(500))) FROM c`;
  const answer = await ask('/api/v1/sql', text);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/memory|too big/);
  expect((await ask('/api/v1/sql', 'SELECT 1')).status).toBe(200);
});

test('four run at once; a fifth is told when to come, and a place is free when one ends', async () => {
  web.deps().queryMs = 1_500;
  try {
    const running = [1, 2, 3, 4].map(() => ask('/api/v1/sql', FOREVER));
    const fifth = await ask('/api/v1/sql', 'SELECT 1');
    expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([429, '5']);
    expect((await ask('/sql', 'SELECT 1')).status).toBe(429);
    await Promise.all(running);
    expect((await ask('/api/v1/sql', 'SELECT 1')).status).toBe(200);
  } finally {
    delete web.deps().queryMs;
  }
});

test('who only looks asks in no form, unless the config lets them', async () => {
  const reader = { authorization: `Bearer ${web.token('reader', ['read'])}` };
  const statusOf = async (of: WebWorld, form: string) =>
    (await of.ask(`${form}?q=SELECT+1`, { headers: reader })).status;
  for (const form of FORMS) expect([form, await statusOf(web, form)]).toEqual([form, 403]);
  const { world } = file;
  world.configure({ web: { ...world.config.web, viewersMayQuery: true } });
  const open = makeWebWorld({}, {}, world);
  for (const form of FORMS) expect([form, await statusOf(open, form)]).toEqual([form, 200]);
});

test('a saved query that is only opened says what it waits for, and is no failure', async () => {
  const opened = await (await ask('/sql', '@movers')).text();
  expect(opened).toContain('It is asked once you have said :watch.');
  expect(opened).toContain('name="p_watch"');
  expect(opened).not.toContain('role="alert"');
  expect(opened).not.toContain('this page as');
  const asked = await (await web.ask('/sql?q=@movers&p_watch=us-daily')).text();
  expect(asked).toContain('<h2>Answer</h2>');
  // A program is told that it was wrong.
  expect((await ask('/api/v1/sql', '@movers')).status).toBe(400);
});

test('an assistant has the same gate, and so many rows as it may', async () => {
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([makeMcp(web.deps()).connect(ours), client.connect(theirs)]);
  const call = (query: string, limit?: number) =>
    client.callTool({
      name: 'sql',
      arguments: { query, ...(limit === undefined ? {} : { limit }) },
    });
  expect(await call('DELETE FROM snapshots')).toMatchObject({ isError: true });
  const { structuredContent } = await call(counting(1_500));
  expect(structuredContent).toMatchObject({ left_out: 950, cut_at_a_thousand: true });
  expect((structuredContent as { rows: unknown[] }).rows).toHaveLength(50);
  expect(await call('SELECT 1', 201)).toMatchObject({ isError: true });
  await client.close();
});
