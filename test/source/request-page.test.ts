import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { Agent } from 'undici';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { pageUrl, requestPage } from '../../src/source/request-page.ts';
import {
  makeBody,
  makeRow,
  scriptedServer,
  sendJson,
  type ScriptedRequest,
} from './scripted-server.ts';
import { makeQuery, makeSource, TOKEN } from './source-deps.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const dispatcher = new Agent();
afterAll(() => dispatcher.destroy());

/** Asks a server that answers like this for one page. */
async function ask(
  answer: (request: ScriptedRequest, response: ServerResponse) => unknown,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const server = await scriptedServer(answer);
  cleanups.push(server.close);
  const source = makeSource(server.url, { timeoutMs: options.timeoutMs ?? 10_000 });
  return requestPage(
    { source, dispatcher, signal: options.signal ?? new AbortController().signal },
    makeQuery(),
    { page: 3, cursor: null },
  );
}

/** Asks a server that writes these bytes to the socket and then does `then`. */
async function askRaw(bytes: string, then: (socket: Socket) => unknown) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.write(bytes, () => then(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return requestPage(
    {
      source: makeSource(`http://127.0.0.1:${address.port}`),
      dispatcher,
      signal: new AbortController().signal,
    },
    makeQuery(),
    { page: 3, cursor: null },
  );
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const close = (socket: Socket) => socket.end();
const reset = (socket: Socket) => socket.resetAndDestroy();
/** A reset that overtakes the bytes before it would look like a close. */
const resetLater = (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 30);

test('the documented endpoint is asked with all of its parameters and the token', async () => {
  let seen: ScriptedRequest | undefined;
  await ask((request, response) => {
    seen = request;
    sendJson(response, makeBody([]));
  });

  expect(seen?.path).toBe('/v1/tiktok/insights/products');
  expect(Object.fromEntries(seen?.parameters ?? [])).toEqual({
    search_keyword: 'FALSE',
    page: '3',
    limit: '20',
    time_scope: '1',
    region: 'US',
  });
  expect(seen?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    accept: 'application/json',
  });
});

test('category and keyword are sent as they are, whatever characters they hold', () => {
  const url = new URL(
    pageUrl(
      makeSource('https://api.example.com/base'),
      makeQuery({ category: '600001', keyword: 'a&b=ü 100%', timeScope: 30 }),
      1,
    ),
  );

  expect(url.pathname).toBe('/base/v1/tiktok/insights/products');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    search_keyword: 'a&b=ü 100%',
    ecom_category_id: '600001',
    time_scope: '30',
  });
});

test('a page is served with its rows, its body as received, and what the ledger notes', async () => {
  const body = JSON.stringify(makeBody([makeRow(1), makeRow(2)], { total: 500, has_more: true }));
  const answer = await ask((_, response) => sendJson(response, body));

  expect(answer).toMatchObject({
    ok: true,
    httpStatus: 200,
    bodyCode: 0,
    upstreamRequestId: 'request-1',
    content: { total: 500, hasMore: true, body },
  });
  expect(answer.ok && answer.content.rows.map((row) => row.product?.name)).toEqual([
    'Product 1',
    'Product 2',
  ]);
});

test('a byte order mark before the JSON does no harm', async () => {
  expect(
    await ask((_, response) => sendJson(response, `\ufeff${JSON.stringify(makeBody([]))}`)),
  ).toMatchObject({ ok: true });
});

describe('each way to fail has its own reason', () => {
  const refusal =
    (status: number, message: string) => (_: ScriptedRequest, response: ServerResponse) =>
      sendJson(response, { code: status, data: null, message }, { status });

  test.each([
    [
      'a bad request',
      refusal(400, 'Missing required parameter: region'),
      'bad_request',
      400,
      400,
      'HTTP 400: "Missing required parameter: region"',
    ],
    [
      'a refused token',
      refusal(401, 'apiKey is null'),
      'unauthorised',
      401,
      401,
      'HTTP 401: "apiKey is null"',
    ],
    [
      'no credits left',
      refusal(402, 'apiKey quota is not enough'),
      'out_of_credits',
      402,
      402,
      'HTTP 402: "apiKey quota is not enough"',
    ],
    [
      'a plan without the endpoint',
      refusal(403, 'plan'),
      'forbidden',
      403,
      403,
      'HTTP 403: "plan"',
    ],
    [
      'an unknown endpoint',
      refusal(404, 'Not Found'),
      'not_found',
      404,
      404,
      'HTTP 404: "Not Found"',
    ],
    [
      'a rate limit',
      refusal(429, 'qps limit exceeded'),
      'rate_limited',
      429,
      429,
      'HTTP 429: "qps limit exceeded"',
    ],
    [
      'a server error',
      refusal(500, 'Internal server error'),
      'server_error',
      500,
      500,
      'HTTP 500: "Internal server error"',
    ],
    ['another status', refusal(418, 'teapot'), 'http_error', 418, 418, 'HTTP 418: "teapot"'],
    [
      'the HTML of a gateway',
      (_: ScriptedRequest, response: ServerResponse) =>
        response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad\n Gateway</h1>'),
      'server_error',
      502,
      null,
      'HTTP 502: "<h1>Bad Gateway</h1>"',
    ],
    [
      'no content',
      (_: ScriptedRequest, response: ServerResponse) => response.writeHead(204).end(),
      'http_error',
      204,
      null,
      'HTTP 204',
    ],
    [
      'an upstream error',
      (_: ScriptedRequest, response: ServerResponse) =>
        sendJson(response, { code: 50004, msg: 'no available es index' }),
      'upstream_error',
      200,
      50004,
      'code 50004 in an HTTP 200: "no available es index"',
    ],
    [
      'an inner error',
      (_: ScriptedRequest, response: ServerResponse) =>
        sendJson(response, { code: 0, data: { code: 50004, msg: 'no index' } }),
      'nested_error',
      200,
      0,
      'code 50004 inside the answer: "no index"',
    ],
    [
      'another shape',
      (_: ScriptedRequest, response: ServerResponse) =>
        sendJson(response, { code: 0, data: { items: [] } }),
      'wrong_shape',
      200,
      0,
      expect.stringMatching(/^data\.list: /) as string,
    ],
    [
      'text',
      (_: ScriptedRequest, response: ServerResponse) => sendJson(response, 'maintenance'),
      'not_json',
      200,
      null,
      'the body is not JSON: "maintenance"',
    ],
    [
      'an empty body',
      (_: ScriptedRequest, response: ServerResponse) => sendJson(response, ''),
      'not_json',
      200,
      null,
      'the body is empty',
    ],
    [
      'half of the JSON',
      (_: ScriptedRequest, response: ServerResponse) => sendJson(response, '{"code":0,"data":{"li'),
      'truncated',
      200,
      null,
      'the JSON breaks off after 21 characters',
    ],
    [
      'HTML with HTTP 200',
      (_: ScriptedRequest, response: ServerResponse) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'wrong_content_type',
      200,
      null,
      'the content type is text/html, not JSON: "<html>"',
    ],
    [
      'no content type',
      (_: ScriptedRequest, response: ServerResponse) => response.end('{}'),
      'wrong_content_type',
      200,
      null,
      'the content type is missing, not JSON: "{}"',
    ],
    [
      'a redirect',
      (_: ScriptedRequest, response: ServerResponse) =>
        response
          .writeHead(301, { location: 'https://www.example.org/login?next=secret' })
          .end('<html>'),
      'redirect',
      301,
      null,
      'HTTP 301 to www.example.org',
    ],
  ])('%s', async (_, answer, reason, httpStatus, bodyCode, detail) => {
    expect(await ask(answer)).toMatchObject({ ok: false, reason, httpStatus, bodyCode, detail });
  });

  test.each([
    ['the connection is reset before an answer', '', reset, 'connection_reset', null],
    ['the connection is closed before an answer', '', close, 'connection_reset', null],
    [
      'the connection is reset in the headers',
      'HTTP/1.1 200 OK\r\ncontent-ty',
      reset,
      'connection_reset',
      null,
    ],
    [
      'the connection is reset in the body',
      `${HEAD}content-length: 100\r\n\r\n{"code":0`,
      resetLater,
      'connection_reset',
      200,
    ],
    [
      'the body is shorter than its content-length',
      `${HEAD}content-length: 100\r\n\r\n{"code":0`,
      close,
      'truncated',
      200,
    ],
    [
      'the body ends between two chunks',
      `${HEAD}transfer-encoding: chunked\r\n\r\n9\r\n{"code":0\r\n`,
      close,
      'truncated',
      200,
    ],
    [
      'the body ends within a chunk',
      `${HEAD}transfer-encoding: chunked\r\n\r\n20\r\n{"code":0`,
      close,
      'truncated',
      200,
    ],
    [
      'a body without a length ends within the JSON',
      `${HEAD}connection: close\r\n\r\n{"code":0`,
      close,
      'truncated',
      200,
    ],
    [
      'a body that is not sent as announced',
      `${HEAD}transfer-encoding: chunked\r\n\r\nnonsense\r\n`,
      close,
      'http_error',
      200,
    ],
    ['another protocol answers', 'SSH-2.0-OpenSSH_9.2\r\n', close, 'http_error', null],
    [
      'a 503 breaks off',
      'HTTP/1.1 503 Busy\r\ncontent-length: 100\r\n\r\n{"code"',
      close,
      'server_error',
      503,
    ],
  ])('%s', async (_, bytes, then, reason, httpStatus) => {
    expect(await askRaw(bytes, then)).toMatchObject({ ok: false, reason, httpStatus });
  });

  test('nobody listens', async () => {
    const server = await scriptedServer(() => undefined);
    await server.close();
    const answer = await requestPage(
      { source: makeSource(server.url), dispatcher, signal: new AbortController().signal },
      makeQuery(),
      { page: 1, cursor: null },
    );

    expect(answer).toMatchObject({
      ok: false,
      reason: 'connection_failed',
      httpStatus: null,
      detail: 'the connection was refused (ECONNREFUSED)',
    });
  });

  test('the host does not exist', async () => {
    const answer = await requestPage(
      {
        source: makeSource('http://api.invalid'),
        dispatcher,
        signal: new AbortController().signal,
      },
      makeQuery(),
      { page: 1, cursor: null },
    );

    expect(answer).toMatchObject({
      ok: false,
      reason: 'connection_failed',
      detail: expect.stringMatching(
        /^the host name was not found \(E(NOTFOUND|AI_AGAIN)\)$/,
      ) as string,
    });
  });
});

describe('the whole exchange is bounded', () => {
  test.each([
    ['no answer at all', () => undefined, null],
    [
      'headers, and then nothing',
      (_: ScriptedRequest, response: ServerResponse) =>
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders(),
      200,
    ],
    [
      'a body that comes drop by drop',
      (_: ScriptedRequest, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 10);
        response.once('close', () => clearInterval(drip));
      },
      200,
    ],
  ])('%s is a time-out', async (_, answer, httpStatus) => {
    expect(await ask(answer, { timeoutMs: 60 })).toMatchObject({
      ok: false,
      reason: 'timeout',
      httpStatus,
      detail: 'no complete answer within 60ms',
    });
  });

  test('a refusal whose explanation never comes is still a refusal', async () => {
    const answer = await ask(
      (_, response) =>
        response.writeHead(402, { 'content-type': 'application/json' }).flushHeaders(),
      { timeoutMs: 60 },
    );

    expect(answer).toMatchObject({ ok: false, reason: 'out_of_credits', detail: 'HTTP 402' });
  });

  test.each([
    ['before it begins', true],
    ['while it waits', false],
  ])('an abort %s ends it at once', async (_, before) => {
    const stop = new AbortController();
    if (before) stop.abort();

    expect(await ask(() => stop.abort(), { signal: stop.signal })).toMatchObject({
      ok: false,
      reason: 'aborted',
      httpStatus: null,
    });
  });

  test('an abort in the middle of the body ends it at once', async () => {
    const stop = new AbortController();
    const answer = await ask(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{', () => setImmediate(() => stop.abort()));
      },
      { signal: stop.signal },
    );

    expect(answer).toMatchObject({ ok: false, reason: 'aborted' });
  });
});

describe('a body that is too large', () => {
  test('is not read when its length says so, and the connection is closed', async () => {
    let closed: Promise<unknown> | undefined;
    const answer = await ask((_, response) => {
      closed = once(response, 'close');
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': String(3 * 1024 * 1024),
      });
      response.write('{');
    });

    expect(answer).toMatchObject({
      ok: false,
      reason: 'too_large',
      detail: 'the body is larger than 2 MB',
    });
    await closed;
  });

  test('is dropped while it is read, and the connection is closed', async () => {
    let written = 0;
    let closed: Promise<unknown> | undefined;
    const answer = await ask((_, response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-type': 'application/json' });
      const flood = () => {
        while (!response.destroyed && written < 64 * 1024 * 1024) {
          written += 64 * 1024;
          if (!response.write(' '.repeat(64 * 1024))) return response.once('drain', flood);
        }
        return response.end();
      };
      flood();
    });

    expect(answer).toMatchObject({ ok: false, reason: 'too_large' });
    await closed;
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test('of exactly 2 MB is still read', async () => {
    const body = JSON.stringify(makeBody([]));

    expect(
      await ask((_, response) =>
        sendJson(response, body + ' '.repeat(2 * 1024 * 1024 - body.length)),
      ),
    ).toMatchObject({ ok: true });
    expect(
      await ask((_, response) =>
        sendJson(response, body + ' '.repeat(2 * 1024 * 1024 - body.length + 1)),
      ),
    ).toMatchObject({ ok: false, reason: 'too_large' });
  });
});

describe('no secret and no hostile text comes back', () => {
  const echoes: [string, (request: ScriptedRequest, response: ServerResponse) => unknown][] = [
    [
      'the message of a refusal',
      (_, response) =>
        sendJson(response, { code: 401, message: `invalid key ${TOKEN}` }, { status: 401 }),
    ],
    [
      'the body of a refusal',
      (_, response) =>
        response
          .writeHead(500, { 'content-type': 'text/html' })
          .end(`<pre>authorization: Bearer ${TOKEN}</pre>`),
    ],
    [
      'a token with invisible characters in it',
      (_, response) =>
        sendJson(response, { code: 1, message: `key ${TOKEN.slice(0, 5)}\u200b${TOKEN.slice(5)}` }),
    ],
    [
      'a token where the text is cut',
      (_, response) => sendJson(response, `${'x'.repeat(195)}${TOKEN}`),
    ],
    [
      'the content type',
      (_, response) => response.writeHead(200, { 'content-type': `text/${TOKEN}` }).end('x'),
    ],
    [
      'the target of a redirect',
      (_, response) =>
        response.writeHead(302, { location: `https://${TOKEN}.example.com/${TOKEN}` }).end(),
    ],
    [
      'the request id',
      (_, response) => sendJson(response, { code: 1, message: 'no', requestId: TOKEN }),
    ],
    ['an error code', (_, response) => sendJson(response, { code: 7, message: TOKEN })],
    [
      'the body of a page',
      (_, response) =>
        sendJson(response, { ...makeBody([]), debug: { authorization: `Bearer ${TOKEN}` } }),
    ],
  ];

  test.each(echoes)('%s', async (_, echo) => {
    const answer = JSON.stringify(await ask(echo));

    // Host names lose their case on the way.
    expect(answer.toLowerCase()).not.toContain(TOKEN.toLowerCase());
    expect(answer).not.toContain(TOKEN.slice(0, 8));
  });

  test('a quoted body is at most 200 characters, on one line, without control characters', async () => {
    const answer = await ask((_, response) =>
      response
        .writeHead(500, { 'content-type': 'text/plain' })
        .end(`a\r\nb\u001b[31m\u202e${'x'.repeat(100_000)}`),
    );

    expect(answer).toMatchObject({ ok: false, detail: `HTTP 500: "a b[31m${'x'.repeat(192)}…"` });
  });
});

test('Retry-After is handed on as it was sent', async () => {
  expect(
    await ask((_, response) =>
      sendJson(response, {}, { status: 429, headers: { 'retry-after': '120' } }),
    ),
  ).toMatchObject({ reason: 'rate_limited', retryAfter: '120' });
  expect(await ask((_, response) => sendJson(response, {}, { status: 429 }))).toMatchObject({
    reason: 'rate_limited',
    retryAfter: null,
  });
});

test('after a failure of any kind the next request works', async () => {
  const answers = [
    (response: ServerResponse) => response.writeHead(301, { location: '/' }).write('<html>'),
    (response: ServerResponse) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '9000000' })
        .write('{'),
    (response: ServerResponse) => response.socket?.resetAndDestroy(),
    (response: ServerResponse) => response.socket?.end(),
    (response: ServerResponse) => sendJson(response, makeBody([])),
  ];
  let count = 0;
  const server = await scriptedServer((_, response) => answers[count++]?.(response));
  cleanups.push(server.close);
  const reasons: string[] = [];
  for (let page = 1; page <= answers.length; page++) {
    const answer = await requestPage(
      { source: makeSource(server.url), dispatcher, signal: new AbortController().signal },
      makeQuery(),
      { page, cursor: null },
    );
    reasons.push(answer.ok ? 'ok' : answer.reason);
  }

  expect(reasons).toEqual(['redirect', 'too_large', 'connection_reset', 'connection_reset', 'ok']);
});
