// Who asks the history of a database that some of it left, on the page or as an assistant, is told.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeMcp } from '../../src/web/mcp/tools.ts';
import { sync, thin } from '../history/lake/tiers-world.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { makeWeb } from '../support/world.ts';
import { makeWebWorld, PORT, type WebWorld } from './web-world.ts';

let file: HistoryFile;
let web: WebWorld;
// Days 0 to 37 leave.
beforeAll(async () => {
  const listen = { host: '127.0.0.1', port: PORT };
  file = makeHistoryFile({ rules: [], web: makeWeb({ listen }) });
  await takeDays(file.world, 100, { count: 5 });
  web = makeWebWorld({}, {}, file.world);
}, 60_000);
afterAll(() => file.close());

const SPAN = '38 snapshots, 2026-01-01 06:00 to 2026-02-07 06:00, are in the lake alone, at';
const pageOf = async (q: string): Promise<string> =>
  (await web.ask(`/sql?${new URLSearchParams({ q }).toString()}`)).text();

async function askAsAssistant(query: string): Promise<Record<string, unknown>> {
  const server = makeMcp(web.deps());
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  const { content } = await client.callTool({ name: 'sql', arguments: { query } });
  await client.close();
  return JSON.parse((content as { text: string }[])[0]?.text ?? '') as Record<string, unknown>;
}

test('of what is in the lake alone, once something is', async () => {
  const all = 'SELECT count(*) FROM history';
  expect(await pageOf(all)).not.toContain('in the lake alone');
  expect(await askAsAssistant(all)).not.toHaveProperty('in_lake');
  await sync(file);
  await thin(file, 100);
  const shown = await pageOf(all);
  expect(shown).toContain(`<p class="warn">${SPAN} `);
  expect(shown.indexOf(SPAN)).toBeGreaterThan(shown.indexOf('<h2>Answer</h2>'));
  const other = await pageOf('SELECT count(*) FROM alert_log');
  expect(other).toContain('<h2>Answer</h2>');
  expect(other).not.toContain('in the lake alone');
  expect(await askAsAssistant(all)).toMatchObject({
    in_lake: { snapshots: 38, from: '2026-01-01T06:00:00.000Z', to: '2026-02-07T06:00:00.000Z' },
  });
  expect(await askAsAssistant('SELECT count(*) FROM alert_log')).not.toHaveProperty('in_lake');
}, 60_000);
