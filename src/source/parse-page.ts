// Reads what a JSON answer of KeyAPI says. Pure functions.
import * as z from 'zod';
import {
  asObject,
  readCount,
  readFigure,
  readId,
  readInteger,
  readName,
  readText,
  valueUnder,
} from '../lib/read-value.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';
import type { FailureReason, ServedPage, ServedRow } from '../model.ts';

/** What success and failure have in common. Each is null when absent or unreadable. */
export type Envelope = { code: number | null; message: string | null; requestId: string | null };

export const NO_ENVELOPE: Envelope = { code: null, message: null, requestId: null };

/**
 * Why an answer is no page: in our words, and in the source's own, which are as received and not
 * safe to show.
 */
export type PageFailure = { reason: FailureReason; detail: string; quoted: string | null };

export type ParsedPage =
  | ({ ok: true; rows: ServedRow[] } & Pick<ServedPage, 'total' | 'hasMore'> &
      Pick<ServedPage, 'next' | 'fields' | 'echoes' | 'isCapped'>)
  | ({ ok: false } & PageFailure);

/**
 * KeyAPI repeats the HTTP status of a refusal in `code`; where only the body says so, it means the
 * same.
 */
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

/**
 * Code, message and request id of any answer, whatever its shape; the upstream's own spelling is
 * understood too.
 */
export function readEnvelope(json: unknown): Envelope {
  const body = asObject(json);
  return {
    code: readInteger(body.code),
    message: readText(body.message) ?? readText(body.msg),
    requestId: readText(body.requestId) ?? readText(body.request_id),
  };
}

/**
 * The rows of an answer with HTTP 200. It is a page only when `code` is 0, no inner `data.code`
 * says otherwise, and `data.list` is a list. An empty list is a page. Every element keeps its
 * place, also one without a usable id.
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
  const { identity, metrics } = TOP_PRODUCTS;
  const upstreamId = readId(valueUnder(value, identity.id));
  if (upstreamId === null) return { product: null };
  const [categoryL1 = null, categoryL2 = null] = identity.groups.map((path) =>
    readName(valueUnder(value, path)),
  );
  const figures: Record<string, number | null> = {};
  for (const metric of metrics)
    figures[metric.column] = readFigure(metric, valueUnder(value, metric.path));
  return {
    product: {
      upstreamId,
      name: readName(valueUnder(value, identity.name ?? [])) ?? upstreamId,
      categoryL1,
      categoryL2,
    },
    metrics: figures,
  };
}
