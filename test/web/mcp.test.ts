// The tools for assistants, by the client of the same protocol.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTop } from '../../src/commands/reading/top.ts';
import { makeMcp } from '../../src/web/mcp/tools.ts';
import { json, run } from '../support/run-command.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
let client: Client;

beforeEach(async () => {
  web = makeWebWorld(
    {},
    { rules: [makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify' })] },
  );
  await web.world.pass(dayAt(0), fetchedList(products(9)));
  await web.world.pass(dayAt(1), fetchedList(['q1', ...products(8)]));
  client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([makeMcp(web.deps()).connect(ours), client.connect(theirs)]);
});
afterEach(async () => {
  await client.close();
  web.close();
});

const call = async (name: string, given: Record<string, unknown> = {}) =>
  (await client.callTool({ name, arguments: given })) as {
    isError?: boolean;
    structuredContent?: Record<string, unknown>;
    content: { text: string }[];
  };

describe('an assistant', () => {
  test('finds the tools, all of which only read', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'alerts',
      'backtest_rule',
      'coverage',
      'credits',
      'explain_alert',
      'leaderboard',
      'list_watches',
      'movers',
      'product_history',
      'schema',
      'sql',
    ]);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
  });

  test('gets the rows of top, with snapshot, baseline, coverage and what was left out', async () => {
    const { structuredContent } = await call('leaderboard', { watch: 'us-daily', limit: 3 });
    const rows = json(run(runTop, { watch: 'us-daily', json: true }, web.world)) as unknown[];
    expect(structuredContent).toMatchObject({
      note: expect.stringContaining('third-party text'),
      snapshot: { id: 2, status: 'complete' },
      baseline: { id: 1 },
      coverage: { slots: 2, complete: 2 },
      rows: rows.slice(0, 3),
      left_out: 6,
    });
  });

  test('gets an alert with its evidence', async () => {
    const { structuredContent } = await call('explain_alert', { id: 1 });
    expect(structuredContent).toMatchObject({
      rule: 'top3',
      sql: expect.stringContaining('SELECT'),
    });
  });

  test('is told what it got wrong, and what was meant', async () => {
    const { isError, content } = await call('leaderboard', { watch: 'us-dally' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain('did you mean us-daily?');
  });

  test('is told what is wrong with a rule that it would try', async () => {
    const { isError, content } = await call('backtest_rule', { rule: 'top3', when: 'rank <=' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain('when');
    expect((await call('backtest_rule', { rule: 'top4' })).content[0]?.text).toContain('top3');
  });

  test('reads the views and the saved queries as resources', async () => {
    const { resources } = await client.listResources();
    const uris = resources.map(({ uri }) => uri);
    expect(uris).toContain('tidemark://views/history');
    expect(uris).toContain('tidemark://queries/movers');
    const read = async (uri: string) => (await client.readResource({ uri })).contents[0];
    expect(await read('tidemark://views/history')).toMatchObject({
      mimeType: 'text/markdown',
      text: expect.stringContaining('* `rank`: '),
    });
    const query = await read('tidemark://queries/movers');
    expect(query).toMatchObject({ text: expect.stringContaining('SELECT') });
    await expect(read('tidemark://queries/none')).rejects.toThrow('no saved query');
  });

  test('comes over HTTP with a token for it alone', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    const ask = (headers: Record<string, string>) =>
      web.ask('/mcp', {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      });
    expect((await ask({})).status).toBe(403);
    const reader = web.token('reader', ['read']);
    expect((await ask({ authorization: `Bearer ${reader}` })).status).toBe(403);
    const token = web.token('assistant', ['mcp']);
    const answer = await ask({ authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('explain_alert');
  });
});
