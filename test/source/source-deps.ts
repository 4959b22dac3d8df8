import type { ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { afterEach } from 'vitest';
import type { ListQuery, SourceConfig } from '../../src/config/config.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import type { FetchedList, Ledger, RequestOutcome } from '../../src/model.ts';
import { createLimiter } from '../../src/source/limiter.ts';
import { fullPageSize } from '../../src/source/list-end.ts';
import type { SourceDeps } from '../../src/source/send-request.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { askedFrom, makeAccount, type AskedOf } from '../support/world.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { scriptedServer, type ScriptedRequest, type ScriptedServer } from './scripted-server.ts';

export const TOKEN = 'sk_live_4f9a8c';

export const makeSource = (baseUrl: string, changes: Partial<SourceConfig> = {}): SourceConfig =>
  makeAccount({
    baseUrl,
    auth: { kind: 'bearer', token: makeSecret(TOKEN) },
    requestsPerSecond: 100_000,
    timeoutMs: 10_000,
    dailyCredits: 500,
    ...changes,
  });

export function makeQuery(changes: Partial<ListQuery> & AskedOf = {}): ListQuery {
  const { asked, others } = askedFrom(changes);
  return { list: TOP_PRODUCTS, asked, depth: 100, ...others };
}

/** What a scripted server does with a request. */
export type Answer = (request: ScriptedRequest, response: ServerResponse) => unknown;

type LedgerRow = { page: number; attempt: number; outcome: RequestOutcome | null };

/** Keeps every row; refuses once `limit` requests were begun. */
export function memoryLedger(limit = Infinity): Ledger & { rows: LedgerRow[] } {
  const rows: LedgerRow[] = [];
  return {
    rows,
    begin: (request) =>
      rows.length >= limit ? 'refused' : { id: rows.push({ ...request, outcome: null }) - 1 },
    end: (id, outcome) => {
      const row = rows[id];
      if (row === undefined || row.outcome !== null)
        throw new Error(`request ${id} ended, but it was not under way`);
      row.outcome = outcome;
    },
  };
}

export type TestDeps = SourceDeps & {
  clock: ManualClock;
  ledger: ReturnType<typeof memoryLedger>;
  dispatcher: Agent;
  close: () => Promise<void>;
};

/** With a clock that lets every pause pass at once. */
export function makeDeps(
  baseUrl: string,
  changes: {
    source?: Partial<SourceConfig>;
    ledgerLimit?: number;
    signal?: AbortSignal;
    clock?: ManualClock;
  } = {},
): TestDeps {
  const source = makeSource(baseUrl, changes.source);
  const clock = changes.clock ?? manualClock('2026-11-23T06:00:00Z', { auto: true });
  const dispatcher = new Agent();
  return {
    source,
    clock,
    dispatcher,
    limiter: createLimiter(source, clock),
    ledger: memoryLedger(changes.ledgerLimit),
    random: () => 0.5,
    signal: changes.signal ?? new AbortController().signal,
    close: () => dispatcher.destroy(),
  };
}

/** Makes sources with a scripted server behind them. After each test all are closed. */
export function useScriptedSource() {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  return async (
    answer: Answer,
    changes: Parameters<typeof makeDeps>[1] = {},
  ): Promise<{ server: ScriptedServer; deps: TestDeps }> => {
    const server = await scriptedServer(answer);
    cleanups.push(server.close);
    const deps = makeDeps(server.url, changes);
    cleanups.push(deps.close);
    return { server, deps };
  };
}

/** `1:Product 1, 2:Product 2 …` as ranks are computed from a fetched list. */
export function ranksOf(fetched: FetchedList, depth = Infinity): Map<number, string | null> {
  const size = fullPageSize(fetched.pages);
  const ranks = new Map<number, string | null>();
  for (const page of fetched.pages) {
    page.rows.forEach((row, index) => {
      const rank = (page.page - 1) * size + index + 1;
      if (rank <= depth) ranks.set(rank, row.product?.name ?? null);
    });
  }
  return ranks;
}
