// What is sent to ask for one page of a declared list. Pure functions.
import type { Asking, SourceConfig } from '../../config/config.ts';
import type { ListKind, Parameter, AskedValue } from '../../list/list-kind.ts';
import type { ListRequest, Paging } from '../../list/request.ts';
import type { HttpRequest } from '../exchange.ts';
import { fillBody, fillTemplate, type Values } from '../../list/template.ts';

/** Which page: its number from 1, and what the page before it said of the next one. */
export type Turn = { page: number; cursor: string | null };

/**
 * One page of a list. The credentials of the source are not in it: they go only where the source
 * itself says, see `withCredentials`.
 */
export function declaredRequest(
  source: Pick<SourceConfig, 'baseUrl'>,
  query: Asking,
  request: ListRequest,
  turn: Turn,
): HttpRequest {
  const values = valuesFor(query, request.pages, turn);
  const { method, headers } = request;
  // A `Link` header names the whole address of the next page.
  if (request.pages.by === 'link' && turn.cursor !== null)
    return { method, url: turn.cursor, headers, body: null };
  const written = fillTemplate(request.url, values, encodeURIComponent) ?? request.url;
  const url = new URL(written.startsWith('/') ? `${source.baseUrl}${written}` : written);
  for (const [name, template] of Object.entries(request.query)) {
    const value = fillTemplate(template, values);
    if (value !== null) url.searchParams.set(name, value);
  }
  return {
    method,
    url: url.href,
    headers,
    body: request.body === null ? null : JSON.stringify(fillBody(request.body, values)),
  };
}

function valuesFor({ list, asked, date = null }: Asking, pages: Paging, turn: Turn): Values {
  const first = pages.by === 'page' || pages.by === 'offset' ? pages.first : 1;
  return {
    ...Object.fromEntries(
      list.parameters.map((parameter) => [
        parameter.key,
        sentValue(parameter, asked[parameter.key] ?? null),
      ]),
    ),
    date,
    page: String(first + turn.page - 1),
    size: String(pages.size),
    offset: turn.cursor ?? String(first),
    cursor: turn.cursor,
  };
}

/** A value of a watch as the source wants it; null for "not asked for". */
export function sentValue({ values }: Parameter, value: AskedValue): string | null {
  if (value === null) return null;
  if (values.kind !== 'choice') return String(value);
  return values.of.find((choice) => choice.value === value)?.sent ?? String(value);
}

/** What a page of this list must say of itself: by the name of a parameter, or `date`. */
export function expectedEcho(list: ListKind, query: Asking, of: string): string | null {
  if (of === 'date') return query.date ?? null;
  const parameter = list.parameters.find(({ key }) => key === of);
  return parameter === undefined ? null : sentValue(parameter, query.asked[of] ?? null);
}
