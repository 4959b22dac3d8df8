// One HTTP exchange: connect, send, read. Whatever goes wrong is returned as a value, never thrown.
import type { Dispatcher } from 'undici';
import { errors } from '../lib/http-client.ts';
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
    const answer = await receive(
      { url, method, headers, body },
      { dispatcher: limits.dispatcher, signal: limit.signal },
      limits.maxBodyBytes ?? MAX_BODY_BYTES,
      { onSend: () => (isSent = true), onStatus: (code) => (status = code) },
    );
    return { answer };
  } catch (thrown) {
    return failed(thrown, status);
  } finally {
    limit.release();
  }
}

/** `onSend`: undici has a connection and begins to write: from then on it may have arrived. */
type Noticed = { onSend: () => void; onStatus: (status: number) => void };

type Controller = Dispatcher.DispatchController;

/**
 * Takes an answer as undici hands it over, without a stream around it, which took a third of what a
 * page took. Rejects when the connection fails before the body of a 200 is complete.
 */
function receive(
  { url, method, headers, body }: HttpRequest,
  { dispatcher, signal }: { dispatcher: Dispatcher; signal: AbortSignal },
  mostBytes: number,
  noticed: Noticed,
): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const reading: Reading = { head: null, chunks: [], size: 0 };
    const done = (kind: HttpAnswer['body']) => {
      if (reading.head !== null) resolve({ ...reading.head, body: kind });
    };
    /** Closes the connection, instead of reading what nobody needs. */
    const leave = (controller: Controller, kind: 'too_large' | 'unread') => {
      done({ kind });
      controller.abort(new errors.RequestAbortedError());
    };
    dispatcher.dispatch(
      {
        ...{ origin, method, body, path: `${pathname}${search}` },
        headers: body === null ? headers : { ...headers, 'content-type': 'application/json' },
        // The signal bounds the whole exchange. undici's own two limits, of 5 minutes each, are
        // turned off.
        ...{ headersTimeout: 0, bodyTimeout: 0 },
      },
      {
        onRequestStart: (controller) => {
          noticed.onSend();
          const abort = () => controller.abort(new errors.RequestAbortedError());
          if (signal.aborted) return abort();
          signal.addEventListener('abort', abort, { once: true });
        },
        onResponseStart: (controller, status, sent) => {
          if (status < 200) return;
          noticed.onStatus(status);
          const header = (name: string) => [sent[name]].flat()[0] ?? null;
          reading.head = {
            status,
            contentType: header('content-type'),
            location: header('location'),
            retryAfter: header('retry-after'),
            link: header('link'),
          };
          if (Number(header('content-length')) > mostBytes) leave(controller, 'too_large');
          else if (status >= 300 && status < 400) leave(controller, 'unread');
        },
        onResponseData: (controller, chunk) => {
          reading.size += chunk.length;
          reading.chunks.push(chunk);
          if (reading.size > mostBytes) leave(controller, 'too_large');
        },
        onResponseEnd: () => done({ kind: 'text', text: textOf(reading.chunks) }),
        onResponseError: (_, thrown) => {
          if (reading.head === null || reading.head.status === 200) reject(thrown);
          else done({ kind: 'unread' });
        },
      },
    );
  });
}

/** What has come of an answer so far. */
type Reading = { head: Omit<HttpAnswer, 'body'> | null; chunks: Buffer[]; size: number };

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
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
