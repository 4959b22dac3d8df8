import type { Dispatcher } from 'undici';
import { request } from '../../../lib/http-client.ts';
import { deadline, SECOND_MS, type Instant } from '../../../lib/clock.ts';
import type { Secret } from '../../../lib/secret.ts';
import { failed, type FailedOutcome, type Failure, type Outcome } from '../../outcome.ts';
import { excerptOf } from '../../redaction.ts';
import type { SendingContext } from '../channel-kind.ts';
import { isBlockedLiteral } from '../../../lib/address-guard.ts';
import { connectionFailure, failureOfStatus } from './failure.ts';
import { parseRetryAfter } from './retry-after.ts';
import { readStart, MAX_RESPONSE_BYTES } from './read-start.ts';

/**
 * A connection that fails sooner was an idle one that the receiver had closed, or the receiver
 * restarts: it is tried once more at once.
 */
const QUICK_FAILURE_MS = SECOND_MS;

/** An answer other than 2xx. */
export type Refusal = { status: number; text: string };

/** What a refusal means: the failure, and a pause where the answer's text asks for one. */
export type Judgement = { failure: Failure; retryAfterMs?: number };

export type HttpPost = {
  url: URL;
  allowPrivate: boolean;
  /** Made anew for each exchange, since a signature holds its time. */
  headers(at: Instant): Record<string, string>;
  body: Buffer;
  /** What must not be kept of an answer. */
  secrets: readonly Secret[];
  /** Default: by the status alone. */
  judge?: (refusal: Refusal) => Judgement;
};

export type HttpLimits = Omit<SendingContext, 'smtp'>;

/**
 * Posts one message as JSON. Redirects are not followed. Never rejects: whatever happens is an
 * outcome, and names neither host nor URL.
 */
export async function post(message: HttpPost, limits: HttpLimits): Promise<Outcome> {
  const startedMs = limits.clock.monotonicMs();
  const first = await exchange(message, limits);
  const isQuick = limits.clock.monotonicMs() - startedMs < QUICK_FAILURE_MS;
  return first.kind === 'failed' && first.failure === 'connection' && isQuick
    ? exchange(message, limits)
    : first;
}

async function exchange(
  message: HttpPost,
  { senders: { agents }, clock, timeoutMs, signal }: HttpLimits,
): Promise<Outcome> {
  const { url, allowPrivate, body } = message;
  if (!allowPrivate && isBlockedLiteral(url)) return failed('blocked_address');
  const limit = deadline(timeoutMs, signal);
  try {
    const response = await request(url, {
      method: 'POST',
      dispatcher: allowPrivate ? agents.open : agents.guarded,
      headers: {
        'user-agent': 'tidemark',
        ...message.headers(clock.now()),
        'content-type': 'application/json',
      },
      body,
      signal: limit.signal,
    });
    return await readAnswer(response, message, clock.now());
  } catch (thrown) {
    if (signal.aborted) return failed('stopped');
    return limit.isOver()
      ? failed('timeout', { detail: `${timeoutMs / SECOND_MS} s` })
      : connectionFailure(thrown);
  } finally {
    limit.release();
  }
}

async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { secrets, judge = ({ status }) => ({ failure: failureOfStatus(status) }) }: HttpPost,
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
  const text = await readStart(body);
  const { failure, ...rest } = judge({ status: statusCode, text });
  return failed(failure, { ...answer, ...rest, excerpt: excerptOf(text, secrets) });
}
