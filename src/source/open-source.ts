import { Agent } from '../lib/http-client.ts';
import type { Asking, SourceConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { guardedLookup } from '../lib/address-guard.ts';
import { skippingInterim } from '../lib/skip-interim.ts';
import type { FetchedList, Ledger } from '../model.ts';
import { fetchList } from './fetch-list.ts';
import { createLimiter } from './limiter.ts';
import type { SourceDeps } from './send-request.ts';

/**
 * The source as the rest of the program sees it: one limiter and one pool of connections for all
 * passes.
 */
export type Source = {
  fetchList: (query: Asking, ledger: Ledger, signal: AbortSignal) => Promise<FetchedList>;
  /** What a single request outside a pass needs, such as that of a probe. */
  deps(ledger: Ledger, signal: AbortSignal): SourceDeps;
  close(): Promise<void>;
};

/** `random` gives the jitter of pauses, in [0, 1). */
export function openSource(source: SourceConfig, clock: Clock, random: () => number): Source {
  const dispatcher = new Agent({
    connections: source.concurrency,
    connect: skippingInterim(source.allowPrivate ? {} : { lookup: guardedLookup() }),
  });
  const limiter = createLimiter(source, clock);
  const deps = (ledger: Ledger, signal: AbortSignal): SourceDeps => ({
    source,
    dispatcher,
    limiter,
    clock,
    random,
    ledger,
    signal,
  });
  return {
    deps,
    fetchList: (query, ledger, signal) => fetchList(deps(ledger, signal), query),
    close: () => dispatcher.destroy(),
  };
}
