// The only way to the source: each request waits for its turn, and has a row in the ledger.
import type { Dispatcher } from 'undici';
import type { Asking, SourceConfig } from '../config/config.ts';
import type { Clock, Instant } from '../lib/clock.ts';
import type { FailureReason, Ledger } from '../model.ts';
import type { Limiter } from './limiter.ts';
import { requestPage, type PageAnswer } from './request-page.ts';
import { retryAfterMs } from './retry.ts';

export type SourceDeps = {
  source: SourceConfig;
  dispatcher: Dispatcher;
  /** One per source, shared by all passes. */
  limiter: Limiter;
  clock: Clock;
  ledger: Ledger;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  /** Ends everything at once: waiting, and requests under way. */
  signal: AbortSignal;
};

export type Sent = {
  kind: 'sent';
  startedAt: Instant;
  endedAt: Instant;
  answer: PageAnswer;
  /**
   * From and until when the source wants no more requests, by the monotonic clock; null when this
   * one was not rate limited.
   */
  pause: { fromMs: number; untilMs: number } | null;
};
export type NotSent = {
  kind: 'not_sent';
  reason: Extract<FailureReason, 'daily_credits' | 'aborted'>;
  detail: string;
};

/**
 * 1. Waits for its turn, unless `leaveQueue` aborts meanwhile.
 * 2. Opens a row in the ledger, BEFORE anything is sent: a killed process must not forget what it spent. The ledger refuses what does not fit into the day.
 * 3. Sends, and closes the row with what came of it.
 * 4. After a 429 pauses the limiter, BEFORE its place is free for the next request.
 */
export async function sendRequest(
  deps: SourceDeps,
  query: Asking,
  request: { page: number; attempt: number; cursor?: string | null },
  leaveQueue: AbortSignal,
): Promise<Sent | NotSent> {
  const { clock, ledger, limiter, source } = deps;
  const sent = await limiter.run(async (): Promise<Sent | NotSent> => {
    const { page, attempt, cursor = null } = request;
    const row = ledger.begin({ page, attempt });
    if (row === 'refused')
      return {
        kind: 'not_sent',
        reason: 'daily_credits',
        detail: `the limit of ${source.dailyCredits ?? 0} credits a day leaves none for another request`,
      };

    const startedAt = clock.now();
    const startedMs = clock.monotonicMs();
    const answer = await requestPage(deps, query, { page, cursor });
    const endedAt = clock.now();
    const endedMs = clock.monotonicMs();
    const { httpStatus, bodyCode, upstreamRequestId } = answer;
    const failure = answer.ok ? null : answer;
    ledger.end(row.id, {
      outcome: failure?.reason ?? 'ok',
      detail: failure?.detail ?? null,
      durationMs: endedMs - startedMs,
      httpStatus,
      bodyCode,
      upstreamRequestId,
      ...(failure?.wasNeverSent === true ? { wasNeverSent: true } : {}),
    });

    const pause =
      failure?.reason === 'rate_limited'
        ? { fromMs: endedMs, untilMs: endedMs + retryAfterMs(failure.retryAfter, endedAt) }
        : null;
    if (pause !== null) limiter.pauseUntil(pause.untilMs);
    return { kind: 'sent', startedAt, endedAt, answer, pause };
  }, leaveQueue);
  return sent === 'aborted'
    ? { kind: 'not_sent', reason: 'aborted', detail: 'stopped before the request was sent' }
    : sent;
}
