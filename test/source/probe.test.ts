import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { probeSource } from '../../src/source/probe.ts';
import { manualClock } from '../support/manual-clock.ts';
import { makeBody, makePage, makeRow, scriptedServer, sendJson } from './scripted-server.ts';
import { makeDeps, makeQuery } from './source-deps.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function probe(
  answer: (response: ServerResponse) => unknown,
  changes: Parameters<typeof makeDeps>[1] = {},
) {
  const server = await scriptedServer((_, response) => answer(response));
  const deps = makeDeps(server.url, changes);
  cleanups.push(server.close, deps.close);
  return { result: await probeSource(deps, makeQuery()), server, deps };
}

test('a source that works: rows, total and latency from one request, which is in the ledger', async () => {
  const { list, pagination } = makePage(1, 20, 500);
  const clock = manualClock(0);
  const { result, server, deps } = await probe(
    async (response) => {
      await clock.advance(230);
      sendJson(response, makeBody(list, pagination));
    },
    { clock },
  );

  expect(result).toMatchObject({
    ok: true,
    page: { rows: 20, total: 500, hasNext: true, filled: { posts: 20 } },
    doubts: [],
    latencyMs: 230,
    next: null,
  });
  expect(result.ok && result.page.first.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  expect(server.requests).toHaveLength(1);
  expect(deps.ledger.rows).toMatchObject([{ page: 1, attempt: 1, outcome: { outcome: 'ok' } }]);
});

test.each([
  ['an empty list', makeBody([]), 0, /list is empty/],
  [
    'a list of another format',
    makeBody([{ product_id: 1 }]),
    1,
    /no row has an id \(third_ecom_category\.id\)/i,
  ],
  ['a list with one odd row', makeBody([{}, makeRow(2)]), 2, null],
])('%s is an answer with advice', async (_, body, rows, next) => {
  const { result } = await probe((response) => sendJson(response, body));

  expect(result).toMatchObject({ ok: true, page: { rows } });
  expect(result.next ?? '').toMatch(next ?? /^$/);
});

test.each([
  [
    'a refused token',
    (response: ServerResponse) =>
      sendJson(response, { code: 401, message: 'apiKey is null' }, { status: 401 }),
    'unauthorised',
    /source\.token/,
  ],
  [
    'an empty account',
    (response: ServerResponse) =>
      sendJson(response, { code: 402, message: 'quota' }, { status: 402 }),
    'out_of_credits',
    /top up/i,
  ],
  [
    'a rate limit',
    (response: ServerResponse) => sendJson(response, {}, { status: 429 }),
    'rate_limited',
    /requests_per_second/,
  ],
  [
    'a broken upstream',
    (response: ServerResponse) => sendJson(response, { code: 50004, msg: 'no available es index' }),
    'upstream_error',
    /what it reads from does not/,
  ],
  [
    'a server error, which is not asked about again',
    (response: ServerResponse) => sendJson(response, {}, { status: 500 }),
    'server_error',
    /try again/i,
  ],
  [
    'a web page',
    (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    'wrong_content_type',
    /source\.base_url/,
  ],
])('%s is a failure with its reason and what to do next', async (_, answer, reason, next) => {
  const { result, server } = await probe(answer);

  expect(result).toMatchObject({
    ok: false,
    reason,
    latencyMs: 0,
    next: expect.stringMatching(next) as string,
  });
  expect(server.requests).toHaveLength(1);
});

test('a day without credits left sends nothing', async () => {
  const { result, server } = await probe((response) => response.end(), { ledgerLimit: 0 });

  expect(result).toMatchObject({
    ok: false,
    reason: 'daily_credits',
    latencyMs: null,
    next: expect.stringContaining('00:00 UTC') as string,
  });
  expect(server.requests).toEqual([]);
});
