import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/lib/clock.ts';
import { fetchList } from '../../src/source/fetch-list.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  makeBody,
  makePage,
  sendJson,
  type ScriptedRequest,
  type ScriptedServer,
} from './scripted-server.ts';
import { makeQuery, ranksOf, useScriptedSource, type Answer } from './source-deps.ts';

const setUp = useScriptedSource();

/** 100 rows in 5 pages. */
const serve: Answer = (request, response) => {
  const page = makePage(request.page, request.limit, 100);
  sendJson(response, makeBody(page.list, page.pagination));
};

const failing =
  (status: number, message: string, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    sendJson(response, { code: status, data: null, message }, { status, headers });

/** Answers page 3 like `fail` the first `times` times, and everything else as it should be. */
const onPage3 =
  (fail: Answer, times = Infinity): Answer =>
  (request, response) =>
    request.page === 3 && request.attempt <= times
      ? fail(request, response)
      : serve(request, response);

const attemptsOf = (server: ScriptedServer, page: number) =>
  server.requests.filter((request) => request.page === page).length;

const FAILURES: [name: string, fail: Answer, reason: string, attempts: number][] = [
  ['HTTP 500', failing(500, 'Internal server error'), 'server_error', 3],
  ['HTTP 503', failing(503, 'Service Unavailable'), 'server_error', 3],
  ['a time-out', () => undefined, 'timeout', 3],
  ['a reset', (_, response) => response.socket?.resetAndDestroy(), 'connection_reset', 3],
  ['half of the JSON', (_, response) => sendJson(response, '{"code":0,'), 'truncated', 3],
  ['text', (_, response) => sendJson(response, 'ok'), 'not_json', 3],
  [
    'HTML',
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    'wrong_content_type',
    3,
  ],
  [
    'an upstream error',
    (_, response) => sendJson(response, { code: 50004, msg: 'no available es index' }),
    'upstream_error',
    2,
  ],
  [
    'an inner error',
    (_, response) => sendJson(response, { code: 0, data: { code: 50004 } }),
    'nested_error',
    2,
  ],
  ['another shape', (_, response) => sendJson(response, { code: 0, data: {} }), 'wrong_shape', 2],
  ['HTTP 400', failing(400, 'bad'), 'bad_request', 1],
  ['HTTP 403', failing(403, 'plan'), 'forbidden', 1],
  ['HTTP 404', failing(404, 'Not Found'), 'not_found', 1],
  ['HTTP 418', failing(418, 'teapot'), 'http_error', 1],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'https://www.example.org/' }).end(),
    'redirect',
    1,
  ],
  [
    'a body that is too large',
    (_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '9999999' })
        .write('{'),
    'too_large',
    1,
  ],
];

describe('a page that fails for good', () => {
  test.each(FAILURES)(
    'with %s is missing for its own reason, after all its attempts, and the others are served',
    async (_, fail, reason, attempts) => {
      const { server, deps } = await setUp(onPage3(fail), {
        source: { timeoutMs: reason === 'timeout' ? 250 : 10_000 },
      });

      const fetched = await fetchList(deps, makeQuery());

      expect(attemptsOf(server, 3)).toBe(attempts);
      expect(fetched.missing).toEqual([
        { page: 3, reason, detail: expect.stringMatching(/./) as string },
      ]);
      expect(fetched.pages.map(({ page }) => page)).toEqual([1, 2, 4, 5]);
      expect([...ranksOf(fetched)].every(([rank, name]) => name === `Product ${rank}`)).toBe(true);
      expect(fetched).toMatchObject({
        requests: 4 + attempts,
        credits: 2 * (4 + attempts),
        refused: null,
      });
    },
  );

  test.each(FAILURES)(
    'with %s as page 1 ends the pass: nothing else is asked for',
    async (_, fail, reason, attempts) => {
      const { server, deps } = await setUp(fail, {
        source: { timeoutMs: reason === 'timeout' ? 250 : 10_000 },
      });

      const fetched = await fetchList(deps, makeQuery());

      expect(fetched).toMatchObject({
        pages: [],
        missing: [{ page: 1, reason }],
        requests: attempts,
        refused: null,
      });
      expect(server.requests).toHaveLength(attempts);
    },
  );

  test.each(FAILURES.filter(([, , , attempts]) => attempts > 1))(
    'with %s once only is served after all',
    async (_, fail, reason) => {
      const { deps } = await setUp(onPage3(fail, 1), {
        source: { timeoutMs: reason === 'timeout' ? 250 : 10_000 },
      });

      const fetched = await fetchList(deps, makeQuery());

      expect(fetched).toMatchObject({ missing: [], requests: 6, credits: 12 });
      expect(fetched.pages).toHaveLength(5);
    },
  );
});

test('attempts are three in all, however the failures differ', async () => {
  const fails = [
    failing(500, 'no'),
    (_: ScriptedRequest, response: ServerResponse) => response.socket?.resetAndDestroy(),
    failing(502, 'no'),
  ];
  const { server, deps } = await setUp(
    onPage3((request, response) => fails[request.attempt - 1]?.(request, response)),
  );

  expect((await fetchList(deps, makeQuery())).missing).toMatchObject([
    { page: 3, reason: 'server_error', detail: 'HTTP 502: "no"' },
  ]);
  expect(attemptsOf(server, 3)).toBe(3);
});

test('pauses between attempts grow, with jitter', async () => {
  const { deps } = await setUp(onPage3(failing(500, 'no')));
  const jitters = [0, 0.5];
  deps.random = () => jitters.shift() ?? expect.unreachable('a third pause');

  await fetchList(deps, makeQuery());

  expect(deps.clock.sleeps.map(({ ms }) => ms)).toEqual([2_000, 7_500]);
});

describe('a refusal of the account', () => {
  test.each([
    ['HTTP 401', failing(401, 'apiKey is null'), 'unauthorised', 'HTTP 401: "apiKey is null"'],
    [
      'HTTP 402',
      failing(402, 'apiKey quota is not enough'),
      'out_of_credits',
      'HTTP 402: "apiKey quota is not enough"',
    ],
    [
      'code 402 in an HTTP 200',
      (_: ScriptedRequest, response: ServerResponse) =>
        sendJson(response, { code: 402, message: 'quota' }),
      'out_of_credits',
      'code 402 in an HTTP 200: "quota"',
    ],
  ] satisfies [string, Answer, string, string][])(
    '%s ends the pass at once, and says so',
    async (_, fail, reason, detail) => {
      const { server, deps } = await setUp(onPage3(fail), { source: { concurrency: 1 } });

      const fetched = await fetchList(deps, makeQuery());

      expect(server.requests.map(({ page }) => page)).toEqual([1, 2, 3]);
      expect(fetched.pages.map(({ page }) => page)).toEqual([1, 2]);
      expect(fetched.missing).toEqual([3, 4, 5].map((page) => ({ page, reason, detail })));
      expect(fetched.refused).toEqual({ reason, detail });
    },
  );

  test('lets a request that is under way finish, and wakes a page that waits for its next attempt', async () => {
    const held: (() => void)[] = [];
    const { server, deps } = await setUp(
      (request, response) => {
        if (request.page === 2) return failing(500, 'no')(request, response);
        if (request.page === 3) return held.push(() => serve(request, response));
        if (request.page !== 4) return serve(request, response);
        failing(401, 'apiKey is null')(request, response);
        return response.once('close', () => held.forEach((go) => go()));
      },
      { source: { concurrency: 3 }, clock: manualClock(0) },
    );

    const fetched = await fetchList(deps, makeQuery());

    // The clock never moved: page 2 did not sit out its pause.
    expect(deps.clock.sleeps).toHaveLength(1);
    expect(attemptsOf(server, 2)).toBe(1);
    expect(fetched.pages.map(({ page }) => page)).toEqual([1, 3]);
    expect(fetched.missing.map(({ page, reason }) => [page, reason])).toEqual([
      [2, 'unauthorised'],
      [4, 'unauthorised'],
      [5, 'unauthorised'],
    ]);
  });
});

describe('a rate limit', () => {
  test.each([
    ['Retry-After: 120', { 'retry-after': '120' }, 120_000],
    ['Retry-After: 0.5', { 'retry-after': '0.5' }, 1_000],
    ['a date in Retry-After', { 'retry-after': 'Mon, 23 Nov 2026 06:05:00 GMT' }, 300_000],
    ['no Retry-After', {}, 60_000],
    ['an hour in Retry-After', { 'retry-after': '3600' }, 15 * MINUTE_MS],
  ])('with %s is waited out, and the page is asked for again', async (_, headers, waitMs) => {
    const { deps } = await setUp(onPage3(failing(429, 'qps limit exceeded', headers), 1), {
      source: { concurrency: 1 },
    });

    const fetched = await fetchList(deps, makeQuery());

    expect(fetched).toMatchObject({ missing: [], requests: 6 });
    expect(deps.clock.sleeps.map(({ ms }) => ms)).toEqual([waitMs]);
  });

  test('holds back every other request too, of this pass and of others', async () => {
    const starts: [page: number, at: number][] = [];
    const { deps } = await setUp(
      (request, response) => {
        starts.push([request.page, deps.clock.now()]);
        onPage3(failing(429, 'qps limit exceeded', { 'retry-after': '30' }), 1)(request, response);
      },
      { source: { concurrency: 1 } },
    );
    const startedAt = deps.clock.now();
    let second: ReturnType<typeof fetchList> | undefined;
    const ledger = { ...deps.ledger };
    deps.ledger.end = (id, outcome) => {
      ledger.end(id, outcome);
      // The other pass arrives just when the source has refused.
      if (outcome.outcome === 'rate_limited') second = fetchList(deps, makeQuery({ depth: 20 }));
    };

    await fetchList(deps, makeQuery());
    await second;

    expect(starts.slice(0, 3)).toEqual([
      [1, startedAt],
      [2, startedAt],
      [3, startedAt],
    ]);
    expect(starts.slice(3).every(([, at]) => at === startedAt + 30_000)).toBe(true);
    expect(
      starts
        .slice(3)
        .map(([page]) => page)
        .sort(),
    ).toEqual([1, 3, 4, 5]);
  });

  test('is waited out three times for one page, and no more', async () => {
    const { server, deps } = await setUp(onPage3(failing(429, 'qps limit exceeded')), {
      source: { concurrency: 1 },
    });

    const fetched = await fetchList(deps, makeQuery());

    expect(attemptsOf(server, 3)).toBe(4);
    expect(fetched.missing).toEqual([
      { page: 3, reason: 'rate_limited', detail: 'HTTP 429: "qps limit exceeded"' },
    ]);
    expect(fetched).toMatchObject({ pages: { length: 4 }, refused: null });
  });

  test('does not use up the attempts for failures', async () => {
    const fails = [
      failing(429, 'no'),
      failing(500, 'no'),
      failing(429, 'no'),
      failing(500, 'no'),
      failing(429, 'no'),
    ];
    const { server, deps } = await setUp(
      onPage3((request, response) => fails[request.attempt - 1]?.(request, response), fails.length),
      { source: { concurrency: 1 } },
    );

    expect(await fetchList(deps, makeQuery())).toMatchObject({ missing: [] });
    expect(attemptsOf(server, 3)).toBe(6);
  });

  test('that would hold the pass up for more than 20 minutes ends it', async () => {
    const { server, deps } = await setUp(
      (request, response) =>
        (request.page === 1 ? serve : failing(429, 'qps limit exceeded', { 'retry-after': '500' }))(
          request,
          response,
        ),
      { source: { concurrency: 1 } },
    );
    const startedAt = deps.clock.now();

    const fetched = await fetchList(deps, makeQuery());

    expect(deps.clock.now() - startedAt).toBe(1_000_000);
    expect(attemptsOf(server, 2)).toBe(3);
    expect(fetched.pages).toHaveLength(1);
    const detail = 'HTTP 429: "qps limit exceeded" (more than 20 minutes of waiting in all)';
    expect(fetched.missing).toEqual(
      [2, 3, 4, 5].map((page) => ({ page, reason: 'rate_limited', detail })),
    );
    expect(fetched.refused).toBeNull();
  });

  test('met by two requests at once is one wait', async () => {
    const held: (() => void)[] = [];
    const { deps } = await setUp(
      (request, response) => {
        if (request.page === 1 || request.attempt > 1) return serve(request, response);
        held.push(() => failing(429, 'no', { 'retry-after': '700' })(request, response));
        return held.length % 2 === 0 && held.splice(0).forEach((go) => go());
      },
      { source: { concurrency: 2 }, clock: manualClock(0, { auto: true }) },
    );

    // Pages 2 and 3 are refused together, and then 4 and 5: two waits of 700 s would be too long if each page counted.
    const fetched = await fetchList(deps, makeQuery({ depth: 60 }));

    expect(fetched).toMatchObject({ missing: [], pages: { length: 3 } });
    expect(deps.clock.now()).toBe(700_000);
  });

  test('an abort ends the wait at once', async () => {
    const stop = new AbortController();
    const { deps } = await setUp(onPage3(failing(429, 'no')), {
      source: { concurrency: 1 },
      signal: stop.signal,
      clock: manualClock(0),
    });
    const clock = { ...deps.clock };
    deps.clock.sleep = (ms, signal) => {
      setImmediate(() => stop.abort());
      return clock.sleep(ms, signal);
    };

    const fetched = await fetchList(deps, makeQuery());

    expect(deps.clock.now()).toBe(0);
    expect(fetched.missing.map(({ page, reason }) => [page, reason])).toEqual([
      [3, 'aborted'],
      [4, 'aborted'],
      [5, 'aborted'],
    ]);
  });
});
