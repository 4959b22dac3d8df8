// Stage 1 of 5: a list as it is served now, page by page. Awaits the network, so it runs outside
// any transaction.
import { setMaxListeners } from 'node:events';
import type { Asking } from '../config/config.ts';
import { costOf, creditsFor } from '../config/pass-cost.ts';
import { isNumbered } from '../list/request.ts';
import { plural } from '../lib/text.ts';
import type { FetchedList, MissingPage, ServedPage } from '../model.ts';
import { doubtsOf } from './declared/follow.ts';
import { limitsOf, pagesTooSmall } from './pass-limits.ts';
import { fetchPage } from './fetch-page.ts';
import { endOfList, lastPage } from './list-end.ts';
import { endPass, startPass, type Pass } from './pass.ts';
import { sizeKey } from './probe-advice.ts';
import type { SourceDeps } from './send-request.ts';

/**
 * Fetches the first `query.depth` ranks, or all there are.
 *
 * 1. Page 1 alone: without it nothing else is asked for, and it shows how many rows a page really has.
 * 2. The others in ascending order, at most `source.concurrency` at once, until the pages served show where the list ends.
 * 3. A page that fails is asked for again where that may help; a refusal of the account as a whole, or the abort of
 *    `signal`, ends the pass, and the pages not fetched are missing for that reason.
 *
 * The result does not depend on the order in which answers come. It may hold rows below `depth`:
 * ranks are (page - 1) * fullPageSize(pages) + place on the page. Never rejects for anything the
 * source does.
 */
export async function fetchList(deps: SourceDeps, query: Asking): Promise<FetchedList> {
  const calledAt = deps.clock.now();
  const { request } = query.list;
  const cost = costOf(deps.source, query.list);
  const pass = startPass(limitsOf(query, cost.pageSize, request?.maxBodyBytes));
  const abort = () => endPass(pass, { reason: 'aborted', detail: 'the pass was stopped' });
  // Each request under way listens to these signals, so more than ten listeners are no leak.
  setMaxListeners(0, deps.signal, pass.end.signal);
  deps.signal.addEventListener('abort', abort, { once: true });
  if (deps.signal.aborted) abort();
  try {
    await fetchPage(deps, pass, query, 1);
    if (pass.served.length > 0)
      await (request === null || isNumbered(request)
        ? fetchOthers(deps, pass, query, cost.pageSize)
        : followPages(deps, pass, query));
  } finally {
    deps.signal.removeEventListener('abort', abort);
  }

  // Without page 1 nothing is known of how many there are.
  const last = lastOf(pass, query, cost.pageSize);
  // The first page after the end is kept, since it proves the end. Later pages were only asked for
  // because requests overlap.
  const lastKept = (endOfList(pass.served) ?? Infinity) + 1;
  const byPage = (a: { page: number }, b: { page: number }) => a.page - b.page;
  const pages = pass.served.filter(({ page }) => page <= lastKept).sort(byPage);
  const isEmpty = pages.length > 0 && pages.every(({ rows }) => rows.length === 0);
  const doubts = [
    ...doubtsOf(pages),
    ...(isEmpty && request?.empty === 'suspicious' ? ['the list is empty'] : []),
  ];
  return {
    startedAt: pass.startedAt ?? calledAt,
    pages,
    missing: [...missingPages(pass, last), ...cutOff(pages, pass, query)].sort(byPage),
    credits: creditsFor(pass.requests - pass.unsent, cost),
    requests: pass.requests,
    refused: refusalOf(pass),
    ...(doubts.length === 0 ? {} : { doubts }),
    ...(isEmpty && request?.empty === 'not_yet' ? { isUnpublished: true } : {}),
  };
}

/** The page after the most that are asked for, where the list goes on and ranks are wanted of it. */
function cutOff(pages: readonly ServedPage[], pass: Pass, { depth }: Asking): MissingPage[] {
  const last = pages.find(({ isCapped }) => isCapped === true);
  if (last === undefined || pass.rows >= depth) return [];
  const detail = `the list goes on after ${plural(last.page, 'page')}, the most that are asked for (pages.most)`;
  return [{ page: last.page + 1, reason: 'pass_limit', detail }];
}

/** The last page that is needed; without page 1 nothing is known of how many there are. */
function lastOf(pass: Pass, query: Asking, pageSize: number): number {
  if (pass.served.length === 0) return 1;
  const { request } = query.list;
  if (request === null || isNumbered(request)) return lastPage(pass.served, query, pageSize);
  return Math.max(...[...pass.served, ...pass.missing].map(({ page }) => page));
}

/** Fetches pages that only the page before them can name, one after the other. */
async function followPages(deps: SourceDeps, pass: Pass, query: Asking): Promise<void> {
  for (let page = 2; pass.ended === null && pass.rows < query.depth; page++) {
    const before = pass.served.find((served) => served.page === page - 1);
    if (before === undefined || before.hasMore === false) return;
    await fetchPage(deps, pass, query, page);
  }
}

/**
 * Each lane takes the next page, as long as no end of the list is known before it and the plan
 * allows it.
 */
async function fetchOthers(
  deps: SourceDeps,
  pass: Pass,
  query: Asking,
  pageSize: number,
): Promise<void> {
  // Where nothing says how long a list is, a page is asked for only once the one before it was no
  // end: pages after the end cost as much as others.
  const isOpen = query.list.request !== null && query.list.request.end.total === null;
  const concurrency = isOpen ? 1 : deps.source.concurrency;
  let asked = 1;
  const isMissing = () => pass.ended === null && asked < lastPage(pass.served, query, pageSize);
  const tooSmall = () => pagesTooSmall(pass, query, pageSize, asked, sizeKey(deps.source, query));
  const lane = async () => {
    try {
      while (isMissing() && tooSmall() === null) await fetchPage(deps, pass, query, ++asked);
    } catch (thrown) {
      // Only a bug or a failing ledger gets here. What cannot be recorded must not be sent by
      // another lane either.
      endPass(pass, { reason: 'aborted', detail: 'the pass failed' });
      throw thrown;
    }
  };
  // Once more, as a page under way may have been larger than those that stopped the lanes.
  while (isMissing() && tooSmall() === null) {
    const lanes = await Promise.allSettled(Array.from({ length: concurrency }, lane));
    // It is thrown only now that all lanes have stopped, so that nothing is written after the
    // rejection.
    for (const result of lanes) if (result.status === 'rejected') throw result.reason;
  }
  const why = isMissing() ? tooSmall() : null;
  if (why !== null) endPass(pass, why);
}

/**
 * The pages that failed for good, and, when the pass ended early, all others up to the last one
 * that was needed.
 */
function missingPages(pass: Pass, last: number): MissingPage[] {
  const missing = pass.missing.filter(({ page }) => page <= last);
  if (pass.ended === null) return missing;
  const known = new Set([...pass.served, ...missing].map(({ page }) => page));
  for (let page = 1; page <= last; page++) {
    if (known.has(page)) continue;
    missing.push({ page, ...pass.ended });
    // One page stands for all: how many pages a list of tiny ones would have says nothing.
    if (pass.ended.reason === 'pass_limit') break;
  }
  return missing;
}

function refusalOf({ ended }: Pass): FetchedList['refused'] {
  if (ended === null) return null;
  const { reason, detail } = ended;
  return reason === 'unauthorised' || reason === 'out_of_credits' || reason === 'daily_credits'
    ? { reason, detail }
    : null;
}
