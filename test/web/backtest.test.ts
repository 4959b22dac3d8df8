// The backtest of a rule: on its page, for assistants, and as the command prints it.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeMcp } from '../../src/web/mcp/tools.ts';
import { makeBacktestWorld, yamlConfig, type BacktestWorld } from '../backtest/backtest-world.ts';
import { dayAt, fetchedList, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

// Its process is bundled first.
vi.setConfig({ testTimeout: 60_000 });

let made: BacktestWorld;
let web: WebWorld;
beforeEach(async () => {
  made = makeBacktestWorld('{ top3: { when: "rank <= 2", notify: [hook] } }');
  for (const [day, leader] of ['p1', 'p9', 'p1', 'p8', 'p9', 'p7'].entries()) {
    const rest = products(20).filter((id) => id !== leader);
    await made.world.pass(dayAt(day), fetchedList([leader, ...rest]));
  }
  web = makeWebWorld({}, {}, made.world);
});
afterEach(() => made.close());

test('an edited rule has the figures of rules backtest, on its page and for assistants', async () => {
  const edited = made.write(
    'edited.yaml',
    yamlConfig('{ top3: { when: "rank <= 1", notify: [hook] } }'),
  );
  const ran = await made.backtest({ config: edited, json: true });
  const fired = (JSON.parse(ran.out) as unknown[]).length;
  expect(fired).toBeGreaterThan(1);

  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([makeMcp(web.deps()).connect(ours), client.connect(theirs)]);
  const given = { rule: 'top3', when: 'rank <= 1' };
  const answer = await client.callTool({ name: 'backtest_rule', arguments: given });
  await client.close();
  expect(answer['structuredContent']).toMatchObject({
    note: expect.stringContaining('third-party'),
    edited: { fired },
  });

  type Fired = { product: { name: string }; slot_at: string };
  const differs = await made.backtest({ config: edited, against: 'tidemark.yaml', json: true });
  const { only_here: more, only_there: gone } = JSON.parse(differs.out) as {
    only_here: Fired[];
    only_there: Fired[];
  };
  expect([more.length, gone.length].every((count) => count > 0)).toBe(true);
  const page = await (await web.post('/rules/top3', { when: 'rank <= 1' })).text();
  const figures = page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  expect(figures).toContain(`Told, as edited ${fired} `);
  expect(figures).toContain('when: rank &#60;&#61; 1');
  expect(figures).toContain(`More: ${more.length} `);
  expect(figures).toContain(`No longer: ${gone.length} `);
  for (const [title, all] of [
    ['More: ', more],
    ['No longer: ', gone],
  ] as const) {
    const [table = ''] = page.slice(page.indexOf(`<h2>${title}`)).split('</table>');
    const rows = [...table.matchAll(/<time datetime="([^"]*)">.*?<bdi>([^<]*)</g)];
    expect(rows.map(([, at, name]) => [at, name]).sort(), title).toEqual(
      all.map(({ slot_at: at, product }) => [at, product.name]).sort(),
    );
  }
});

test('a program is told the same, a line of JSON each, the report last', async () => {
  const token = web.token('ci', ['write']);
  const tried = (body: object) =>
    web.ask('/api/v1/rules/backtest', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const answer = await tried({ rule: 'top3', when: 'rank <= 1' });
  expect(answer.headers.get('content-type')).toMatch('application/x-ndjson');
  const lines = (await answer.text()).trim().split('\n');
  const [last, ...before] = lines.map((line) => JSON.parse(line) as object).reverse();
  const edited = made.write(
    'edited.yaml',
    yamlConfig('{ top3: { when: "rank <= 1", notify: [hook] } }'),
  );
  const ran = await made.backtest({ config: edited, json: true });
  const fired = (JSON.parse(ran.out) as unknown[]).length;
  expect(last).toMatchObject({ report: { edited: { fired } } });
  expect(before.length).toBeGreaterThan(0);
  const told = before.map((line) => (line as { progress: { edited: number } }).progress.edited);
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(fired);

  expect((await tried({ rule: 'nope' })).status).toBe(404);
  expect((await tried({ when: 'rank <= 1' })).status).toBe(400);
  const wrong = await tried({ rule: 'top3', when: 'rnk <= 1', for: '0' });
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toMatch(/rnk.*for/s);
});
