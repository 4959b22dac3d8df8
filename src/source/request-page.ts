// Asks for one page, once: no retry, no ledger. Here the token goes out, so here it is kept from
// coming back.
import type { Dispatcher } from 'undici';
import type { Asking, SourceConfig } from '../config/config.ts';
import { isBlockedLiteral } from '../lib/address-guard.ts';
import { redact, type Secret } from '../lib/secret.ts';
import { cleanText, truncate } from '../lib/text.ts';
import type { FailureReason, ServedPage } from '../model.ts';
import { secretsOfAuth, withCredentials } from './credentials.ts';
import { judgeDeclared } from './declared/judge-answer.ts';
import { declaredRequest, type Turn } from './declared/request.ts';
import { exchange, MAX_BODY_BYTES, type HttpAnswer, type HttpRequest } from './exchange.ts';
import { judgeAnswer } from './judge-answer.ts';

export type PageAnswer = {
  httpStatus: number | null;
  bodyCode: number | null;
  upstreamRequestId: string | null;
} & (
  | { ok: true; content: Omit<ServedPage, 'page' | 'takenAt'> }
  /** `detail` is clean, short and free of secrets; `retryAfter` is the header as sent. */
  | {
      ok: false;
      reason: FailureReason;
      detail: string;
      retryAfter: string | null;
      wasNeverSent?: boolean;
    }
);

const MAX_DETAIL = 300;
const MAX_QUOTE = 200;
const MAX_REQUEST_ID = 100;

/** The documented endpoint. `search_keyword=FALSE` is KeyAPI's way to say: no search. */
export function pageUrl(
  source: Pick<SourceConfig, 'baseUrl' | 'pageSize'>,
  query: Pick<Asking, 'asked'>,
  page: number,
): string {
  const parameters = new URLSearchParams({
    search_keyword: String(query.asked.keyword ?? 'FALSE'),
    page: String(page),
    limit: String(source.pageSize),
    time_scope: String(query.asked.time_scope),
    region: String(query.asked.region),
  });
  if (query.asked.category !== null)
    parameters.set('ecom_category_id', String(query.asked.category));
  return `${source.baseUrl}/v1/tiktok/insights/products?${parameters.toString()}`;
}

/** What goes out for a page, before credentials. */
const plainRequest = (source: SourceConfig, query: Asking, turn: Turn): HttpRequest =>
  query.list.request === null
    ? { method: 'GET', url: pageUrl(source, query, turn.page), headers: {}, body: null }
    : declaredRequest(source, query, query.list.request, turn);

/**
 * What the source answers for one page. Every failure is a value with its reason; only bugs are
 * thrown.
 */
export async function requestPage(
  deps: { source: SourceConfig; dispatcher: Dispatcher; signal: AbortSignal },
  query: Asking,
  turn: Turn,
): Promise<PageAnswer> {
  const { source, dispatcher, signal } = deps;
  const secrets = secretsOfAuth(source.auth);
  // Cleaned BEFORE it is redacted, as invisible characters could hide the token, and redacted
  // before it is cut.
  const say = (text: string, max: number) => truncate(redact(cleanText(text), secrets), max);

  const plain = plainRequest(source, query, turn);
  const sent = withCredentials(source.auth, {
    ...plain,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'tidemark',
      ...plain.headers,
    },
  });
  const maxBodyBytes = query.list.request?.maxBodyBytes ?? MAX_BODY_BYTES;
  // A literal address is never looked up, so the guard of the connection does not see it.
  const isRefused = !source.allowPrivate && isBlockedLiteral(new URL(sent.url));
  const result = isRefused
    ? NOT_PUBLIC
    : await exchange(sent, { dispatcher, timeoutMs: source.timeoutMs, signal, maxBodyBytes });
  if ('failure' in result) {
    const { reason, detail, status, wasNeverSent } = result.failure;
    return {
      httpStatus: status,
      bodyCode: null,
      upstreamRequestId: null,
      ok: false,
      reason,
      detail: say(detail, MAX_DETAIL),
      retryAfter: null,
      ...(wasNeverSent ? { wasNeverSent } : {}),
    };
  }

  // BEFORE anything is read from the answer: names and messages in it may repeat what was sent.
  const answer = redacted(result.answer, secrets);
  const { envelope, page: parsed } =
    query.list.request === null
      ? judgeAnswer(answer, source.baseUrl)
      : judgeDeclared(answer, plain.url, query, query.list.request, turn);
  const facts = {
    httpStatus: answer.status,
    bodyCode: envelope.code,
    upstreamRequestId: envelope.requestId === null ? null : say(envelope.requestId, MAX_REQUEST_ID),
  };
  if (!parsed.ok) {
    const quote = say(parsed.quoted ?? '', MAX_QUOTE);
    const detail = say(parsed.detail, MAX_DETAIL);
    return {
      ...facts,
      ok: false,
      reason: parsed.reason,
      detail: quote === '' ? detail : `${detail}: "${quote}"`,
      retryAfter: answer.retryAfter,
    };
  }
  const body = answer.body.kind === 'text' ? answer.body.text : '';
  const { ok, ...content } = parsed;
  return { ...facts, ok, content: { ...content, body } };
}

const NOT_PUBLIC = {
  failure: {
    reason: 'connection_failed',
    detail: 'the address is not public; allow_private of the source allows it',
    status: null,
    wasNeverSent: true,
  },
} as const;

const redacted = (answer: HttpAnswer, secrets: readonly Secret[]): HttpAnswer =>
  answer.body.kind === 'text' && secrets.length > 0
    ? { ...answer, body: { kind: 'text', text: redact(answer.body.text, secrets) } }
    : answer;
