import { describe, expect, test } from 'vitest';
import type { FetchedList } from '../../src/model.ts';
import { METRICS } from '../../src/change/columns.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { buildList, type ServedList } from '../../src/snapshot/build.ts';
import { judge, type Precedent } from '../../src/snapshot/judge.ts';
import { fetchedList, makeWatch, type RowSpec } from '../support/world.ts';

/** Posts fall from rank to rank, as in a real list; every metric has a value. */
const row = (index: number, factor = 1): RowSpec => ({
  id: `p${index}`,
  posts: Math.round(factor * (20_000 / (index + 3))),
  posts_growth: 1,
  impressions: 1000 + index,
  likes: 5,
  comments: 2,
  shares: 1,
  ctr: 1.5,
  cvr: 3,
  view_rate_6s: 8,
  cpa: 4,
  cost: 100,
});
const rows = (count: number, factor = 1): RowSpec[] =>
  Array.from({ length: count }, (_, index) => row(index + 1, factor));
const built = (fetched: FetchedList, depth: number): ServedList =>
  buildList(fetched.pages, 20, makeWatch({ depth }));

const NOTHING: Precedent = { latestHash: null, lastComplete: null, sameListOf: null };

/** As after a complete snapshot of these rows, a day before. */
function after(list: readonly RowSpec[]): Precedent {
  const known = built(fetchedList(list), 500).rows;
  return {
    latestHash: null,
    sameListOf: null,
    lastComplete: {
      rows: new Map(
        known.map(({ product, rank, metrics }) => [
          product.upstreamId,
          { rank, posts: metrics.posts ?? null },
        ]),
      ),
      ageMs: DAY_MS,
      blankShares: new Map(
        METRICS.map(({ column }) => [
          column,
          {
            nulls: known.filter(({ metrics }) => metrics[column] === null).length / known.length,
            zeros: 0,
          },
        ]),
      ),
    },
  };
}

const verdict = (fetched: FetchedList, precedent: Precedent, depth = 100) =>
  judge(fetched, built(fetched, depth), depth, 20, precedent);

const swapPage = (list: RowSpec[], page: number, by: (index: number) => RowSpec): RowSpec[] =>
  list.map((one, index) => (Math.floor(index / 20) + 1 === page ? by(index + 1) : one));

describe('what a list is worth', () => {
  test.each<{
    name: string;
    list: FetchedList;
    precedent?: Precedent;
    depth?: number;
    status: string;
    reason: string | null;
    moved?: boolean;
  }>([
    { name: 'all that there is', list: fetchedList(rows(100)), status: 'complete', reason: null },
    {
      name: 'a list shorter than the depth',
      list: fetchedList(rows(44)),
      depth: 500,
      status: 'complete',
      reason: null,
    },
    {
      name: 'deeper than what is tracked',
      list: fetchedList(rows(100), { total: 500 }),
      status: 'complete',
      reason: null,
    },
    {
      name: 'a missing page',
      list: fetchedList(rows(100), { missing: [3] }),
      status: 'partial',
      reason: '80 of 100 products seen; page 3 missing (timeout: no answer within 30s)',
    },
    {
      name: 'several missing pages are told together',
      list: fetchedList(rows(100), { missing: [2, 4] }),
      status: 'partial',
      reason: '60 of 100 products seen; pages 2, 4 missing (timeout: no answer within 30s)',
    },
    {
      name: 'a row without an id',
      list: fetchedList([...rows(99), null]),
      status: 'partial',
      reason: '99 of 100 products seen; 1 row without a product id',
    },
    {
      name: 'a product served twice, another not at all',
      list: fetchedList([...rows(99), row(99)]),
      status: 'partial',
      reason: '99 of 100 products seen; 1 product served twice: the list moved while it was paged',
      moved: true,
    },
    {
      name: 'a total that promises more',
      list: fetchedList(rows(97), { total: 100 }),
      status: 'partial',
      reason: '97 of 100 products seen; pages were shorter than they should be',
    },
    {
      name: 'an empty list',
      list: fetchedList([]),
      status: 'failed',
      reason: 'the source answered with an empty list',
    },
    {
      name: 'no page at all',
      list: {
        ...fetchedList([]),
        missing: [{ page: 1, reason: 'server_error', detail: 'HTTP 503' }],
      },
      status: 'failed',
      reason: 'page 1 missing (server_error: HTTP 503)',
    },
    {
      name: 'rows without any id',
      list: fetchedList([null, null]),
      status: 'failed',
      reason: 'none of the 2 rows served has a product id',
    },
    {
      name: 'a watch that does not fit into the day',
      list: {
        ...fetchedList([]),
        missing: [{ page: 1, reason: 'daily_credits', detail: 'skipped: it needs 50 credits' }],
      },
      status: 'failed',
      reason: 'skipped: it needs 50 credits',
    },
    {
      name: 'identical to the one before',
      list: fetchedList(rows(100)),
      precedent: { ...NOTHING, latestHash: built(fetchedList(rows(100)), 100).contentHash },
      status: 'stale',
      reason: 'every row is identical to the snapshot before: the source did not refresh',
    },
    {
      name: 'identical to the list of another region',
      list: fetchedList(rows(100)),
      precedent: { ...NOTHING, sameListOf: { watch: 'gb-daily', region: 'GB' } },
      status: 'suspect',
      reason: 'identical to the list of gb-daily (GB): the source may have ignored the region',
    },
    {
      name: 'a day like the one before',
      list: fetchedList(rows(100, 1.2)),
      precedent: after(rows(100)),
      status: 'complete',
      reason: null,
    },
    {
      name: 'more than a quarter of the rows gone',
      list: fetchedList(rows(70)),
      precedent: after(rows(100)),
      status: 'suspect',
      reason: '70 rows, against 100 in the last complete snapshot, 1d before',
    },
    {
      name: 'a short list may shrink',
      list: fetchedList(rows(4)),
      precedent: after(rows(9)),
      status: 'complete',
      reason: null,
    },
    {
      name: 'rows gone with their pages are no mystery',
      list: fetchedList(rows(100), { missing: [4, 5] }),
      precedent: after(rows(100)),
      status: 'partial',
      reason: '60 of 100 products seen; pages 4, 5 missing (timeout: no answer within 30s)',
    },
    {
      name: 'another list',
      list: fetchedList(Array.from({ length: 100 }, (_, index) => row(index + 80))),
      precedent: after(rows(100)),
      status: 'suspect',
      reason: 'only 21 % of its products were in the last complete snapshot, 1d before',
    },
    {
      name: 'a metric suddenly missing',
      list: fetchedList(
        rows(100).map((one) => ({ ...(one as { id: string }), impressions: null })),
      ),
      precedent: after(rows(100)),
      status: 'suspect',
      reason:
        'impressions is missing in 100 % of the rows, against 0 % in the last complete snapshot, 1d before',
    },
    {
      name: 'a metric suddenly 0',
      list: fetchedList(rows(100).map((one) => ({ ...(one as { id: string }), cvr: 0 }))),
      precedent: after(rows(100)),
      status: 'suspect',
      reason: 'cvr is 0 in 100 % of the rows, against 0 % in the last complete snapshot, 1d before',
    },
    {
      name: 'another region: everything larger',
      list: fetchedList(rows(100, 4)),
      precedent: after(rows(100)),
      status: 'suspect',
      reason:
        'the median product has 4.0 times the posts of the last complete snapshot, 1d before: another region or window may have been served',
    },
    {
      name: 'one page of another region, in the middle',
      list: fetchedList(swapPage(rows(100), 3, (index) => row(index, 5))),
      precedent: after(rows(100)),
      status: 'suspect',
      reason:
        'pages 2 and 3 are not of one list: posts rise 4.9 times between them, in a list ordered by posts',
    },
    {
      name: 'one page of another region, at the top',
      list: fetchedList(swapPage(rows(100), 1, (index) => row(index, 5))),
      precedent: after(rows(100)),
      status: 'suspect',
      reason:
        'page 1 does not fit: its median product has 5.0 times the posts of the last complete snapshot, 1d before, the whole list 1.00 times',
    },
    {
      name: 'several products served twice',
      list: fetchedList([...rows(95), ...rows(5)]),
      status: 'suspect',
      reason: '5 products served twice: the list was rebuilt while it was paged',
      moved: true,
    },
    {
      name: 'a list that is not ordered by posts says nothing by its order',
      list: fetchedList(rows(100).reverse()),
      status: 'complete',
      reason: null,
    },
  ])('$name: $status', ({ list, precedent = NOTHING, depth, status, reason, moved = false }) => {
    expect(verdict(list, precedent, depth)).toEqual({ status, reason, moved });
  });

  test('a total that changes while it is paged is noticed, also when nothing is missing', () => {
    const fetched = fetchedList(rows(100));
    const pages = fetched.pages.map((page, index) => ({
      ...page,
      total: index < 3 ? 101 : 100,
      takenAt: page.takenAt + index,
    }));
    expect(verdict({ ...fetched, pages }, NOTHING)).toEqual({
      status: 'complete',
      reason: null,
      moved: true,
    });
  });
});
