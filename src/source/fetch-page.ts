// One page of a pass: asked for until it is served or missing for good, or until the pass ends.
import type { Asking } from '../config/config.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { cursorFor, placed } from './declared/follow.ts';
import { endPass, type Pass } from './pass.ts';
import { limitReached } from './pass-limits.ts';
import { retryPauseMs, shouldRetry } from './retry.ts';
import { sendRequest, type SourceDeps } from './send-request.ts';

/**
 * How long 429s may hold up one pass. A source that refuses for longer is asked again in the next
 * slot.
 */
const MAX_LIMITED_MS = 20 * MINUTE_MS;

/**
 * Adds the page to `pass.served` or `pass.missing`, or to neither when the pass ends meanwhile. A
 * refusal of the account as a whole ends it.
 */
export async function fetchPage(
  deps: SourceDeps,
  pass: Pass,
  query: Asking,
  page: number,
): Promise<void> {
  const { cursor, isKnown } = cursorFor(pass, query, page);
  if (!isKnown)
    return endPass(pass, {
      reason: 'wrong_shape',
      detail: 'the page before it, which says how this one is asked for, is missing',
    });
  let failures = 0;
  let waits = 0;
  for (let attempt = 1; pass.ended === null; attempt++) {
    const reached = limitReached(pass);
    if (reached !== null) return endPass(pass, reached);
    pass.underWay += 1;
    const sent = await sendRequest(deps, query, { page, attempt, cursor }, pass.end.signal);
    pass.underWay -= 1;
    if (sent.kind === 'not_sent') return endPass(pass, sent);
    pass.requests += 1;
    pass.startedAt = Math.min(pass.startedAt ?? Infinity, sent.startedAt);
    const { answer, endedAt, pause } = sent;
    if (answer.ok) {
      const served = { page, takenAt: endedAt, ...answer.content };
      const kept = query.list.request === null ? served : placed(pass, query.list, served);
      pass.bytes += kept.body.length;
      pass.rows += kept.rows.length;
      pass.served.push(kept);
      return;
    }

    if (answer.wasNeverSent === true) pass.unsent += 1;
    const { reason, detail } = answer;
    if (reason === 'unauthorised' || reason === 'out_of_credits' || reason === 'aborted')
      return endPass(pass, { reason, detail });
    if (pause !== null) {
      // Pages wait at the same time: only what a 429 adds to the waits before it counts.
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
