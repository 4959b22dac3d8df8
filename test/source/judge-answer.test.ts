import { expect, test } from 'vitest';
import type { HttpAnswer } from '../../src/source/exchange.ts';
import { judgeAnswer } from '../../src/source/judge-answer.ts';
import { makeBody, makeRow } from './scripted-server.ts';

const PAGE = JSON.stringify(
  makeBody([
    makeRow(1, { url_title: 'é "quoted" \\ 12.5e3', nested: [[1.5, -2], true, false, null, {}] }),
  ]),
);
const text = (body: string): HttpAnswer['body'] => ({ kind: 'text', text: body });
const judge = (changes: Partial<HttpAnswer>) =>
  judgeAnswer(
    {
      status: 200,
      contentType: 'application/json',
      location: null,
      retryAfter: null,
      link: null,
      body: text(PAGE),
      ...changes,
    },
    'https://api.example.com',
  );

test.each([
  ['HTTP 400', { status: 400 }, 'bad_request'],
  ['HTTP 401', { status: 401 }, 'unauthorised'],
  ['HTTP 402', { status: 402 }, 'out_of_credits'],
  ['HTTP 403', { status: 403 }, 'forbidden'],
  ['HTTP 404', { status: 404 }, 'not_found'],
  ['HTTP 408', { status: 408 }, 'timeout'],
  ['HTTP 418', { status: 418 }, 'http_error'],
  ['HTTP 429', { status: 429 }, 'rate_limited'],
  ['HTTP 500', { status: 500 }, 'server_error'],
  ['HTTP 503', { status: 503 }, 'server_error'],
  ['HTTP 599', { status: 599 }, 'server_error'],
  ['another success than 200', { status: 204, body: text('') }, 'http_error'],
  [
    'not modified, which names no place to go',
    { status: 304, body: { kind: 'unread' } },
    'http_error',
  ],
  [
    'a redirect',
    { status: 302, location: 'https://example.org/', body: { kind: 'unread' } },
    'redirect',
  ],
  ['a body that is too large', { body: { kind: 'too_large' } }, 'too_large'],
  ['HTML', { contentType: 'text/html', body: text('<html>') }, 'wrong_content_type'],
  ['JSON that says it is text', { contentType: 'text/plain' }, 'wrong_content_type'],
  ['no content type', { contentType: null }, 'wrong_content_type'],
  [
    'a content type that only begins like JSON',
    { contentType: 'application/jsonp' },
    'wrong_content_type',
  ],
  ['text that is not JSON', { body: text('ok') }, 'not_json'],
  ['an empty body', { body: text('') }, 'not_json'],
  ['a blank body', { body: text(' \n') }, 'not_json'],
  ['JSON with something behind it', { body: text(`${PAGE}}`) }, 'not_json'],
  ['half of the JSON', { body: text(PAGE.slice(0, PAGE.length / 2)) }, 'truncated'],
  ['an upstream error', { body: text('{"code":50004}') }, 'upstream_error'],
] satisfies [string, Partial<HttpAnswer>, string][])('%s is %3$s', (_, changes, reason) => {
  expect(judge(changes).page).toMatchObject({ ok: false, reason });
});

test.each([
  ['application/json'],
  ['application/json; charset=utf-8'],
  ['Application/JSON ;charset=utf-8'],
  ['text/json'],
  ['application/vnd.api+json'],
])('%s is a content type of JSON', (contentType) => {
  expect(judge({ contentType }).page).toMatchObject({ ok: true });
});

test('JSON that breaks off is truncated wherever it does', () => {
  for (let length = 1; length < PAGE.length; length++) {
    const { page } = judge({ body: text(PAGE.slice(0, length)) });
    expect(page, PAGE.slice(0, length)).toMatchObject({ ok: false, reason: 'truncated' });
  }
});

test.each([
  ['an absolute address', 'https://www.example.org/login?token=abc', 'HTTP 301 to www.example.org'],
  ['a path of the same host', '/home?token=abc', 'HTTP 301 to api.example.com'],
  ['nonsense', 'http://[', 'HTTP 301 to an unreadable address'],
])('a redirect to %s names the host only', (_, location, detail) => {
  expect(judge({ status: 301, location }).page).toMatchObject({ detail, quoted: null });
});

test('a refusal is explained by the message of its body, and by the body itself where it has none', () => {
  const refused = judge({
    status: 402,
    body: text('{"code":402,"data":null,"message":"apiKey quota is not enough","requestId":"r1"}'),
  });
  expect(refused.page).toMatchObject({ detail: 'HTTP 402', quoted: 'apiKey quota is not enough' });
  expect(refused.envelope).toEqual({
    code: 402,
    message: 'apiKey quota is not enough',
    requestId: 'r1',
  });

  expect(
    judge({ status: 502, contentType: 'text/html', body: text('<h1>Bad Gateway</h1>') }).page,
  ).toMatchObject({ detail: 'HTTP 502', quoted: '<h1>Bad Gateway</h1>' });
});

test('the HTTP status counts before the code: a 500 with code 0 and rows is no page', () => {
  expect(judge({ status: 500 })).toMatchObject({
    envelope: { code: 0 },
    page: { ok: false, reason: 'server_error' },
  });
});
