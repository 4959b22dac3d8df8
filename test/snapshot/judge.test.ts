import { describe, expect, test } from 'vitest';
import type { FetchedList } from '../../src/model.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { buildList, type ServedList } from '../../src/snapshot/build.ts';
import { judge, type Precedent } from '../../src/snapshot/judge.ts';
import { fullPageSize } from '../../src/source/list-end.ts';
import { DAY_ZERO, fetchedList, makeWatch, type RowSpec } from '../support/world.ts';

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
const sizeOf = (fetched: FetchedList): number => fullPageSize(fetched.pages, 20);
const built = (fetched: FetchedList, depth: number): ServedList =>
  buildList(fetched.pages, sizeOf(fetched), makeWatch({ depth }));

const NOTHING: Precedent = {
  served: null,
  last: null,
  usual: [],
  shortfalls: [],
  sameListOf: null,
  doubted: () => [],
};

/** As after a complete snapshot of these rows, a day before. */
const after = (list: readonly RowSpec[], total: number | null = list.length): Precedent => ({
  ...NOTHING,
  last: {
    slotAt: DAY_ZERO,
    ageMs: DAY_MS,
    total,
    rows: new Map(
      built(fetchedList(list), 500).rows.map(({ product, rank, metrics }) => [
        product.upstreamId,
        { rank, values: TOP_PRODUCTS.metrics.map(({ column }) => metrics[column] ?? null) },
      ]),
    ),
  },
});

const judged = (
  fetched: FetchedList,
  precedent: Precedent,
  depth = 100,
  kind: ListKind = TOP_PRODUCTS,
) =>
  judge(
    fetched,
    built(fetched, depth),
    { kind, said: {}, depth, pageSize: sizeOf(fetched), windowMs: DAY_MS },
    precedent,
  );
const verdict = (...args: Parameters<typeof judged>) => {
  const { status, reason, moved } = judged(...args);
  return { status, reason, moved };
};

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
      precedent: { ...NOTHING, served: { slotAt: DAY_ZERO, ageMs: DAY_MS, isLatest: true } },
      status: 'stale',
      reason: 'every row is identical to the snapshot before: the source did not refresh',
    },
    {
      name: 'identical to the list of another region',
      list: fetchedList(rows(100)),
      precedent: { ...NOTHING, sameListOf: { watch: 'gb-daily', region: 'GB', fit: null } },
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

  test('of totals that differ the largest counts, and the move is noticed', () => {
    const fetched = fetchedList(rows(100));
    const pages = fetched.pages.map((page, index) => ({
      ...page,
      total: index < 3 ? 101 : 100,
      takenAt: page.takenAt + index,
    }));
    expect(verdict({ ...fetched, pages }, NOTHING, 500)).toEqual({
      status: 'partial',
      reason: '100 of 101 products seen; the total changed from 101 to 100 while it was paged',
      moved: true,
    });
    expect(verdict({ ...fetched, pages }, NOTHING, 100)).toEqual({
      status: 'complete',
      reason: null,
      moved: true,
    });
  });
});

describe('a needed page that is missing', () => {
  const withoutPage5 = (total: (page: number) => number | null): FetchedList => {
    const fetched = fetchedList(rows(200), { missing: [5] });
    return {
      ...fetched,
      pages: fetched.pages.map((page) => ({ ...page, total: total(page.page) })),
    };
  };

  test.each([
    ['without any total', () => null],
    ['with a last total that is wrong', (page: number) => (page === 10 ? 180 : 200)],
    ['with a total that leaves the page out', () => 180],
  ])('%s leaves the list partial', (_, total) => {
    expect(verdict(withoutPage5(total), NOTHING, 500)).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(/^180 (of 200 )?products seen; page 5 missing/),
    });
  });

  test('a list without a total whose end is an empty page is complete', () => {
    const fetched = fetchedList(rows(40), { total: null });
    const [first, second] = fetched.pages.map((page) => ({ ...page, hasMore: null }));
    const empty = { ...second, page: 3, rows: [], body: '' };
    const pages = [first, second, empty] as FetchedList['pages'];
    expect(verdict({ ...fetched, pages }, NOTHING, 500).status).toBe('complete');
  });
});

describe('a page that is longer than asked for', () => {
  const withRows = (...sizes: number[]): FetchedList => {
    const all = rows(sizes.reduce((sum, size) => sum + size, 0));
    const fetched = fetchedList(all);
    let from = 0;
    const pages = sizes.map((size, index) => {
      const page = fetchedList(all.slice(from, (from += size)), { pageSize: size }).pages[0];
      return { ...page, page: index + 1, total: all.length, hasMore: index + 1 < sizes.length };
    }) as FetchedList['pages'];
    return { ...fetched, pages };
  };

  test('makes the list suspect, is named, and shifts nobody', () => {
    const fetched = withRows(20, 21, 20, 20);
    expect(verdict(fetched, NOTHING, 500)).toMatchObject({
      status: 'suspect',
      reason: 'page 2 has 21 rows, where a full page has 20: the ranks after it cannot be told',
    });
    expect(built(fetched, 500).rows.find(({ product }) => product.upstreamId === 'p42')?.rank).toBe(
      41,
    );
  });

  test('so does one that is longer than all others of a server that clamps its pages', () => {
    expect(verdict(withRows(10, 10, 11, 10, 10, 4), NOTHING, 500)).toMatchObject({
      status: 'suspect',
      reason: expect.stringContaining('page 3 has 11 rows, where a full page has 10'),
    });
  });

  test.each([[[50, 50, 50]], [[50, 50, 12]], [[61]]])(
    'a server that ignores the limit on every page is believed: %j',
    (sizes) => {
      expect(verdict(withRows(...sizes), NOTHING, 500)).toMatchObject({ status: 'complete' });
    },
  );

  test('but not when the total says that the first page was merely too long', () => {
    const fetched = withRows(21, 4);
    const pages = fetched.pages.map((page) => ({ ...page, total: 24 }));
    expect(verdict({ ...fetched, pages }, NOTHING, 500)).toMatchObject({
      status: 'suspect',
      reason: expect.stringContaining('page 1 has 21 rows'),
    });
  });
});

describe('what a list is compared with', () => {
  test('an older list that is served again is stale, and says of when it is', () => {
    const precedent = {
      ...after(rows(100)),
      served: { slotAt: DAY_ZERO, ageMs: 3 * DAY_MS, isLatest: false },
    };
    expect(verdict(fetchedList(rows(100)), precedent)).toMatchObject({
      status: 'stale',
      reason:
        'every row is identical to the snapshot of 2026-01-01T06:00:00.000Z, 3d before: an older list was served again',
    });
  });

  test('ranks alone may come back to what they were', () => {
    const ids = rows(30).map((one) => (one as { id: string }).id);
    const precedent = {
      ...NOTHING,
      served: { slotAt: DAY_ZERO, ageMs: 3 * DAY_MS, isLatest: false },
    };
    expect(verdict(fetchedList(ids), precedent).status).toBe('complete');
  });

  test.each([
    ['cost and cpa in another currency', { cost: 25_000, cpa: 25_000 }, '25000'],
    ['likes times ten', { likes: 10 }, '10.0'],
    ['impressions in thousands', { impressions: 0.001 }, '0.0010'],
    ['a click rate as a share', { ctr: 0.01 }, '0.01'],
  ])('another scale is named, with its factor: %s', (_, change: Record<string, number>, named) => {
    const list = rows(100).map((one) => {
      const spec = { ...(one as { id: string } & Record<string, number | string>) };
      for (const [field, factor] of Object.entries(change))
        spec[field] = Number(spec[field]) * factor;
      return spec;
    });
    const { status, reason } = verdict(fetchedList(list), after(rows(100)));
    expect(status).toBe('suspect');
    for (const field of Object.keys(change)) expect(reason).toContain(`${field} is ${named} times`);
  });

  test('what a few products do is data', () => {
    const list = rows(100).map((one, index) =>
      index % 4 === 0 ? { ...(one as { id: string }), cost: 2_500_000, likes: 900 } : one,
    );
    expect(verdict(fetchedList(list), after(rows(100))).status).toBe('complete');
  });

  test.each([
    ['of all', 500, 250, 'it says that it has 250 products, where it had 500 in'],
    ['of a list cut among products with a level, where a tenth is much', 500, 449, 'has 449'],
    ['of one whose tail is thin', 300, 209, 'has 209'],
  ])('a total that drops is doubted, whatever the depth: %s', (_, before, total, reason) => {
    const thin = before === 300 ? 0.001 : 1;
    const now = fetchedList(rows(100, thin), { total });
    expect(verdict(now, after(rows(100, thin), before))).toMatchObject({
      status: 'suspect',
      reason: expect.stringContaining(reason),
    });
  });

  test.each([
    ['a tenth', 500, 450, 1],
    ['nine products of thirty', 30, 21, 1],
    ['a quarter, where the tail is thin', 400, 300, 0.001],
    ['more, where nothing said before how long it was', null, 100, 1],
    ['growth', 250, 500, 1],
  ])('a total may drop by %s', (_, before, total, factor) => {
    const count = Math.min(total, 100);
    const now = fetchedList(rows(count, factor), { total });
    expect(verdict(now, after(rows(count, factor), before)).status).toBe('complete');
  });

  test('a list without totals that ends where it went on is doubted', () => {
    const bare = (count: number) => {
      const fetched = fetchedList(rows(count), { total: null });
      return { ...fetched, pages: fetched.pages.map((page) => ({ ...page, hasMore: null })) };
    };
    const ended = bare(80);
    const end = { ...ended.pages[3], page: 5, rows: [] } as FetchedList['pages'][number];
    expect(verdict(bare(100), after(rows(100), null)).status).toBe('complete');
    expect(
      verdict({ ...ended, pages: [...ended.pages, end] }, after(rows(100), null)),
    ).toMatchObject({
      status: 'suspect',
      reason:
        'it says that it has 80 products, where it had 100 in the last complete snapshot, 1d before',
    });
  });

  test('shuffled pages are out of order where the list was sorted before', () => {
    const list = rows(100);
    const pages = [3, 0, 4, 1, 2].flatMap((page) => list.slice(20 * page, 20 * page + 20));
    expect(verdict(fetchedList(list.slice().reverse()), after(list.slice().reverse())).status).toBe(
      'complete',
    );
    expect(verdict(fetchedList([...pages]), after(list))).toMatchObject({ status: 'suspect' });
    // The last two changed places: posts rise by too little for a step between two lists.
    const long = rows(200);
    const swapped = [...long.slice(0, 160), ...long.slice(180), ...long.slice(160, 180)];
    expect(verdict(fetchedList(swapped), after(long), 500)).toMatchObject({
      status: 'suspect',
      reason:
        '20 of 200 products are out of place: the list is not ordered by posts, as it was before',
    });
  });

  test('a row or two out of place are a garbled row', () => {
    const list = rows(100);
    list[50] = { ...(list[50] as { id: string }), posts: 11_000 };
    expect(verdict(fetchedList(list), after(rows(100))).status).toBe('complete');
  });
});

describe('what a list declares', () => {
  const swapped = rows(100).map((one) => {
    const spec = one as { id: string; posts: number };
    return { ...spec, likes: spec.posts, posts: 5 };
  });
  const byLikes: ListKind = { ...TOP_PRODUCTS, orderedBy: 'likes', level: 'likes' };

  test('is what its order and its level are read from', () => {
    const shuffled = [...swapped.slice(80), ...swapped.slice(0, 80)];
    expect(judged(fetchedList(shuffled), after(swapped), 100, byLikes).reason).toMatch(
      /likes rise .* in a list ordered by likes|not ordered by likes/,
    );
    const fourfold = swapped.map((one) => ({ ...one, likes: 4 * one.likes }));
    expect(judged(fetchedList(fourfold), after(swapped), 100, byLikes).reason).toContain(
      'the median product has 4.0 times the likes of the last complete snapshot',
    );
    const posts = swapped.map((one) => ({ ...one, posts: 40 }));
    expect(judged(fetchedList(posts), after(swapped), 100, byLikes).reason).toContain(
      'another scale: posts is 8.0 times',
    );
  });

  test('a list that declares neither is judged by all else', () => {
    const plain: ListKind = { ...TOP_PRODUCTS, orderedBy: null, level: null };
    const shuffled = [...swapped.slice(80), ...swapped.slice(0, 80)];
    expect(judged(fetchedList(shuffled), after(swapped), 100, plain)).toMatchObject({
      status: 'complete',
      spread: { spread: null },
    });
    const dear = swapped.map((one) => ({ ...one, cost: 2_500_000 }));
    expect(judged(fetchedList(dear), after(swapped), 100, plain).reason).toContain(
      'another scale: cost is 25000 times',
    );
    expect(judged(fetchedList(rows(60)), after(rows(100)), 100, plain).status).toBe('suspect');
  });
});

describe('a list that another region was served too', () => {
  const usual = [1, 2, 3].map(() => ({ spread: 0.2, pairs: 60, gapMs: DAY_MS }));
  /** Ordinary noise: every second product up by a fifth, the others down. */
  const moved = rows(100).map((one, index) => ({
    ...(one as { id: string; posts: number }),
    posts: Math.round((one as { posts: number }).posts * (index % 2 === 0 ? 1.2 : 0.84)),
  }));
  const list = fetchedList([...moved].sort((a, b) => b.posts - a.posts));
  const same = (fit: number | null) => ({ watch: 'gb-daily', region: 'GB', fit });

  test.each([
    ['fits its own past better', 3, 'complete'],
    ['fits a past, where the other has none', null, 'complete'],
    ['fits its own past less', 0.5, 'suspect'],
  ])('is believed when it %s', (_, fit, status) => {
    const found = judged(list, { ...after(rows(100)), usual, sameListOf: same(fit) });
    expect(found.status).toBe(status);
    if (status === 'complete')
      expect(found.note).toBe(
        'identical to the list of gb-daily (GB), and fits its own past better: that one may be wrong',
      );
  });

  test('is not believed without a past of its own', () => {
    expect(judged(list, { ...NOTHING, sameListOf: same(null) }).status).toBe('suspect');
  });
});

describe('what is said besides', () => {
  test('the first list of a series could not be judged', () => {
    expect(judged(fetchedList(rows(100)), NOTHING).note).toBe(
      'the first list of its series: there was nothing yet to judge it by',
    );
  });

  test('nor, by its region, one whose series does not know yet what is usual', () => {
    expect(judged(fetchedList(rows(100, 1.2)), after(rows(100))).note).toBe(
      'whether it is of the right region could not be judged: what is usual in this series is not known yet',
    );
  });

  test('a metric that is unknown in every row is said once', () => {
    const usual = [1, 2, 3].map(() => ({ spread: 0.2, pairs: 60, gapMs: DAY_MS }));
    const bare = rows(100, 1.1).map((one) => ({ ...(one as { id: string }), shares: null }));
    const sparse = rows(100).map((one, index) => ({
      ...(one as { id: string }),
      ...(index > 0 ? { shares: null } : {}),
    }));
    expect(judged(fetchedList(bare), { ...after(sparse), usual }).note).toBe(
      'shares is unknown in every row',
    );
    expect(judged(fetchedList(bare), { ...after(bare), usual }).note).toBeNull();
    expect(judged(fetchedList(bare), NOTHING).note).toContain('shares is unknown in every row');
  });
});
