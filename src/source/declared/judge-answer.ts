// What an answer means for a declared list, by its status, its words and its shape. Pure functions.
import type { Asking } from '../../config/config.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { formatJsonPath, keysThere, kindOfValue } from '../../lib/json-path.ts';
import { readCount, readInteger, readText, valueUnder } from '../../lib/read-value.ts';
import { cleanText, truncate } from '../../lib/text.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { isChained, type ListRequest } from '../../list/request.ts';
import type { HttpAnswer } from '../exchange.ts';
import { bodyOf, hostOf, reasonOf } from '../http-answer.ts';
import { NO_ENVELOPE, type Envelope, type PageFailure, type ParsedPage } from '../parse-page.ts';
import { expectedEcho, type Turn } from './request.ts';
import { readRows } from './read-rows.ts';

/**
 * A page is an answer with HTTP 200 and JSON that passes the test of the list, with a list at the
 * path of its rows. An account without quota is known by its words too, in a 200 as in a 500: it
 * must not look like a list without rows.
 */
export function judgeDeclared(
  answer: HttpAnswer,
  requestUrl: string,
  query: Asking,
  request: ListRequest,
  turn: Turn,
): { envelope: Envelope; page: ParsedPage } {
  const { status } = answer;
  const text = answer.body.kind === 'text' ? answer.body.text : '';
  if (request.emptyStatus.includes(status))
    return { envelope: NO_ENVELOPE, page: { ok: true, rows: [], total: null, hasMore: false } };
  if (status >= 300 && status < 400 && answer.location !== null)
    return fail({
      reason: 'redirect',
      detail: `HTTP ${status} to ${hostOf(answer.location, requestUrl)}`,
      quoted: null,
    });

  const body = bodyOf(answer, parseExactJson, request.maxBodyBytes);
  const json = 'json' in body ? body.json : undefined;
  const envelope: Envelope = {
    code: request.fail.code === null ? null : readInteger(valueUnder(json, request.fail.code)),
    message:
      request.fail.message === null ? null : readText(valueUnder(json, request.fail.message)),
    requestId: request.requestId === null ? null : readText(valueUnder(json, request.requestId)),
  };
  const said = envelope.message ?? (status === 200 ? '' : text.slice(0, MOST_WORDS));
  const hasQuotaWords = request.fail.quota.some((word) =>
    said.toLowerCase().includes(word.toLowerCase()),
  );
  const isOk = request.ok === null || isSame(valueUnder(json, request.ok.path), request.ok.equals);
  // Words such as "quota left: 12" are no refusal if rows come with them.
  const hasRows = rowsAt(json, request)?.some(() => true) ?? false;
  if (hasQuotaWords && (status !== 200 || !isOk || !hasRows))
    return fail(
      { reason: 'out_of_credits', detail: `HTTP ${status}: no quota is left`, quoted: said },
      envelope,
    );
  if (status !== 200)
    return fail({ reason: reasonOf(status), detail: `HTTP ${status}`, quoted: said }, envelope);
  if ('failure' in body) return fail(body.failure, envelope);
  if (!isOk) return fail(notOk(json, request, envelope), envelope);
  const rows = rowsAt(json, request);
  if (rows === null) return fail(noRows(json, request), envelope);
  const page = pageOf(json, rows, answer, requestUrl, query, request, turn);
  const away = request.pages.by === 'link' ? otherHost(page.next ?? null, requestUrl) : null;
  return away === null
    ? { envelope, page }
    : fail({ reason: 'redirect', detail: `its next page is on ${away}`, quoted: null }, envelope);
}

/**
 * The host of a next page, when it is another than the one that was asked: credentials must never
 * go there.
 */
function otherHost(next: string | null, requestUrl: string): string | null {
  if (next === null) return null;
  // Another scheme is another place too: what is encrypted now would not be then.
  const isSame = URL.canParse(next) && new URL(next).origin === new URL(requestUrl).origin;
  return isSame ? null : hostOf(next, requestUrl);
}

const MOST_WORDS = 500;

const fail = (failure: PageFailure, envelope = NO_ENVELOPE) => ({
  envelope,
  page: { ok: false as const, ...failure },
});

/** A number and its text are the same: APIs write `0` and `"0"`. */
const isSame = (value: unknown, wanted: string | number | boolean): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) && `${value as string}` === `${wanted}`;

/**
 * The list of rows; null where there is none. A single row that is served without brackets is a
 * list of one.
 */
function rowsAt(json: unknown, { rows }: ListRequest): readonly unknown[] | null {
  const value = valueUnder(json, rows);
  return Array.isArray(value) ? (value as unknown[]) : null;
}

const REFUSALS: Partial<Record<number, PageFailure['reason']>> = {
  401: 'unauthorised',
  402: 'out_of_credits',
  429: 'rate_limited',
};

function notOk(json: unknown, { ok }: ListRequest, { code, message }: Envelope): PageFailure {
  const path = formatJsonPath(ok?.path ?? []);
  const value = valueUnder(json, ok?.path ?? []);
  if (value === undefined)
    return {
      reason: 'wrong_shape',
      detail: `the answer has no ${path}; it has ${keysThere(json) || kindOfValue(json)}`,
      quoted: message,
    };
  return {
    reason: (code === null ? undefined : REFUSALS[code]) ?? 'upstream_error',
    detail: `${path} ${truncate(cleanText(JSON.stringify(value)), 40)} in an HTTP 200`,
    quoted: message,
  };
}

function noRows(json: unknown, { rows }: ListRequest): PageFailure {
  const found = valueUnder(json, rows);
  const above = valueUnder(json, rows.slice(0, -1));
  const keys = keysThere(found === undefined ? above : found) || keysThere(json);
  const instead = keys === '' ? '' : `; the answer has ${truncate(cleanText(keys), 120)}`;
  return {
    reason: 'wrong_shape',
    detail: `${formatJsonPath(rows)} is ${kindOfValue(found)}, not a list${instead}`,
    quoted: null,
  };
}

function pageOf(
  json: unknown,
  values: readonly unknown[],
  answer: HttpAnswer,
  requestUrl: string,
  query: Asking,
  request: ListRequest,
  turn: Turn,
): Extract<ParsedPage, { ok: true }> {
  const { end, pages } = request;
  const { list } = query;
  const read = readRows(list, request, values);
  const next = nextOf(json, answer, requestUrl, request, values.length, turn);
  const total = end.total === null ? null : readCount(valueUnder(json, end.total));
  const more = goesOn(json, values.length, next, total, request, turn);
  const isCapped = pages.by !== 'none' && turn.page >= pages.most && more !== false;
  return {
    ok: true,
    ...read,
    // Of a list of which some rows are left out it is the length of another one.
    total: request.where.length > 0 ? null : total,
    hasMore: isCapped ? false : more,
    ...(isCapped ? { isCapped } : {}),
    next: isChained(request) ? next : null,
    echoes: [
      ...(turn.page === 1 ? lostEnds(json, request) : []),
      ...wrongEchoes(list, query, values),
    ],
  };
}

/** Is there a page after this one? null: only asking for it would tell. */
function goesOn(
  json: unknown,
  rows: number,
  next: string | null,
  total: number | null,
  { end, pages, where }: ListRequest,
  { page }: Turn,
): boolean | null {
  if (pages.by === 'none' || rows === 0) return false;
  // Without a cursor the list has ended, which is no error: the pages read so far count.
  if ((pages.by === 'cursor' || pages.by === 'link') && next === null) return false;
  if (end.shortPage && rows < pages.size) return false;
  const more = end.more === null ? null : valueUnder(json, end.more);
  if (typeof more === 'boolean') return more;
  if (pages.by === 'cursor' || pages.by === 'link') return true;
  if (total === null) return null;
  if (pages.by === 'offset') return Number(next) - pages.first < total;
  return where.length === 0 ? null : page * pages.size < total;
}

/** Where an answer should say how long the list is, and has nothing. */
function lostEnds(json: unknown, { end }: ListRequest): string[] {
  return [end.total, end.more].flatMap((path) => {
    if (path === null || valueUnder(json, path) !== undefined) return [];
    const keys = keysThere(valueUnder(json, path.slice(0, -1))) || keysThere(json);
    const there = keys === '' ? '' : `; there is ${truncate(cleanText(keys), 120)}`;
    return [`the answer has no ${formatJsonPath(path)}${there}`];
  });
}

function nextOf(
  json: unknown,
  answer: HttpAnswer,
  requestUrl: string,
  { pages }: ListRequest,
  rows: number,
  turn: Turn,
): string | null {
  // A server may serve fewer rows than it is asked for.
  if (pages.by === 'offset') return String(Number(turn.cursor ?? pages.first) + rows);
  if (pages.by === 'link') {
    const link = nextLink(answer.link);
    return link !== null && URL.canParse(link, requestUrl) ? new URL(link, requestUrl).href : link;
  }
  if (pages.by !== 'cursor') return null;
  const value = valueUnder(json, pages.path);
  const cursor = typeof value === 'number' ? String(value) : readText(value);
  // Some servers write that there is no cursor, instead of leaving it out.
  return cursor === null || ['0', '-1', 'null', 'false'].includes(cursor) ? null : cursor;
}

/** The address of `rel="next"` in a `Link` header (RFC 8288); null where there is none. */
export function nextLink(header: string | null): string | null {
  for (const [, address = '', parameters = ''] of (header ?? '').matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s";,]+))*)/g,
  ))
    if (/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|$)/i.test(parameters))
      return address;
  return null;
}

/** Rows that say they are of another region, date or category than was asked for. */
function wrongEchoes(list: ListKind, query: Asking, values: readonly unknown[]): string[] {
  return list.echo.flatMap(({ path, of }) => {
    const wanted = expectedEcho(list, query, of);
    if (wanted === null) return [];
    const other = values
      .map((value) => valueUnder(value, path))
      .find((value) => value !== undefined && value !== null && !isSame(value, wanted));
    if (other === undefined) return [];
    const said = truncate(cleanText(typeof other === 'string' ? other : JSON.stringify(other)), 40);
    return [`${formatJsonPath(path)} of its rows is ${said}, and ${of} ${wanted} was asked for`];
  });
}
