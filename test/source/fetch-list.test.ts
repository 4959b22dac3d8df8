import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fetchList } from '../../src/source/fetch-list.ts';
import { fullPageSize } from '../../src/source/list-end.ts';
import {
  makeBody,
  makePage,
  sendJson,
  type ScriptedRequest,
  type ScriptedServer,
} from './scripted-server.ts';
import { makeQuery, ranksOf, useScriptedSource, type Answer } from './source-deps.ts';

const setUp = useScriptedSource();

/** A list of `length` rows; `change` may spoil a page before it is sent. */
const listOf =
  (
    length: number,
    change: (page: ReturnType<typeof makePage>, request: ScriptedRequest) => void = () => undefined,
    maxLimit = 20,
  ): Answer =>
  (request, response) => {
    const page = makePage(request.page, Math.min(request.limit, maxLimit), length);
    change(page, request);
    sendJson(response, makeBody(page.list, page.pagination));
  };

const pagesAsked = (server: ScriptedServer) =>
  [...new Set(server.requests.map(({ page }) => page))].sort((a, b) => a - b);

describe('a list without faults', () => {
  test.each([
    ['ends at the depth', 500, 100, 5, 100],
    ['ends at a depth within a page', 500, 45, 3, 60],
    ['ends at its total', 44, 500, 3, 44],
    ['ends with a full page', 60, 500, 3, 60],
    ['fits on one page', 4, 500, 1, 4],
    ['is empty', 0, 500, 1, 0],
    ['of 25 pages', 500, 500, 25, 500],
  ])('that %s takes as many requests as it has pages', async (_, length, depth, requests, rows) => {
    const { server, deps } = await setUp(listOf(length));

    const fetched = await fetchList(deps, makeQuery({ depth }));

    expect(fetched).toMatchObject({ missing: [], requests, credits: 2 * requests, refused: null });
    expect(server.requests).toHaveLength(requests);
    expect(fetched.pages.map(({ page }) => page)).toEqual(
      Array.from({ length: requests }, (__, index) => index + 1),
    );
    expect([...ranksOf(fetched)]).toEqual(
      Array.from({ length: rows }, (__, index) => [index + 1, `Product ${index + 1}`]),
    );
  });

  test('is asked for page 1 alone first, and then with as many requests at once as allowed, and no more', async () => {
    const underWay: number[][] = [];
    const waiting: { page: number; go: () => void }[] = [];
    const { server, deps } = await setUp(
      (request, response) => {
        waiting.push({ page: request.page, go: () => listOf(200)(request, response) });
        const isFull = waiting.length === 3 || request.page === 1 || request.page === 10;
        if (!isFull) return;
        underWay.push(waiting.map(({ page }) => page).sort((a, b) => a - b));
        for (const { go } of waiting.splice(0)) go();
      },
      { source: { concurrency: 3 } },
    );

    const fetched = await fetchList(deps, makeQuery({ depth: 500 }));

    expect(underWay).toEqual([[1], [2, 3, 4], [5, 6, 7], [8, 9, 10]]);
    expect(server.peak()).toBe(3);
    expect(fetched.pages).toHaveLength(10);
  });

  test('two passes together stay within the limits of their one source', async () => {
    const { server, deps } = await setUp(
      (request, response) => setTimeout(() => listOf(200)(request, response), 5),
      { source: { concurrency: 2 } },
    );

    await Promise.all([
      fetchList(deps, makeQuery({ depth: 200 })),
      fetchList(deps, makeQuery({ depth: 200, region: 'GB' })),
    ]);

    expect(server.requests).toHaveLength(20);
    expect(server.peak()).toBe(2);
  });

  test('starts when its first request is sent, and each page tells when it came', async () => {
    const { deps } = await setUp(listOf(60), { source: { requestsPerSecond: 1, concurrency: 1 } });
    const calledAt = deps.clock.now();
    deps.limiter.pauseUntil(deps.clock.monotonicMs() + 30_000);

    const fetched = await fetchList(deps, makeQuery());

    expect(fetched.startedAt).toBe(calledAt + 30_000);
    expect(fetched.pages.map(({ takenAt }) => takenAt - calledAt)).toEqual([
      30_000, 31_000, 32_000,
    ]);
  });

  test('answers that come in another order than they were asked for change nothing', async () => {
    // Of two requests under way the later page is answered first, always.
    const held: (() => void)[] = [];
    const { deps } = await setUp((request, response) => {
      const go = () => listOf(160)(request, response);
      if (request.page === 1 || request.page === 8)
        return [go, ...held.splice(0)].forEach((answer) => answer());
      if (request.page % 2 === 0) return held.push(go);
      go();
      return held.splice(0).forEach((answer) => answer());
    });

    const fetched = await fetchList(deps, makeQuery({ depth: 500 }));

    expect(fetched.pages.map(({ page }) => page)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...ranksOf(fetched)].every(([rank, name]) => name === `Product ${rank}`)).toBe(true);
  });
});

describe('the size of a page', () => {
  test('a server that clamps it to 10 is asked for twice as many pages', async () => {
    const { server, deps } = await setUp(listOf(500, undefined, 10));

    const fetched = await fetchList(deps, makeQuery({ depth: 100 }));

    expect(pagesAsked(server)).toHaveLength(10);
    expect(fullPageSize(fetched.pages)).toBe(10);
    expect([...ranksOf(fetched)]).toEqual(
      Array.from({ length: 100 }, (_, index) => [index + 1, `Product ${index + 1}`]),
    );
  });

  test.each([
    ['in the middle', 3, 41],
    ['at the beginning', 1, 1],
    ['at the end', 5, 81],
  ])('a short page %s leaves a gap, and shifts nobody', async (_, shortPage, firstRank) => {
    for (const concurrency of [1, 4]) {
      const { deps } = await setUp(
        listOf(500, ({ list }, { page }) => page === shortPage && list.splice(-7)),
        { source: { concurrency } },
      );

      const fetched = await fetchList(deps, makeQuery({ depth: 100 }));

      const ranks = ranksOf(fetched, 100);
      const gap = Array.from({ length: 7 }, (__, index) => firstRank + 13 + index);
      expect([...ranks].every(([rank, name]) => name === `Product ${rank}`)).toBe(true);
      expect(
        Array.from({ length: 100 }, (__, index) => index + 1).filter((rank) => !ranks.has(rank)),
      ).toEqual(gap);
    }
  });

  test('a short and only page is told from a clamp by asking for one more', async () => {
    const { server, deps } = await setUp(
      listOf(500, ({ list }, { page }) => page === 1 && list.splice(-7)),
    );

    const fetched = await fetchList(deps, makeQuery({ depth: 20 }));

    expect(pagesAsked(server)).toEqual([1, 2]);
    expect([...ranksOf(fetched, 20).keys()]).toEqual(
      Array.from({ length: 13 }, (_, index) => index + 1),
    );
  });

  test('an empty first page of a long list is a gap like any other', async () => {
    const { deps } = await setUp(listOf(60, ({ list }, { page }) => page === 1 && list.splice(0)));

    const fetched = await fetchList(deps, makeQuery());

    expect([...ranksOf(fetched)]).toEqual(
      Array.from({ length: 40 }, (_, index) => [index + 21, `Product ${index + 21}`]),
    );
  });

  test('a server that ignores the limit is believed', async () => {
    const { deps } = await setUp((request, response) => {
      const page = makePage(request.page, 50, 120);
      sendJson(response, makeBody(page.list, page.pagination));
    });

    const fetched = await fetchList(deps, makeQuery({ depth: 120 }));

    expect(fetched.requests).toBe(3);
    expect([...ranksOf(fetched)].every(([rank, name]) => name === `Product ${rank}`)).toBe(true);
  });
});

test('whatever the page size, the depth, the faults and the concurrency: every rank that is seen is the right one, and the same', async () => {
  const fault = fc.constantFrom('missing', 'short', 'empty', 'has_more_false', 'total_small');
  const scenario = fc.record({
    // At least three full pages are left untouched, so that the page size can be seen.
    length: fc.integer({ min: 100, max: 300 }),
    clamp: fc.integer({ min: 5, max: 20 }),
    depth: fc.integer({ min: 1, max: 320 }),
    faults: fc.dictionary(fc.constantFrom('1', '2', '3'), fault, { maxKeys: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ length, clamp, depth, faults }) => {
      const results = [];
      for (const concurrency of [1, 2, 5]) {
        const { server, deps } = await setUp(
          (request, response) => {
            const { list, pagination } = makePage(
              request.page,
              Math.min(request.limit, clamp),
              length,
            );
            const spoiled = faults[String(request.page)];
            if (spoiled === 'missing' && request.page > 1)
              return sendJson(response, {}, { status: 404 });
            if (spoiled === 'short') list.splice(-2);
            if (spoiled === 'empty') list.splice(0);
            if (spoiled === 'has_more_false') pagination.has_more = false;
            if (spoiled === 'total_small') pagination.total = 1;
            return sendJson(response, makeBody(list, pagination));
          },
          { source: { concurrency } },
        );

        const fetched = await fetchList(deps, makeQuery({ depth }));
        await Promise.all([deps.close(), server.close()]);

        const ranks = [...ranksOf(fetched, depth)];
        expect(ranks.filter(([rank, name]) => name !== `Product ${rank}`)).toEqual([]);
        results.push({ ranks, missing: fetched.missing });
      }
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    }),
    { numRuns: 60, seed: 20261123 },
  );
  // 180 lists over real HTTP: 3 s on an idle machine.
}, 30_000);

describe('a page that contradicts the others does not cut the list', () => {
  test.each<
    [string, (page: ReturnType<typeof makePage>, request: ScriptedRequest) => void, number]
  >([
    [
      'has_more is false in the middle',
      ({ pagination }, { page }) => page === 3 && (pagination.has_more = false),
      8,
    ],
    [
      'has_more is false on page 1',
      ({ pagination }, { page }) => page === 1 && (pagination.has_more = false),
      8,
    ],
    ['has_more is always false', ({ pagination }) => (pagination.has_more = false), 8],
    [
      'has_more is true at the end: one request more',
      ({ pagination }) => (pagination.has_more = true),
      9,
    ],
    [
      'page 1 says the total is 20',
      ({ pagination }, { page }) => page === 1 && (pagination.total = 20),
      8,
    ],
    [
      'page 1 says the total is 0',
      ({ pagination }, { page }) => page === 1 && (pagination.total = 0),
      8,
    ],
    [
      'page 3 says the total is 20',
      ({ pagination }, { page }) => page === 3 && (pagination.total = 20),
      8,
    ],
    [
      'the total is always that of the page',
      ({ list, pagination }) => (pagination.total = list.length),
      8,
    ],
  ])('%s', async (_, change, requests) => {
    for (const concurrency of [1, 2, 5]) {
      const { deps } = await setUp(listOf(156, change), { source: { concurrency } });

      const fetched = await fetchList(deps, makeQuery({ depth: 500 }));

      expect([...ranksOf(fetched).keys()]).toEqual(
        Array.from({ length: 156 }, (__, index) => index + 1),
      );
      expect(fetched.requests).toBe(requests);
    }
  });

  test('an empty page in the middle leaves a gap, and the rest is fetched', async () => {
    const { deps } = await setUp(
      listOf(156, (page, request) => {
        if (request.page === 3)
          Object.assign(page, {
            list: [],
            pagination: { page: 3, size: 0, total: 0, has_more: false },
          });
      }),
    );

    const fetched = await fetchList(deps, makeQuery({ depth: 500 }));

    expect(fetched.pages).toHaveLength(8);
    expect([...ranksOf(fetched).keys()].filter((rank) => rank > 40 && rank <= 60)).toEqual([]);
    expect(ranksOf(fetched).size).toBe(136);
  });

  test('a total that is far too large costs a request or two, not the whole depth, and stays visible', async () => {
    for (const concurrency of [1, 2, 5]) {
      const { deps } = await setUp(
        listOf(156, ({ pagination }) => (pagination.total = 500)),
        { source: { concurrency } },
      );

      const fetched = await fetchList(deps, makeQuery({ depth: 500 }));

      expect(ranksOf(fetched).size).toBe(156);
      expect(fetched.requests).toBeLessThanOrEqual(8 + 2 * concurrency);
      // Page 8 says there are no more, and page 9 proves it.
      expect(fetched.pages.map(({ page }) => page)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(fetched.missing).toEqual([]);
      expect(fetched.pages[0]?.total).toBe(500);
    }
  });

  test('without any pagination the list is read until it is empty', async () => {
    const { deps } = await setUp(
      (request, response) =>
        sendJson(response, makeBody(makePage(request.page, 20, 50).list, null)),
      { source: { concurrency: 1 } },
    );

    const fetched = await fetchList(deps, makeQuery({ depth: 500 }));

    expect(ranksOf(fetched).size).toBe(50);
    expect(fetched.requests).toBe(5);
  });
});

describe('the ledger', () => {
  test('has a row for every request the server received, as it ended', async () => {
    const { server, deps } = await setUp((request, response) => {
      if (request.page === 2 && request.attempt === 1)
        return sendJson(
          response,
          { code: 500, data: null, message: 'Internal server error' },
          { status: 500 },
        );
      if (request.page === 3)
        return sendJson(response, { code: 404, data: null, message: 'Not Found' }, { status: 404 });
      if (request.page === 4 && request.attempt === 1) return response.socket?.resetAndDestroy();
      return listOf(100)(request, response);
    });

    const fetched = await fetchList(deps, makeQuery());

    const order = (rows: { page: number; attempt: number }[]) =>
      rows.map(({ page, attempt }) => `${page}.${attempt}`).sort();
    expect(order(deps.ledger.rows)).toEqual(['1.1', '2.1', '2.2', '3.1', '4.1', '4.2', '5.1']);
    expect(order([...server.requests])).toEqual(order(deps.ledger.rows));
    expect(fetched).toMatchObject({ requests: 7, credits: 14 });
    const outcomes = new Map(
      deps.ledger.rows.map((row) => [`${row.page}.${row.attempt}`, row.outcome]),
    );
    expect(outcomes.get('1.1')).toEqual({
      outcome: 'ok',
      detail: null,
      durationMs: 0,
      httpStatus: 200,
      bodyCode: 0,
      upstreamRequestId: 'request-1',
    });
    expect(outcomes.get('2.1')).toEqual({
      outcome: 'server_error',
      detail: 'HTTP 500: "Internal server error"',
      durationMs: 0,
      httpStatus: 500,
      bodyCode: 500,
      upstreamRequestId: null,
    });
    expect(outcomes.get('3.1')).toMatchObject({ outcome: 'not_found', httpStatus: 404 });
    expect(outcomes.get('4.1')).toMatchObject({
      outcome: 'connection_reset',
      httpStatus: null,
      bodyCode: null,
    });
  });

  test('is written before the request is sent', async () => {
    const { deps } = await setUp((request, response) => {
      expect(deps.ledger.rows.find((row) => row.page === request.page)).toMatchObject({
        outcome: null,
      });
      listOf(60)(request, response);
    });

    expect((await fetchList(deps, makeQuery())).pages).toHaveLength(3);
  });

  test('that refuses for the day from the start: nothing is sent', async () => {
    const { server, deps } = await setUp(listOf(500), { ledgerLimit: 0 });

    const fetched = await fetchList(deps, makeQuery());

    expect(server.requests).toEqual([]);
    const detail = 'the limit of 500 credits a day leaves none for another request';
    expect(fetched).toEqual({
      startedAt: deps.clock.now(),
      pages: [],
      missing: [{ page: 1, reason: 'daily_credits', detail }],
      credits: 0,
      requests: 0,
      refused: { reason: 'daily_credits', detail },
    });
  });

  test('that refuses on the way: what was served is kept, and the rest is missing for that reason', async () => {
    const { server, deps } = await setUp(listOf(500), { ledgerLimit: 3 });

    const fetched = await fetchList(deps, makeQuery());

    expect(server.requests).toHaveLength(3);
    expect(fetched.pages.map(({ page }) => page)).toEqual([1, 2, 3]);
    expect(fetched.missing.map(({ page, reason }) => [page, reason])).toEqual([
      [4, 'daily_credits'],
      [5, 'daily_credits'],
    ]);
    expect(fetched).toMatchObject({ credits: 6, refused: { reason: 'daily_credits' } });
  });

  test('that fails makes the pass fail, once nothing is under way any more', async () => {
    const { deps } = await setUp(listOf(500), { source: { concurrency: 2 } });
    const ledger = { ...deps.ledger };
    deps.ledger.begin = (request) => {
      if (request.page === 3) throw new Error('database is gone');
      return ledger.begin(request);
    };

    await expect(fetchList(deps, makeQuery())).rejects.toThrow('database is gone');

    expect(deps.ledger.rows.every((row) => row.outcome !== null)).toBe(true);
    expect(deps.ledger.rows.length).toBeLessThanOrEqual(3);
  });
});

describe('an abort', () => {
  test('before the pass: nothing is sent', async () => {
    const { server, deps } = await setUp(listOf(500), { signal: AbortSignal.abort() });

    expect(await fetchList(deps, makeQuery())).toMatchObject({
      pages: [],
      missing: [{ page: 1, reason: 'aborted' }],
      requests: 0,
      refused: null,
    });
    expect(server.requests).toEqual([]);
  });

  test('on the way: requests under way end at once, and every page that is not there is missing', async () => {
    const stop = new AbortController();
    const { deps } = await setUp(
      (request, response) => {
        if (request.page === 4) stop.abort();
        else if (request.page !== 3) listOf(500)(request, response);
      },
      { signal: stop.signal },
    );

    const fetched = await fetchList(deps, makeQuery());

    expect(fetched.pages.map(({ page }) => page)).toEqual([1, 2]);
    expect(fetched.missing.map(({ page, reason }) => [page, reason])).toEqual([
      [3, 'aborted'],
      [4, 'aborted'],
      [5, 'aborted'],
    ]);
    expect(fetched).toMatchObject({ requests: 4, credits: 8, refused: null });
    expect(deps.ledger.rows.map((row) => row.outcome?.outcome).sort()).toEqual([
      'aborted',
      'aborted',
      'ok',
      'ok',
    ]);
  });

  test('that never comes leaves no listener on the signal of the program, whatever went wrong', async () => {
    const { signal } = new AbortController();
    const { deps } = await setUp(
      (request, response) =>
        request.page === 2 ? response.socket?.resetAndDestroy() : listOf(100)(request, response),
      { signal },
    );

    await fetchList(deps, makeQuery());

    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(deps.clock.sleeping).toBe(0);
  });
});
