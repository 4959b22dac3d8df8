// Faults of the answer as a whole: HTTP, envelope, connection.
import { isoTime, SECOND_MS } from '../lib/clock.ts';
import { isSecondHalf, type Fault } from './fault.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';

const HTML =
  '<!DOCTYPE html><html><head><title>Creative home</title></head><body><h1>Welcome</h1></body></html>';
const RETRY_AFTER_S = 5;

const htmlReply = (status: number, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body: HTML,
  arrives: 'whole',
});

/** Where `redirect_to_html` leads. */
export const HTML_PATH = '/home';
export const htmlHome = htmlReply(200);

/** A documented failure: its status, its body. */
const failing = (status: number, message: string): Fault => ({
  description: `HTTP ${status}: ${message}`,
  scope: 'page',
  reply: () => errorReply(status, message),
});

/** HTTP 200 with a failure inside. */
const upstreamFailure = (description: string, body: unknown): Fault => ({
  description,
  scope: 'page',
  reply: () => jsonReply(200, body),
});

const rateLimited = (retryAfter: (now: number) => string, description: string): Fault => {
  const refusal = errorReply(429, 'qps limit exceeded');
  return {
    description,
    scope: 'page',
    reply: (_, { now }) => ({
      ...refusal,
      headers: { ...refusal.headers, 'retry-after': retryAfter(now) },
    }),
  };
};

const arriving = (arrives: Reply['arrives'], description: string): Fault => ({
  description,
  scope: 'page',
  reply: (reply) => ({ ...reply, arrives }),
});

export const REPLY_FAULTS = {
  http_400: failing(400, 'Missing required parameter: region'),
  http_401: failing(401, 'apiKey is null'),
  http_402: failing(402, 'apiKey quota is not enough'),
  http_403: failing(403, 'plan does not include this endpoint'),
  http_404: failing(404, 'Not Found'),
  http_429: failing(429, 'qps limit exceeded'),
  http_429_retry_seconds: rateLimited(
    () => String(RETRY_AFTER_S),
    `HTTP 429 with Retry-After: ${RETRY_AFTER_S}`,
  ),
  http_429_retry_date: rateLimited(
    (now) => new Date(now + RETRY_AFTER_S * SECOND_MS).toUTCString(),
    `HTTP 429 with Retry-After as an HTTP date, ${RETRY_AFTER_S} seconds ahead`,
  ),
  http_500: failing(500, 'Internal server error'),
  http_502: {
    description: 'HTTP 502 with the HTML of a gateway',
    scope: 'page',
    reply: () => htmlReply(502),
  },
  http_503: failing(503, 'Service Unavailable'),
  server_error_once: {
    ...failing(500, 'Internal server error'),
    description: 'HTTP 500 once, and then all is well',
    times: 1,
  },
  rate_limit_burst: {
    ...failing(429, 'qps limit exceeded'),
    description: 'HTTP 429 for five requests in a row',
    times: 5,
  },
  out_of_credits_midway: {
    ...failing(402, 'apiKey quota is not enough'),
    description: 'HTTP 402 from the second half of the list on',
    scope: 'list',
    pages: isSecondHalf,
  },
  upstream_50004: upstreamFailure('HTTP 200 with code 50004, as since the upstream broke', {
    code: 50004,
    msg: 'no available es index',
  }),
  upstream_40000: upstreamFailure('HTTP 200 with code 40000, a failed validation', {
    code: 40000,
    msg: "Key: 'ListParams.Limit' Error:Field validation for 'Limit' failed on the 'max' tag",
    request_id: 'x',
  }),
  upstream_100: upstreamFailure('HTTP 200 with code 100, unknown error', {
    code: 100,
    msg: 'Unknown error',
  }),
  upstream_500: upstreamFailure('HTTP 200 with code 500', {
    code: 500,
    msg: 'no available es index',
  }),
  nested_error: upstreamFailure('Code 0 outside, code 50004 inside', {
    code: 0,
    message: 'success',
    data: { code: 50004, msg: 'no available es index' },
  }),
  nested_error_200: upstreamFailure('Code 200 outside, code 50004 inside', {
    code: 200,
    router: '/v1/tiktok/insights/products',
    data: { code: 50004, msg: 'no available es index' },
  }),
  wrong_shape: upstreamFailure('Code 0 with data that is not a list', {
    code: 0,
    message: 'success',
    data: { items: [] },
    requestId: 'x',
  }),
  redirect_to_html: {
    description: 'HTTP 301 to an HTML page',
    scope: 'page',
    reply: () => htmlReply(301, { location: HTML_PATH }),
  },
  html_page: { description: 'An HTML page with HTTP 200', scope: 'page', reply: () => htmlHome },
  wrong_content_type: {
    description: 'The right body as text/plain',
    scope: 'page',
    reply: (reply) => ({ ...reply, headers: { 'content-type': 'text/plain' } }),
  },
  not_json: {
    description: 'application/json that is not JSON',
    scope: 'page',
    reply: (reply, { now }) => ({ ...reply, body: `ok ${isoTime(now)}` }),
  },
  truncated_json: {
    description: 'Half of the JSON, with the length of the half',
    scope: 'page',
    reply: (reply) => ({ ...reply, body: reply.body.slice(0, reply.body.length >> 1) }),
  },
  cut_mid_body: arriving('cut', 'The connection closes in the middle of the body'),
  connection_reset: arriving('reset', 'The connection is reset before an answer'),
  hang: arriving('hang', 'No answer, ever'),
  slow_drip: arriving('drip', 'The body comes at 20 bytes a second'),
  oversized_body: arriving('flood', 'The body is followed by 64 MB of blanks'),
} satisfies Record<string, Fault>;
