// Stage 1 of 5: a list as it is served now, page by page. Awaits the network, so it runs outside any transaction.
import type { ListQuery } from '../config/config.ts';
import { MINUTE_MS, type Instant } from '../lib/clock.ts';
import type { FailureReason, FetchedList, MissingPage, ServedPage } from '../model.ts';
import { endOfList, lastPage } from './list-end.ts';
import { retryAfterMs, retryPauseMs, shouldRetry } from './retry.ts';
import { sendRequest, type SourceDeps } from './send-request.ts';

/** What one crawl has come to so far. */
type Pass = {
  served: ServedPage[];
  missing: MissingPage[];
  startedAt: Instant | null;
  requests: number;
  /** Set once: nothing more is asked for, and nothing waits any longer. Requests under way may finish, as they are paid for. */
  ended: { reason: FailureReason; detail: string } | null;
  /** Aborts when the pass ends. */
  end: AbortController;
  /** Rate limits: until when the pass has been told to wait, and how long in all. */
  limitedUntil: Instant;
  limitedMs: number;
};

/** The longest that 429s may hold up one pass. A source that refuses for longer is asked again in the next slot. */
const MAX_LIMITED_MS = 20 * MINUTE_MS;

/**
 * Fetches the first `query.depth` ranks, or all there are.
 *
 * 1. Page 1 alone: without it nothing else is asked for, and it shows how many rows a page really has.
 * 2. The others in ascending order, at most `source.concurrency` at once, until the pages served show where the list ends.
 * 3. A page that fails is asked for again where that may help; a refusal of the account as a whole, or the abort of
 *    `signal`, ends the pass, and the pages not fetched are missing for that reason.
 *
 * The result does not depend on the order in which answers come. It may hold rows below `depth`: ranks are
 * (page - 1) * fullPageSize(pages) + place on the page. Never rejects for anything the source does.
 */
export async function fetchList(deps: SourceDeps, query: ListQuery): Promise<FetchedList> {
  const calledAt = deps.clock.now();
  const pass: Pass = { served: [], missing: [], startedAt: null, requests: 0, ended: null, end: new AbortController(), limitedUntil: 0, limitedMs: 0 };
  const abort = () => endPass(pass, { reason: 'aborted', detail: 'the pass was stopped' });
  deps.signal.addEventListener('abort', abort, { once: true });
  if (deps.signal.aborted) abort();
  try {
    await fetchPage(deps, pass, query, 1);
    if (pass.served.length > 0) await fetchOthers(deps, pass, query);
  } finally {
    deps.signal.removeEventListener('abort', abort);
  }

  // Without page 1 nothing is known of how many there are.
  const last = pass.served.length === 0 ? 1 : lastPage(pass.served, query, deps.source.pageSize);
  const byPage = (a: { page: number }, b: { page: number }) => a.page - b.page;
  // The page after the last one is kept: it is what proves the end. Later ones were only asked for because requests overlap.
  const lastKept = (endOfList(pass.served) ?? Infinity) + 1;
  return {
    startedAt: pass.startedAt ?? calledAt,
    pages: pass.served.filter(({ page }) => page <= lastKept).sort(byPage),
    missing: missingPages(pass, last).sort(byPage),
    credits: pass.requests * deps.source.creditsPerRequest,
    requests: pass.requests,
    refused: refusalOf(pass),
  };
}

/** Each lane takes the next page, as long as the list is not known to end before it. */
async function fetchOthers(deps: SourceDeps, pass: Pass, query: ListQuery): Promise<void> {
  let asked = 1;
  const lane = async () => {
    while (pass.ended === null && asked < lastPage(pass.served, query, deps.source.pageSize)) await fetchPage(deps, pass, query, ++asked);
  };
  const lanes = await Promise.allSettled(Array.from({ length: deps.source.concurrency }, lane));
  // Only a bug or a failing ledger gets here. All lanes have come to rest, so nothing is written after the rejection.
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
}

/** Asks for one page until it is served, missing for good, or the pass ends. */
async function fetchPage(deps: SourceDeps, pass: Pass, query: ListQuery, page: number): Promise<void> {
  const { clock } = deps;
  let failures = 0;
  let waits = 0;
  for (let attempt = 1; pass.ended === null; attempt++) {
    const sent = await sendRequest(deps, query, { page, attempt }, pass.end.signal);
    if (sent.kind === 'not_sent') {
      if (sent.reason === 'daily_credits') endPass(pass, sent);
      return;
    }
    pass.requests += 1;
    pass.startedAt = Math.min(pass.startedAt ?? Infinity, sent.startedAt);
    const { answer } = sent;
    if (answer.ok) {
      pass.served.push({ page, takenAt: clock.now(), ...answer.content });
      return;
    }

    const { reason, detail } = answer;
    if (reason === 'unauthorised' || reason === 'out_of_credits') return endPass(pass, { reason, detail });
    if (reason === 'aborted') return;
    if (reason === 'rate_limited') {
      const now = clock.now();
      const until = now + retryAfterMs(answer.retryAfter, now);
      // Others pause too, also when this pass gives up.
      deps.limiter.pauseUntil(until);
      // Pages wait together: only what a 429 adds to the wait of the ones before it counts.
      pass.limitedMs += Math.max(0, until - Math.max(now, pass.limitedUntil));
      pass.limitedUntil = Math.max(pass.limitedUntil, until);
      if (pass.limitedMs > MAX_LIMITED_MS) return endPass(pass, { reason, detail: `${detail} (more than 20 minutes of waiting in all)` });
    }
    const count = reason === 'rate_limited' ? ++waits : ++failures;
    if (!shouldRetry(reason, count)) {
      pass.missing.push({ page, reason, detail });
      return;
    }
    if (reason !== 'rate_limited') await clock.sleep(retryPauseMs(failures, deps.random()), pass.end.signal);
  }
}

function endPass(pass: Pass, why: { reason: FailureReason; detail: string }): void {
  pass.ended ??= { reason: why.reason, detail: why.detail };
  pass.end.abort();
}

/** The pages that failed for good, and, when the pass ended early, all others up to the last one that was needed. */
function missingPages(pass: Pass, last: number): MissingPage[] {
  const missing = pass.missing.filter(({ page }) => page <= last);
  if (pass.ended === null) return missing;
  const known = new Set([...pass.served, ...missing].map(({ page }) => page));
  for (let page = 1; page <= last; page++) if (!known.has(page)) missing.push({ page, ...pass.ended });
  return missing;
}

function refusalOf({ ended }: Pass): FetchedList['refused'] {
  if (ended === null) return null;
  const { reason, detail } = ended;
  return reason === 'unauthorised' || reason === 'out_of_credits' || reason === 'daily_credits' ? { reason, detail } : null;
}
