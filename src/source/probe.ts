// Does the source work with this config? For `tidemark check --connect`.
import type { Asking } from '../config/config.ts';
import type { FailureReason } from '../model.ts';
import { sendRequest, type SourceDeps } from './send-request.ts';

export type Probe =
  /**
   * `rows` is what page 1 brought; `total` the length of the list as the source reports it. `next`
   * is null when all is well.
   */
  | { ok: true; rows: number; total: number | null; latencyMs: number; next: string | null }
  /** `latencyMs` is null when nothing was sent. */
  | { ok: false; reason: FailureReason; detail: string; latencyMs: number | null; next: string };

const LATER = 'Try again in a few minutes; if it stays, ask the provider of the source.';
const CONNECTION = 'Check source.base_url, the network, and any proxy or firewall on the way.';
const NOT_THE_API = 'Check source.base_url: what answered does not look like the API.';

/** What the user can do about it. */
const NEXT_STEPS: Record<FailureReason, string> = {
  bad_request: 'Check region, time_scope, category and keyword of the watch.',
  unauthorised: 'Check source.token: the source does not accept it.',
  out_of_credits: 'Top up the account, or wait until its quota is renewed.',
  forbidden: 'Check that the plan of the account includes this endpoint.',
  not_found: 'Check source.base_url; if it is right, the source no longer serves this list.',
  rate_limited: 'Lower source.requests_per_second, and wait a minute before trying again.',
  server_error: LATER,
  http_error: NOT_THE_API,
  upstream_error:
    'The source works, but what it reads from does not. Try again later; if it stays, ask the provider of the source.',
  nested_error:
    'The source works, but what it reads from does not. Try again later; if it stays, ask the provider of the source.',
  not_json: NOT_THE_API,
  truncated: LATER,
  wrong_content_type: NOT_THE_API,
  wrong_shape: NOT_THE_API,
  redirect:
    'Check source.base_url: redirects are not followed, as they would take the token elsewhere.',
  too_large: NOT_THE_API,
  timeout: 'Check the network, or raise source.timeout.',
  connection_reset: CONNECTION,
  connection_failed: CONNECTION,
  daily_credits: 'Raise source.daily_credits, or wait until 00:00 UTC.',
  pass_limit: NOT_THE_API,
  aborted: 'Run it again.',
};

/** Asks for page 1, once. It costs credits like any other request, and is in the ledger. */
export async function probeSource(deps: SourceDeps, query: Asking): Promise<Probe> {
  const sent = await sendRequest(deps, query, { page: 1, attempt: 1 }, deps.signal);
  if (sent.kind === 'not_sent')
    return {
      ok: false,
      reason: sent.reason,
      detail: sent.detail,
      latencyMs: null,
      next: NEXT_STEPS[sent.reason],
    };
  const { answer } = sent;
  const latencyMs = sent.endedAt - sent.startedAt;
  if (!answer.ok)
    return {
      ok: false,
      reason: answer.reason,
      detail: answer.detail,
      latencyMs,
      next: NEXT_STEPS[answer.reason],
    };
  const { rows, total } = answer.content;
  const usable = rows.filter((row) => row.product !== null).length;
  return { ok: true, rows: rows.length, total, latencyMs, next: adviceFor(rows.length, usable) };
}

function adviceFor(rows: number, usable: number): string | null {
  if (rows === 0)
    return 'The list is empty. Check region, time_scope, category and keyword of the watch; or the source has no data now.';
  if (usable === 0)
    return 'No row has a product id (third_ecom_category.id): the source may have changed its format.';
  return null;
}
