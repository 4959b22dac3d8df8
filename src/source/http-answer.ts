// What an HTTP answer is worth, before anything is known of its shape. Pure functions.
import { messageOf } from '../lib/errors.ts';
import type { FailureReason } from '../model.ts';
import type { HttpAnswer } from './exchange.ts';
import type { PageFailure } from './parse-page.ts';

const STATUS_REASONS: Partial<Record<number, FailureReason>> = {
  400: 'bad_request',
  401: 'unauthorised',
  402: 'out_of_credits',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  429: 'rate_limited',
};

/** Why an answer with a status other than 200 is no page. */
export const reasonOf = (status: number): FailureReason =>
  STATUS_REASONS[status] ?? (status >= 500 ? 'server_error' : 'http_error');

const JSON_TYPE = /^(application|text)\/([\w.-]+\+)?json\s*(;|$)/i;

/** The JSON of a body, or why there is none. `parse` throws what JSON.parse throws. */
export function bodyOf(
  { body, contentType }: HttpAnswer,
  parse: (text: string) => unknown = (text) => JSON.parse(text) as unknown,
  mostBytes = 2 * 1024 * 1024,
): { json: unknown } | { failure: PageFailure } {
  if (body.kind !== 'text')
    return {
      failure: {
        reason: 'too_large',
        detail: `the body is larger than ${Math.round(mostBytes / 1024 / 1024)} MB`,
        quoted: null,
      },
    };
  const { text } = body;
  if (contentType === null || !JSON_TYPE.test(contentType))
    return {
      failure: {
        reason: 'wrong_content_type',
        detail: `the content type is ${contentType ?? 'missing'}, not JSON`,
        quoted: text,
      },
    };
  const parsed = parseJson(text, parse);
  if (parsed.ok) return { json: parsed.json };
  return parsed.isBeginning
    ? {
        failure: {
          reason: 'truncated',
          detail: `the JSON breaks off after ${text.length} characters`,
          quoted: null,
        },
      }
    : {
        failure: {
          reason: 'not_json',
          detail: text.trim() === '' ? 'the body is empty' : 'the body is not JSON',
          quoted: text,
        },
      };
}

/** `isBeginning`: the text is JSON as far as it goes, so it was cut off on its way. */
export function parseJson(
  text: string,
  parse: (text: string) => unknown = (whole) => JSON.parse(whole) as unknown,
): { ok: true; json: unknown } | { ok: false; isBeginning: boolean } {
  try {
    return { ok: true, json: parse(text) };
  } catch (thrown) {
    // V8 names the first character that does not fit. If that is behind the last character,
    // everything before it was fine.
    const position = /at position (\d+)/.exec(messageOf(thrown))?.[1];
    const reachedEnd =
      /end of JSON input/.test(messageOf(thrown)) || Number(position) >= text.length;
    return { ok: false, isBeginning: reachedEnd && text.trim() !== '' };
  }
}

/** Only the host is kept: the rest of the address may repeat what was asked, or carry tokens. */
export const hostOf = (location: string, base: string): string =>
  URL.canParse(location, base) ? new URL(location, base).host : 'an unreadable address';
