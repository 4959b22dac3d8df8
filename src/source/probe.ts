// Does the source work with this config? For `tidemark check --connect`.
import type { Asking } from '../config/config.ts';
import type { FailureReason, ServedPage, ServedRow } from '../model.ts';
import { doubtsOf } from './declared/follow.ts';
import { adviceAfter, adviceFor } from './probe-advice.ts';
import { sendRequest, type SourceDeps } from './send-request.ts';

/** Page 1 as it was read. */
export type ReadPage = {
  rows: number;
  /** The length of the list as the source reports it; null where it does not. */
  total: number | null;
  /** The first rows that have an id, each with its rank. */
  first: (Extract<ServedRow, { metrics: unknown }> & { rank: number })[];
  /** By the column of each metric: in how many rows it has a value. */
  filled: Record<string, number>;
  /** Is there a page after it? null: only asking for it would tell. */
  hasNext: boolean | null;
};

export type Probe =
  /** `next` is null when all is well. `doubts` would make a snapshot suspect. */
  | { ok: true; page: ReadPage; doubts: readonly string[]; latencyMs: number; next: string | null }
  /** `latencyMs` is null when nothing was sent. */
  | { ok: false; reason: FailureReason; detail: string; latencyMs: number | null; next: string };

/** Asks for page 1, once. It costs credits like any other request, and is in the ledger. */
export async function probeSource(deps: SourceDeps, query: Asking): Promise<Probe> {
  const sent = await sendRequest(deps, query, { page: 1, attempt: 1 }, deps.signal);
  if (sent.kind === 'not_sent')
    return {
      ok: false,
      reason: sent.reason,
      detail: sent.detail,
      latencyMs: null,
      next: adviceAfter(sent.reason, deps.source, query),
    };
  const { answer } = sent;
  const latencyMs = sent.endedAt - sent.startedAt;
  if (!answer.ok)
    return {
      ok: false,
      reason: answer.reason,
      detail: answer.detail,
      latencyMs,
      next: adviceAfter(answer.reason, deps.source, query),
    };
  const served = { page: 1, takenAt: sent.endedAt, ...answer.content };
  const usable = served.rows.filter((row) => row.product !== null).length;
  return {
    ok: true,
    page: readPage(served, query),
    doubts: doubtsOf([served]),
    latencyMs,
    next: adviceFor(served.rows.length, usable, query),
  };
}

const SHOWN_ROWS = 3;

function readPage({ rows, total, hasMore, next = null }: ServedPage, { list }: Asking): ReadPage {
  const usable = rows.flatMap((row, index) =>
    row.product === null ? [] : [{ ...row, rank: row.rank ?? index + 1 }],
  );
  const isKnown = hasMore !== null || total !== null || rows.length === 0;
  const hasNext = next !== null || (hasMore ?? (total !== null && total > rows.length));
  return {
    rows: rows.length,
    total,
    first: usable.slice(0, SHOWN_ROWS),
    filled: Object.fromEntries(
      list.metrics.map(({ column }) => [
        column,
        usable.filter(({ metrics }) => (metrics[column] ?? null) !== null).length,
      ]),
    ),
    hasNext: isKnown ? hasNext && rows.length > 0 : null,
  };
}
