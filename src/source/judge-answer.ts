// What an answer means, in the order KeyAPI asks for: first the HTTP status, then the body's code.
// Pure.
import { messageOf } from '../lib/errors.ts';
import type { FailureReason } from '../model.ts';
import type { HttpAnswer } from './exchange.ts';
import {
  NO_ENVELOPE,
  parsePage,
  readEnvelope,
  type Envelope,
  type PageFailure,
  type ParsedPage,
} from './parse-page.ts';

const STATUS_REASONS: Partial<Record<number, FailureReason>> = {
  400: 'bad_request',
  401: 'unauthorised',
  402: 'out_of_credits',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  429: 'rate_limited',
};

const JSON_TYPE = /^(application|text)\/([\w.-]+\+)?json\s*(;|$)/i;

/**
 * A page is an answer with HTTP 200, a JSON content type, `code` 0 and the expected shape;
 * everything else fails with its own reason.
 */
export function judgeAnswer(
  answer: HttpAnswer,
  baseUrl: string,
): { envelope: Envelope; page: ParsedPage } {
  const { status, body, contentType } = answer;
  const text = body.kind === 'text' ? body.text : '';
  const fail = (failure: PageFailure, envelope = NO_ENVELOPE) => ({
    envelope,
    page: { ok: false as const, ...failure },
  });

  if (status >= 300 && status < 400 && answer.location !== null) {
    return fail({
      reason: 'redirect',
      detail: `HTTP ${status} to ${hostOf(answer.location, baseUrl)}`,
      quoted: null,
    });
  }
  if (status !== 200) {
    const parsed = parseJson(text);
    const envelope = parsed.ok ? readEnvelope(parsed.json) : NO_ENVELOPE;
    const reason = STATUS_REASONS[status] ?? (status >= 500 ? 'server_error' : 'http_error');
    return fail({ reason, detail: `HTTP ${status}`, quoted: envelope.message ?? text }, envelope);
  }
  if (body.kind !== 'text')
    return fail({ reason: 'too_large', detail: 'the body is larger than 2 MB', quoted: null });
  if (contentType === null || !JSON_TYPE.test(contentType)) {
    return fail({
      reason: 'wrong_content_type',
      detail: `the content type is ${contentType ?? 'missing'}, not JSON`,
      quoted: text,
    });
  }
  const parsed = parseJson(text);
  if (!parsed.ok) {
    return parsed.isBeginning
      ? fail({
          reason: 'truncated',
          detail: `the JSON breaks off after ${text.length} characters`,
          quoted: null,
        })
      : fail({
          reason: 'not_json',
          detail: text.trim() === '' ? 'the body is empty' : 'the body is not JSON',
          quoted: text,
        });
  }
  return { envelope: readEnvelope(parsed.json), page: parsePage(parsed.json) };
}

/** `isBeginning`: the text is JSON as far as it goes, so it was cut off on its way. */
function parseJson(
  text: string,
): { ok: true; json: unknown } | { ok: false; isBeginning: boolean } {
  try {
    return { ok: true, json: JSON.parse(text) as unknown };
  } catch (thrown) {
    // V8 names the first character that does not fit: when that is behind the last one, all before
    // it was fine.
    const position = /at position (\d+)/.exec(messageOf(thrown))?.[1];
    const reachedEnd =
      /end of JSON input/.test(messageOf(thrown)) || Number(position) === text.length;
    return { ok: false, isBeginning: reachedEnd && text.trim() !== '' };
  }
}

/** Only the host: the rest of the address may repeat what was asked, or carry tokens. */
const hostOf = (location: string, base: string): string =>
  URL.canParse(location, base) ? new URL(location, base).host : 'an unreadable address';
