// What a JSON answer of the source says. Pure.
import { z } from 'zod';
import { cleanText, truncate } from '../lib/text.ts';
import type { FailureReason, Metrics, ServedRow } from '../model.ts';

/** What success and failure have in common. Each is null when absent or unreadable. */
export type Envelope = { code: number | null; message: string | null; requestId: string | null };

export const NO_ENVELOPE: Envelope = { code: null, message: null, requestId: null };

/** Why an answer is no page: in our words, and in the source's own, which are as received and not safe to show. */
export type PageFailure = { reason: FailureReason; detail: string; quoted: string | null };

export type ParsedPage =
  | { ok: true; rows: ServedRow[]; total: number | null; hasMore: boolean | null }
  | ({ ok: false } & PageFailure);

const MAX_NAME = 300;
/** Real ids have 6 digits. A longer text is no id, and would only bloat every key it is part of. */
const MAX_ID = 64;

/** KeyAPI repeats the HTTP status of a refusal in `code`; where only the body says so, it means the same. */
const REFUSALS: Partial<Record<number, FailureReason>> = {
  401: 'unauthorised',
  402: 'out_of_credits',
  429: 'rate_limited',
};

const Success = z.object({
  data: z.object({
    list: z.array(z.unknown()),
    pagination: z
      .object({ total: z.unknown(), has_more: z.unknown() })
      .partial()
      .nullish()
      .catch(null),
  }),
});

/** Code, message and request id of any answer, whatever its shape; the upstream's own spelling is understood too. */
export function readEnvelope(json: unknown): Envelope {
  const body = asObject(json);
  return {
    code: readInteger(body.code),
    message: readText(body.message) ?? readText(body.msg),
    requestId: readText(body.requestId) ?? readText(body.request_id),
  };
}

/**
 * The rows of an answer with HTTP 200. It is a page only when `code` is 0, no inner `data.code` says otherwise, and
 * `data.list` is a list. An empty list is a page. Every element keeps its place, also one without a usable id.
 */
export function parsePage(json: unknown): ParsedPage {
  const { code, message } = readEnvelope(json);
  const inner = readEnvelope(asObject(json).data);
  // The inner error says more than the envelope around it, which may be 0 or 200.
  if (inner.code !== null && inner.code !== 0) {
    return {
      ok: false,
      reason: 'nested_error',
      detail: `code ${inner.code} inside the answer`,
      quoted: inner.message,
    };
  }
  if (code === null)
    return { ok: false, reason: 'wrong_shape', detail: 'the answer has no code', quoted: message };
  if (code !== 0)
    return {
      ok: false,
      reason: REFUSALS[code] ?? 'upstream_error',
      detail: `code ${code} in an HTTP 200`,
      quoted: message,
    };

  const success = Success.safeParse(json);
  if (!success.success) {
    const issue = success.error.issues[0];
    return {
      ok: false,
      reason: 'wrong_shape',
      detail: `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'not as expected'}`,
      quoted: null,
    };
  }
  const { list, pagination } = success.data.data;
  const hasMore = pagination?.has_more;
  return {
    ok: true,
    rows: list.map(readRow),
    total: readCount(pagination?.total),
    hasMore: typeof hasMore === 'boolean' ? hasMore : null,
  };
}

function readRow(value: unknown): ServedRow {
  const row = asObject(value);
  const category = asObject(row.third_ecom_category);
  const upstreamId = readId(category.id);
  if (upstreamId === null) return { product: null };
  return {
    product: {
      upstreamId,
      name: readName(category.value) ?? upstreamId,
      categoryL1: readName(asObject(row.first_ecom_category).value),
      categoryL2: readName(asObject(row.second_ecom_category).value),
    },
    metrics: readMetrics(row),
  };
}

/** Upstream names and units: design, section 3. Percents are percents already, and nothing is computed from another. */
const readMetrics = (row: Record<string, unknown>): Metrics => ({
  posts: readCount(row.post),
  postsGrowth: readNumber(row.post_change),
  impressions: readCount(row.impression),
  likes: readCount(row.like),
  comments: readCount(row.comment),
  shares: readCount(row.share),
  ctr: readAmount(row.ctr),
  cvr: readAmount(row.cvr),
  viewRate6s: readAmount(row.play_six_rate),
  cpa: readAmount(row.cpa),
  cost: readAmount(row.cost),
});

/** A finite number, or a plain decimal text of one. `1,210` and `1.2K` are not numbers: guessing would invent data. */
export function readNumber(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)
      ? Number(value)
      : value;
  // Adding 0 turns -0 into 0.
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : null;
}

/** A number from 0. */
export function readAmount(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && number >= 0 ? number : null;
}

function readInteger(value: unknown): number | null {
  const number = readNumber(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** A whole number from 0. */
export function readCount(value: unknown): number | null {
  const number = readInteger(value);
  return number !== null && number >= 0 ? number : null;
}

/** Ids are texts in rows, but integers in the upstream's own filter lists. */
export function readId(value: unknown): string | null {
  const id =
    typeof value === 'string'
      ? cleanText(value)
      : typeof value === 'number'
        ? String(readCount(value) ?? '')
        : '';
  return id.length > 0 && id.length <= MAX_ID ? id : null;
}

/** A name without control characters, of bounded length; null when nothing is left of it. */
export const readName = (value: unknown): string | null => {
  const name = typeof value === 'string' ? cleanText(value) : '';
  return name === '' ? null : truncate(name, MAX_NAME);
};

const readText = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
