// A series without a database: what store/precedent.ts would find, kept in memory, so that thousands of lists can be judged.
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { DAY_MS, type Instant } from '../../src/lib/clock.ts';
import type { FetchedList, ServedPage } from '../../src/model.ts';
import { buildList, type RankedProduct, type ServedList } from '../../src/snapshot/build.ts';
import type { EarlierList } from '../../src/snapshot/earlier.ts';
import { judge, type Precedent, type Verdict } from '../../src/snapshot/judge.ts';
import { SPREADS_KEPT, type Spread } from '../../src/snapshot/spread.ts';
import { fullPageSize } from '../../src/source/list-end.ts';
import { makeWatch } from './world.ts';

export const PAGE_SIZE = 20;

/** A list as it would be fetched, page by page; `total` as the source says. */
export function asFetched(
  rows: readonly RankedProduct[],
  options: { total?: number; missing?: readonly number[] } = {},
): FetchedList {
  const { total = rows.length, missing = [] } = options;
  const count = Math.ceil(rows.length / PAGE_SIZE);
  const pages = Array.from({ length: count }, (_, index): ServedPage => ({
    page: index + 1,
    takenAt: 0,
    rows: rows
      .slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE)
      .map(({ product, metrics }) => ({ product, metrics })),
    total,
    hasMore: index + 1 < count,
    body: '',
  }));
  return {
    startedAt: 0,
    pages: pages.filter(({ page }) => !missing.includes(page)),
    missing: missing.map((page) => ({ page, reason: 'timeout', detail: 'no answer' })),
    credits: 0,
    requests: count,
    refused: null,
  };
}

type Stored = { slotAt: Instant; list: ServedList; verdict: Verdict };

export type MemorySeries = {
  /** What a list would be found to be, of a slot after all that are stored. */
  judge(fetched: FetchedList, slotAt: Instant): Verdict;
  /** Judges it, and keeps it. */
  store(fetched: FetchedList, slotAt: Instant): Verdict;
};

export function memorySeries({
  depth,
  windowDays,
}: {
  depth: number;
  windowDays: number;
}): MemorySeries {
  const watch = makeWatch({ depth });
  const stored: Stored[] = [];

  const earlier = ({ slotAt, list }: Stored, now: Instant): EarlierList => ({
    slotAt,
    ageMs: now - slotAt,
    total: list.totals.length === 0 ? null : Math.max(...list.totals),
    rows: new Map(
      list.rows.map(({ product, rank, metrics }) => [
        product.upstreamId,
        { rank, values: TOP_PRODUCTS.metrics.map(({ column }) => metrics[column] ?? null) },
      ]),
    ),
  });

  function precedentOf(list: ServedList, slotAt: Instant): Precedent {
    const complete = stored.filter(({ verdict }) => verdict.status === 'complete');
    const counted = stored.filter(({ verdict: { status } }) =>
      ['complete', 'partial'].includes(status),
    );
    const last = complete.at(-1);
    const served = stored.findLast(
      (one) => one.slotAt >= slotAt - 30 * DAY_MS && one.list.contentHash.equals(list.contentHash),
    );
    return {
      served:
        served === undefined
          ? null
          : {
              slotAt: served.slotAt,
              ageMs: slotAt - served.slotAt,
              isLatest: served === stored.at(-1),
            },
      last: last === undefined ? null : earlier(last, slotAt),
      usual: complete
        .map(({ verdict }) => verdict.spread)
        .filter((spread): spread is Spread => spread !== null)
        .slice(-SPREADS_KEPT),
      shortfalls: counted.slice(-2).map(({ verdict }) => verdict.shortfall),
      sameListOf: null,
      doubted: () => {
        const since = stored.findLastIndex(({ verdict: { status } }) =>
          ['complete', 'partial'].includes(status),
        );
        return stored
          .slice(since + 1)
          .filter(({ verdict }) => verdict.status === 'suspect')
          .slice(-2)
          .reverse()
          .map((one) => earlier(one, slotAt));
      },
    };
  }

  const judged = (fetched: FetchedList, slotAt: Instant): Stored => {
    const pageSize = fullPageSize(fetched.pages, PAGE_SIZE);
    const list = buildList(fetched.pages, pageSize, watch);
    const asked = { kind: TOP_PRODUCTS, said: {}, depth, pageSize, windowMs: windowDays * DAY_MS };
    return { slotAt, list, verdict: judge(fetched, list, asked, precedentOf(list, slotAt)) };
  };
  return {
    judge: (fetched, slotAt) => judged(fetched, slotAt).verdict,
    store: (fetched, slotAt) => {
      const one = judged(fetched, slotAt);
      if (one.list.rows.length > 0) stored.push(one);
      return one.verdict;
    },
  };
}
