// One HTTP exchange: connect, send, read. Whatever goes wrong is returned as a value, never thrown.
import type { Dispatcher } from 'undici';
import { errors, request } from '../lib/http-client.ts';
import { BLOCKED_CODE } from '../lib/address-guard.ts';
import { deadline } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { messageOf } from '../lib/errors.ts';
import type { FailureReason } from '../model.ts';

/** An answer, whatever it is worth. Headers are null when absent. */
export type HttpAnswer = {
  status: number;
  contentType: string | null;
  location: string | null;
  retryAfter: string | null;
  link: string | null;
  body: { kind: 'text'; text: string } | { kind: 'too_large' } | { kind: 'unread' };
};

/** What is sent. `body` goes out as JSON; null for none. */
export type HttpRequest = {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
};

/** `status` is null when the connection broke before there was one. */
export type TransportFailure = {
  reason: FailureReason;
  detail: string;
  status: number | null;
  /** There never was a connection to send it on. */ wasNeverSent: boolean;
};

export type ExchangeLimits = {
  dispatcher: Dispatcher;
  timeoutMs: number;
  signal: AbortSignal;
  /** Default 2 MB. */
  maxBodyBytes?: number;
};

/** A page has about 12 KB, so a body larger than this is something else. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Sends a request once; redirects are not followed. `timeoutMs` bounds the whole exchange, from
 * connecting to the last byte, and `signal` ends it. A body over its bound is dropped while it is read,
 * together with its connection. The body of a redirect is left unread, as is that of any answer but
 * a 200 when it breaks off: its status says enough.
 */
export async function exchange(
  { url, method, headers, body }: HttpRequest,
  limits: ExchangeLimits,
): Promise<{ answer: HttpAnswer } | { failure: TransportFailure }> {
  const limit = deadline(limits.timeoutMs, limits.signal);
  let isSent = false;
  const failed = (thrown: unknown, status: number | null): { failure: TransportFailure } => {
    if (limits.signal.aborted)
      return {
        failure: {
          reason: 'aborted',
          detail: 'stopped while the request was under way',
          status,
          wasNeverSent: !isSent,
        },
      };
    const code = limit.isOver() ? 'ETIMEDOUT' : codeOf(thrown);
    if (TIMEOUTS.has(code))
      return {
        failure: {
          reason: 'timeout',
          detail: `no complete answer within ${formatDuration(limits.timeoutMs)}`,
          status,
          wasNeverSent: !isSent,
        },
      };
    return {
      failure: {
        ...brokenConnection(thrown, code, status !== null),
        status,
        wasNeverSent: !isSent,
      },
    };
  };

  let status: number | null = null;
  try {
    // The signal bounds the whole exchange. undici's own two limits, of 5 minutes each, are turned
    // off.
    const response = await request(url, {
      dispatcher: noticing(limits.dispatcher, () => (isSent = true)),
      signal: limit.signal,
      method,
      headers: body === null ? headers : { ...headers, 'content-type': 'application/json' },
      body,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    status = response.statusCode;
    return { answer: await readAnswer(response, limits.maxBodyBytes ?? MAX_BODY_BYTES) };
  } catch (thrown) {
    return failed(thrown, status);
  } finally {
    limit.release();
  }
}

/**
 * Calls `onSend` when undici has a connection and begins to write the request on it: from then on
 * it may have arrived.
 */
function noticing(dispatcher: Dispatcher, onSend: () => void): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const begin = <Args extends unknown[]>(call: ((...args: Args) => void) | undefined) =>
      call === undefined
        ? undefined
        : (...args: Args) => {
            onSend();
            call.apply(handler, args);
          };
    const noticed = new Proxy(handler, {
      get(target, key) {
        // The two names of one moment: undici takes handlers of an older form too.
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        const call = value as (...args: unknown[]) => void;
        return key === 'onConnect' || key === 'onRequestStart'
          ? begin(call)
          : (...args: unknown[]) => call.apply(target, args);
      },
    });
    return dispatch(options, noticed);
  });
}

/** Rejects when the connection fails before the body of a 200 is complete. */
async function readAnswer(
  response: Dispatcher.ResponseData,
  mostBytes: number,
): Promise<HttpAnswer> {
  const status = response.statusCode;
  const header = (name: string) => [response.headers[name]].flat()[0] ?? null;
  const answer = {
    status,
    contentType: header('content-type'),
    location: header('location'),
    retryAfter: header('retry-after'),
    link: header('link'),
  };
  const isTooLarge = Number(header('content-length')) > mostBytes;
  if (isTooLarge || (status >= 300 && status < 400)) {
    discard(response);
    return { ...answer, body: { kind: isTooLarge ? 'too_large' : 'unread' } };
  }
  try {
    return { ...answer, body: await readBody(response, mostBytes) };
  } catch (thrown) {
    if (status === 200) throw thrown;
    return { ...answer, body: { kind: 'unread' } };
  }
}

async function readBody(
  response: Dispatcher.ResponseData,
  mostBytes: number,
): Promise<HttpAnswer['body']> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (size > mostBytes) return { kind: 'too_large' };
    chunks.push(chunk);
  }
  return {
    kind: 'text',
    text: Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  };
}

/** Closes the connection, instead of reading what nobody needs. */
function discard(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => {
    // This error only says that we closed it.
  });
  response.body.destroy();
}

const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/**
 * The other side ended in good order, but before the body was whole: by content-length, or by
 * chunk.
 */
const CUT_SHORT = new Set(['UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

function brokenConnection(
  thrown: unknown,
  code: string,
  isInBody: boolean,
): { reason: FailureReason; detail: string } {
  if (isInBody && CUT_SHORT.has(code))
    return { reason: 'truncated', detail: 'the connection ended in the middle of the body' };
  if (RESETS.has(code))
    return {
      reason: 'connection_reset',
      detail: `the connection was closed before the answer was complete (${code})`,
    };
  if (thrown instanceof errors.HTTPParserError)
    return { reason: 'http_error', detail: thrown.message };
  if (code === 'ECONNREFUSED')
    return { reason: 'connection_failed', detail: 'the connection was refused (ECONNREFUSED)' };
  if (code === BLOCKED_CODE)
    return {
      reason: 'connection_failed',
      detail: 'the address is not public; allow_private of the source allows it',
    };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { reason: 'connection_failed', detail: `the host name was not found (${code})` };
  return {
    reason: 'connection_failed',
    detail: `${messageOf(thrown)} (${code === '' ? 'no code' : code})`,
  };
}

const codeOf = (thrown: unknown): string => {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : '';
  return typeof code === 'string' ? code : '';
};
