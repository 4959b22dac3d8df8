// What one pass may cost, whatever the source serves; and what costs nothing.
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchList } from '../../src/source/fetch-list.ts';
import {
  makeBody,
  makePage,
  scriptedServer,
  sendJson,
  type ScriptedServer,
} from './scripted-server.ts';
import { makeDeps, makeQuery, type TestDeps } from './source-deps.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(
  answer: Parameters<typeof scriptedServer>[0],
): Promise<{ server: ScriptedServer; deps: TestDeps }> {
  const server = await scriptedServer(answer);
  cleanups.push(server.close);
  const deps = makeDeps(server.url);
  cleanups.push(deps.close);
  return { server, deps };
}

/** Pages of `size` rows of a list of `length`. */
const pagesOf = (
  size: number,
  length = 500,
  spoil: (row: Record<string, unknown>) => void = () => {},
) =>
  setUp(({ page, limit }, response) => {
    const served = makePage(page, Math.min(size, limit), length);
    for (const row of served.list) spoil(row);
    sendJson(response, makeBody(served.list, served.pagination));
  });

describe('small pages', () => {
  test.each([
    ['with ids', () => {}],
    [
      'without an id in any row',
      (row: Record<string, unknown>) => {
        row['third_ecom_category'] = null;
      },
    ],
  ])('of one row, %s, cost what was planned and no more', async (_, spoil) => {
    const { server, deps } = await pagesOf(1, 500, spoil);
    const fetched = await fetchList(deps, makeQuery({ depth: 500 }));
    expect(server.requests).toHaveLength(25);
    expect([fetched.requests, fetched.credits]).toEqual([25, 50]);
    expect(fetched.missing).toEqual([
      {
        page: 26,
        reason: 'pass_limit',
        detail:
          'pages of 1 row where 20 were asked for: the 25 pages that were planned do not reach rank 500, and more are not asked for; if the source serves no larger ones, set source.page_size to 1',
      },
    ]);
  });

  test('of half the size asked for are read whole: twice what was planned', async () => {
    const { server, deps } = await pagesOf(10);
    const fetched = await fetchList(deps, makeQuery({ depth: 500 }));
    expect(server.requests).toHaveLength(50);
    expect(fetched.missing).toEqual([]);
  });
});

test('retries count: a pass costs at most twice what was planned, and says that it was stopped', async () => {
  const { server, deps } = await setUp(({ page, attempt, limit }, response) => {
    if (attempt < 3 && page > 1) return sendJson(response, {}, { status: 503 });
    const served = makePage(page, limit, 200);
    sendJson(response, makeBody(served.list, served.pagination));
  });
  const fetched = await fetchList(deps, makeQuery({ depth: 200 }));
  expect(server.requests).toHaveLength(20);
  expect(fetched.credits).toBe(40);
  expect(fetched.missing[0]).toMatchObject({
    reason: 'pass_limit',
    detail: 'the pass was stopped at 20 requests, 2 times the 10 it was planned to cost',
  });
});

test('huge pages end a pass at a few megabytes', async () => {
  const { server, deps } = await pagesOf(20, 500, (row) => {
    row['cover_url'] = 'x'.repeat(50_000);
  });
  const fetched = await fetchList(deps, makeQuery({ depth: 500 }));
  expect(server.requests.length).toBeLessThan(8);
  expect(fetched.pages.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(8e6);
  expect(fetched.missing[0]).toMatchObject({
    reason: 'pass_limit',
    detail: expect.stringMatching(/stopped after \d\.\d MB/) as string,
  });
});

describe('a connection that was never made', () => {
  async function closedPort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  test.each([
    ['refused', async () => `http://127.0.0.1:${await closedPort()}`],
    ['to no such host', async () => 'http://nowhere.invalid'],
  ])('%s costs nothing, and is in the ledger', async (_, url) => {
    const deps = makeDeps(await url());
    cleanups.push(deps.close);
    const fetched = await fetchList(deps, makeQuery({ depth: 20 }));
    expect(fetched.credits).toBe(0);
    expect(fetched.requests).toBe(3);
    expect(
      deps.ledger.rows.map(({ outcome }) => [outcome?.outcome, outcome?.wasNeverSent]),
    ).toEqual(Array.from({ length: 3 }, () => ['connection_failed', true]));
  });

  test('is told from one that broke: that may have arrived, and costs', async () => {
    const { deps } = await setUp((_, response) => response.destroy());
    const fetched = await fetchList(deps, makeQuery({ depth: 100 }));
    expect(fetched.credits).toBe(fetched.requests * 2);
    expect(deps.ledger.rows[0]?.outcome).not.toHaveProperty('wasNeverSent');
  });
});
