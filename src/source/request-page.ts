// One page, asked for once: no retry, no ledger. Here the token goes out, so here is where it is
// kept from coming back.
import type { Dispatcher } from 'undici';
import type { ListQuery, SourceConfig } from '../config/config.ts';
import { redact, type Secret } from '../lib/secret.ts';
import { cleanText, truncate } from '../lib/text.ts';
import type { FailureReason, ServedPage } from '../model.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { judgeAnswer } from './judge-answer.ts';

export type PageAnswer = {
  httpStatus: number | null;
  bodyCode: number | null;
  upstreamRequestId: string | null;
} & (
  | { ok: true; content: Pick<ServedPage, 'rows' | 'total' | 'hasMore' | 'body'> }
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
  query: ListQuery,
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

/**
 * What the source answers for one page. Every failure is a value with its reason; only bugs are
 * thrown.
 */
export async function requestPage(
  deps: { source: SourceConfig; dispatcher: Dispatcher; signal: AbortSignal },
  query: ListQuery,
  page: number,
): Promise<PageAnswer> {
  const { source, dispatcher, signal } = deps;
  // Cleaned BEFORE it is redacted, as invisible characters could hide the token, and redacted
  // before it is cut.
  const say = (text: string, max: number) => truncate(redact(cleanText(text), [source.token]), max);

  const headers = {
    authorization: `Bearer ${source.token.reveal()}`,
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'tidemark',
  };
  const result = await exchange(pageUrl(source, query, page), headers, {
    dispatcher,
    timeoutMs: source.timeoutMs,
    signal,
  });
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

  // BEFORE anything is read from it: names and messages of the source may repeat what it was asked
  // with.
  const answer = redacted(result.answer, source.token);
  const { envelope, page: parsed } = judgeAnswer(answer, source.baseUrl);
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
  return {
    ...facts,
    ok: true,
    content: { rows: parsed.rows, total: parsed.total, hasMore: parsed.hasMore, body },
  };
}

const redacted = (answer: HttpAnswer, token: Secret): HttpAnswer =>
  answer.body.kind === 'text'
    ? { ...answer, body: { kind: 'text', text: redact(answer.body.text, [token]) } }
    : answer;
