// One page of a pass: asked for until it is served, missing for good, or the pass ends.
import type { ListQuery } from '../config/config.ts';
import { MINUTE_MS, type Instant } from '../lib/clock.ts';
import type { FailureReason, MissingPage, ServedPage } from '../model.ts';
import { limitReached, type PassLimits } from './pass-limits.ts';
import { retryPauseMs, shouldRetry } from './retry.ts';
import { sendRequest, type SourceDeps } from './send-request.ts';

/** What one crawl has come to so far. */
export type Pass = {
  limits: PassLimits;
  /** Requests begun and not ended. */
  underWay: number;
  served: ServedPage[];
  /** Pages that failed for good. */
  missing: MissingPage[];
  /** When its first request was sent. */
  startedAt: Instant | null;
  requests: number;
  /** Those that cost nothing: no connection was made. */
  unsent: number;
  /** Bytes and rows of the pages served. */
  bytes: number;
  rows: number;
  /** Set once: nothing more is asked for, and nothing waits any longer. Requests under way may finish, as they are paid for. */
  ended: { reason: FailureReason; detail: string } | null;
  /** Aborts when the pass ends. */
  end: AbortController;
  /** Rate limits: until when this pass was told to wait, by the monotonic clock, and how long in all. */
  limitedUntilMs: number;
  limitedMs: number;
};

/** The longest that 429s may hold up one pass. A source that refuses for longer is asked again in the next slot. */
const MAX_LIMITED_MS = 20 * MINUTE_MS;

export const startPass = (limits: PassLimits): Pass => ({
  limits,
  served: [],
  missing: [],
  startedAt: null,
  requests: 0,
  unsent: 0,
  underWay: 0,
  bytes: 0,
  rows: 0,
  ended: null,
  end: new AbortController(),
  limitedUntilMs: -Infinity,
  limitedMs: 0,
});

/** The first reason stays. */
export function endPass(pass: Pass, why: { reason: FailureReason; detail: string }): void {
  pass.ended ??= { reason: why.reason, detail: why.detail };
  pass.end.abort();
}

/** Adds the page to `pass.served` or `pass.missing`, or to neither when the pass ends meanwhile. A refusal of the account as a whole ends it. */
export async function fetchPage(
  deps: SourceDeps,
  pass: Pass,
  query: ListQuery,
  page: number,
): Promise<void> {
  let failures = 0;
  let waits = 0;
  for (let attempt = 1; pass.ended === null; attempt++) {
    const reached = limitReached(pass);
    if (reached !== null) return endPass(pass, reached);
    pass.underWay += 1;
    const sent = await sendRequest(deps, query, { page, attempt }, pass.end.signal);
    pass.underWay -= 1;
    if (sent.kind === 'not_sent') return endPass(pass, sent);
    pass.requests += 1;
    pass.startedAt = Math.min(pass.startedAt ?? Infinity, sent.startedAt);
    const { answer, endedAt, pause } = sent;
    if (answer.ok) {
      pass.bytes += answer.content.body.length;
      pass.rows += answer.content.rows.length;
      pass.served.push({ page, takenAt: endedAt, ...answer.content });
      return;
    }

    if (answer.wasNeverSent === true) pass.unsent += 1;
    const { reason, detail } = answer;
    if (reason === 'unauthorised' || reason === 'out_of_credits' || reason === 'aborted')
      return endPass(pass, { reason, detail });
    if (pause !== null) {
      // Pages wait together: only what a 429 adds to the waits of those before it counts.
      pass.limitedMs += Math.max(0, pause.untilMs - Math.max(pause.fromMs, pass.limitedUntilMs));
      pass.limitedUntilMs = Math.max(pass.limitedUntilMs, pause.untilMs);
      if (pass.limitedMs > MAX_LIMITED_MS)
        return endPass(pass, {
          reason,
          detail: `${detail} (more than 20 minutes of waiting in all)`,
        });
    }
    const count = pause === null ? ++failures : ++waits;
    if (!shouldRetry(reason, count)) {
      pass.missing.push({ page, reason, detail });
      return;
    }
    // After a 429 the limiter does the waiting.
    if (pause === null)
      await deps.clock.sleep(retryPauseMs(failures, deps.random()), pass.end.signal);
  }
}
