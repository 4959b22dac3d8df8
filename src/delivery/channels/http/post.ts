import { Agent, request, type Dispatcher } from 'undici';
import type { WebhookChannel } from '../../../config/config.ts';
import { deadline, SECOND_MS, type Clock, type Instant } from '../../../lib/clock.ts';
import type { Secret } from '../../../lib/secret.ts';
import { skippingInterim } from '../../../lib/skip-interim.ts';
import { BLOCKED_CODE, guardedLookup, isBlockedLiteral } from './address-guard.ts';
import { failed, type FailedOutcome, type Failure, type Outcome } from '../../outcome.ts';
import { excerptOf, webhookSecrets } from '../../redaction.ts';
import { parseRetryAfter } from '../../retry.ts';
import { signatureHeaders } from '../webhook/sign.ts';

/** Of a response no more is read. */
const MAX_RESPONSE_BYTES = 16 * 1024;
/** A connection that fails sooner was an idle one that the receiver had closed, or a restart: it is worth one more try at once. */
const QUICK_FAILURE_MS = SECOND_MS;

/** Connections to receivers. `guarded` refuses addresses that are not public; `open` is for channels with `allow_private`. */
export type HttpAgents = { guarded: Agent; open: Agent };

/** The whole exchange is bounded by its signal, so undici's own limits, which do not notice a slow drip, are off. */
export function openAgents(): HttpAgents {
  const limits = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 4 * SECOND_MS };
  return {
    guarded: new Agent({
      ...limits,
      connect: skippingInterim({ timeout: 10 * SECOND_MS, lookup: guardedLookup() }),
    }),
    open: new Agent({ ...limits, connect: skippingInterim({ timeout: 10 * SECOND_MS }) }),
  };
}

export async function closeAgents(agents: HttpAgents): Promise<void> {
  await Promise.all([agents.guarded.destroy(), agents.open.destroy()]);
}

export type WebhookPost = { channel: WebhookChannel; id: string; body: Buffer };

export type WebhookLimits = {
  agents: HttpAgents;
  clock: Clock;
  timeoutMs: number;
  signal: AbortSignal;
};

/**
 * Posts one message. The signature is made for this attempt, over the frozen body. Redirects are not followed.
 * Never rejects: whatever happens is an outcome, and names neither host nor URL.
 */
export async function postWebhook(post: WebhookPost, limits: WebhookLimits): Promise<Outcome> {
  const startedMs = limits.clock.monotonicMs();
  const first = await exchange(post, limits);
  const isQuick = limits.clock.monotonicMs() - startedMs < QUICK_FAILURE_MS;
  return first.kind === 'failed' && first.failure === 'connection' && isQuick
    ? exchange(post, limits)
    : first;
}

async function exchange(
  { channel, id, body }: WebhookPost,
  { agents, clock, timeoutMs, signal }: WebhookLimits,
): Promise<Outcome> {
  const url = new URL(channel.url.reveal());
  if (!channel.allowPrivate && isBlockedLiteral(url)) return failed('blocked_address');
  const limit = deadline(timeoutMs, signal);
  try {
    const response = await request(url, {
      method: 'POST',
      dispatcher: channel.allowPrivate ? agents.open : agents.guarded,
      headers: headersOf(channel, id, body, clock.now()),
      body,
      signal: limit.signal,
    });
    return await readAnswer(response, webhookSecrets(channel), clock.now());
  } catch (thrown) {
    if (signal.aborted) return failed('stopped');
    return limit.isOver()
      ? failed('timeout', { detail: `${timeoutMs / SECOND_MS} s` })
      : connectionFailure(thrown);
  } finally {
    limit.release();
  }
}

function headersOf(
  channel: WebhookChannel,
  id: string,
  body: Buffer,
  at: Instant,
): Record<string, string> {
  const custom = Object.fromEntries(
    Object.entries(channel.headers).map(([name, value]) => [name, value.reveal()]),
  );
  // Ours come last: a custom header cannot forge a signature.
  return {
    'user-agent': 'tidemark',
    ...custom,
    'content-type': 'application/json',
    ...signatureHeaders({ id, at, body: body.toString() }, channel.secrets),
  };
}

async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  secrets: readonly Secret[],
  now: Instant,
): Promise<Outcome> {
  if (statusCode >= 200 && statusCode < 300) {
    // Accepted is accepted, whatever becomes of the body.
    await body.dump({ limit: MAX_RESPONSE_BYTES }).catch(() => undefined);
    return { kind: 'delivered', statusCode, excerpt: null };
  }
  const retryAfter = headers['retry-after'];
  const answer: Partial<FailedOutcome> = {
    statusCode,
    detail: `HTTP ${statusCode}`,
    retryAfterMs: parseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, now),
  };
  return failed(failureOfStatus(statusCode), {
    ...answer,
    excerpt: excerptOf(await readStart(body), secrets),
  });
}

/** The first 16 KB of a body; what came before it broke off is worth having too. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_RESPONSE_BYTES) break;
    }
  } catch {
    chunks.push(Buffer.from(' (the answer broke off)'));
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString();
}

/** The table of alerting.md 2.4. */
export function failureOfStatus(status: number): Failure {
  if (status === 408) return 'timeout';
  if (status === 425 || status === 429) return 'rate_limited';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not_found';
  if (status === 410) return 'gone';
  if ([400, 413, 415, 422].includes(status)) return 'refused';
  if (status >= 500) return 'server_error';
  return status < 400 ? 'redirect' : 'client_error';
}

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const TIMEOUT_CODES = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Only the code is kept: messages of the network name hosts and addresses. */
export function connectionFailure(thrown: unknown): FailedOutcome {
  const code =
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
      ? thrown.code
      : 'unknown';
  if (code === BLOCKED_CODE) return failed('blocked_address');
  if (DNS_CODES.has(code)) return failed('dns', { detail: code });
  if (TIMEOUT_CODES.has(code)) return failed('timeout', { detail: code });
  return failed(TLS_CODE.test(code) ? 'tls' : 'connection', { detail: code });
}
