// What an answer of KeyAPI means: first by its HTTP status, then by the body's code. Pure
// functions.
import type { HttpAnswer } from './exchange.ts';
import { bodyOf, hostOf, parseJson, reasonOf } from './http-answer.ts';
import {
  NO_ENVELOPE,
  parsePage,
  readEnvelope,
  type Envelope,
  type PageFailure,
  type ParsedPage,
} from './parse-page.ts';

/**
 * A page is an answer with HTTP 200, a JSON content type, `code` 0 and the expected shape;
 * everything else fails with its own reason.
 */
export function judgeAnswer(
  answer: HttpAnswer,
  baseUrl: string,
): { envelope: Envelope; page: ParsedPage } {
  const { status } = answer;
  const text = answer.body.kind === 'text' ? answer.body.text : '';
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
    return fail(
      { reason: reasonOf(status), detail: `HTTP ${status}`, quoted: envelope.message ?? text },
      envelope,
    );
  }
  const body = bodyOf(answer);
  if ('failure' in body) return fail(body.failure);
  return { envelope: readEnvelope(body.json), page: parsePage(body.json) };
}
