import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import { columnsOf } from '../../src/sandbox/day-column.ts';
import type { ListRow } from '../../src/sandbox/list-row.ts';
import {
  createMarket,
  dayAfter,
  TIME_SCOPES,
  type MarketQuery,
  type TimeScope,
} from '../../src/sandbox/market.ts';
import { REGIONS } from '../../src/sandbox/regions.ts';
import { idsOf } from './ask.ts';

const DAY = '2026-03-02';
const ALL = 100_000;
const market = createMarket({ seed: 1 });
const list = (query: Partial<MarketQuery> = {}) =>
  market.list({ region: 'US', timeScope: 7, day: DAY, ...query });
const byId = (rows: readonly ListRow[]) =>
  new Map(rows.map((row) => [row.third_ecom_category.id, row]));
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('one seed', () => {
  it('gives the same bytes in whatever order, and however often, lists are asked for', () => {
    const queries: MarketQuery[] = ['US', 'NZ', 'all_regions'].flatMap((region) =>
      TIME_SCOPES.flatMap((timeScope) =>
        [0, 1, 40].map((days) => ({ region, timeScope, day: dayAfter(DAY, days) })),
      ),
    );
    const forwards = createMarket({ seed: 9 });
    const backwards = createMarket({ seed: 9 });
    const first = queries.map((query) => JSON.stringify(forwards.list(query)));
    const second = [...queries].reverse().map((query) => JSON.stringify(backwards.list(query)));
    expect(second.reverse()).toEqual(first);
    expect(queries.map((query) => JSON.stringify(forwards.list(query)))).toEqual(first);
  });

  it('is unlike another seed', () => {
    const other = createMarket({ seed: 2 }).list({ region: 'US', timeScope: 7, day: DAY });
    expect(idsOf(other).slice(0, 20)).not.toEqual(idsOf(list()).slice(0, 20));
  });
});

describe('a list', () => {
  it('is sorted by posts as served, and equal posts by id', () => {
    const rows = list();
    for (const [index, row] of rows.slice(1).entries()) {
      const above = rows[index] as ListRow;
      expect(
        above.post > row.post ||
          (above.post === row.post && above.third_ecom_category.id < row.third_ecom_category.id),
      ).toBe(true);
    }
  });

  it('has ties, because posts are rounded', () => {
    const rows = list();
    expect(rows.length - new Set(rows.map(({ post }) => post)).size).toBeGreaterThan(50);
  });

  it('ends at 500 rows, or at another cap, or earlier where a region is small', () => {
    expect(list()).toHaveLength(500);
    expect(list({ cap: 156 })).toEqual(list().slice(0, 156));
    expect(list({ region: 'NZ', timeScope: 1 }).length).toBeGreaterThan(50);
    expect(list({ region: 'NZ', timeScope: 1 }).length).toBeLessThan(450);
  });

  it('has only categories with posts, each once', () => {
    const rows = list({ cap: ALL });
    expect(new Set(idsOf(rows)).size).toBe(rows.length);
    expect(Math.min(...rows.map(({ post }) => post))).toBeGreaterThan(0);
  });

  it('holds leaves that share a name under different ids', () => {
    const names = list().map((row) => row.third_ecom_category.value);
    expect(new Set(names).size).toBeLessThan(names.length);
  });

  it.each(['first_ecom_category', 'second_ecom_category', 'third_ecom_category'] as const)(
    'narrows to a %s',
    (level) => {
      const id = (list()[3] as ListRow)[level].id;
      const narrowed = list({ category: id });
      expect(narrowed.length).toBe(list({ cap: ALL }).filter((row) => row[level].id === id).length);
      expect(narrowed.every((row) => row[level].id === id)).toBe(true);
      if (level === 'third_ecom_category') expect(narrowed).toHaveLength(1);
    },
  );

  it('finds a keyword anywhere in a name, in any case', () => {
    const found = list({ keyword: 'gIFT s' });
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(found.map((row) => row.third_ecom_category.value))).toEqual(
      new Set(['Gift Sets']),
    );
    expect(list({ keyword: 'no such thing' })).toEqual([]);
  });

  it('refuses a region that is not of this market, and what is not a day', () => {
    expect(() => list({ region: 'XX' })).toThrow('not a region of the market: XX');
    expect(() => list({ day: '2026-02-30x' })).toThrow('not a day: 2026-02-30x');
  });
});

describe('rounding', () => {
  const rows = REGIONS.flatMap((region) =>
    TIME_SCOPES.flatMap((timeScope) => list({ region, timeScope })),
  );

  it('leaves three significant digits of posts, impressions, cost and cpa', () => {
    const values = rows.flatMap(({ post, impression, cost, cpa }) => [post, impression, cost, cpa]);
    expect(values.filter((value) => Number(value.toPrecision(3)) !== value)).toEqual([]);
    expect(
      rows.every(({ post, impression }) => Number.isInteger(post) && Number.isInteger(impression)),
    ).toBe(true);
  });

  it('leaves two decimals of percents', () => {
    const values = rows.flatMap(({ ctr, cvr, play_six_rate, post_change }) => [
      ctr,
      cvr,
      play_six_rate,
      post_change,
    ]);
    expect(values.filter((value) => Number(value.toFixed(2)) !== value)).toEqual([]);
  });

  it('leaves likes, comments and shares exact', () => {
    expect(
      rows.every(({ like, comment, share }) => [like, comment, share].every(Number.isInteger)),
    ).toBe(true);
    expect(list().some(({ like }) => Number(like.toPrecision(3)) !== like)).toBe(true);
  });

  it('serves a cpa of 0 exactly where nothing converted', () => {
    const withoutConversions = rows.filter(({ cvr }) => cvr === 0);
    expect(withoutConversions.length).toBeGreaterThan(0);
    expect(rows.filter(({ cpa }) => cpa === 0)).toEqual(withoutConversions);
  });
});

describe('magnitudes', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'have a heavy tail with seed %i: 10⁴ to 10⁵ posts at rank 1, 10 to 100 at rank 500, in 7 days of the US',
    (seed) => {
      const rows = createMarket({ seed }).list({ region: 'US', timeScope: 7, day: DAY });
      expect(rows[0]?.post).toBeGreaterThan(1e4);
      expect(rows[0]?.post).toBeLessThan(1e5);
      expect(rows[499]?.post).toBeGreaterThan(10);
      expect(rows[499]?.post).toBeLessThan(100);
    },
  );

  const large = list().filter(({ impression }) => impression >= 1e6);
  it.each<[string, (row: ListRow) => number, number, number, number, number]>([
    // name, ratio, lowest, highest, and between what the median lies
    ['impressions per post', (row) => row.impression / row.post, 70, 11_500, 1_700, 6_000],
    ['cost per 1,000 impressions', (row) => (1000 * row.cost) / row.impression, 1.1, 8.3, 2, 5],
    ['ctr', (row) => row.ctr, 0.4, 9, 1, 3],
    ['cvr', (row) => row.cvr, 0.3, 60, 4, 9],
    ['6 s view rate', (row) => row.play_six_rate, 4, 40, 7, 16],
    ['cpa', (row) => row.cpa, 0.05, 50, 2, 15],
    [
      'likes in percent of impressions',
      (row) => (100 * row.like) / row.impression,
      0.215,
      0.49,
      0.28,
      0.4,
    ],
    ['comments per million', (row) => (1e6 * row.comment) / row.impression, 25, 90, 40, 65],
    ['shares per million', (row) => (1e6 * row.share) / row.impression, 30, 160, 55, 100],
  ])('of %s are those of real rows', (_, ratio, lowest, highest, low, high) => {
    const values = large.map(ratio);
    expect(values.length).toBeGreaterThan(100);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(lowest);
    expect(Math.max(...values)).toBeLessThanOrEqual(highest);
    expect(median(values)).toBeGreaterThan(low);
    expect(median(values)).toBeLessThan(high);
  });

  it('do not let cpa be recomputed from impressions, ctr and cvr', () => {
    const factors = large.map(
      (row) => (row.impression * (row.ctr / 100) * (row.cvr / 100)) / (row.cost / row.cpa),
    );
    expect(median(factors)).toBeGreaterThan(2.1);
    expect(median(factors)).toBeLessThan(2.3);
  });

  it('differ between regions, in size and in order', () => {
    const [us, gb] = [list(), list({ region: 'GB' })];
    expect(us.reduce((sum, { post }) => sum + post, 0)).toBeGreaterThan(
      1.3 * gb.reduce((sum, { post }) => sum + post, 0),
    );
    expect(idsOf(us).slice(0, 10)).not.toEqual(idsOf(gb).slice(0, 10));
  });
});

describe('windows', () => {
  /** Likes are exact, so sums of them must be, too. */
  const likes = (query: Partial<MarketQuery>) =>
    new Map([...byId(list({ cap: ALL, ...query }))].map(([id, row]) => [id, row.like]));
  const added = (all: Map<string, number>[]) => {
    const sums = new Map<string, number>();
    for (const one of all) for (const [id, value] of one) sums.set(id, (sums.get(id) ?? 0) + value);
    return sums;
  };

  it('of one day hold what happened on the day before', () => {
    const yesterday = columnsOf(
      1,
      'US',
      market.leaves.length,
    )(Date.parse('2026-03-01T00:00:00Z') / DAY_MS);
    const happened = market.leaves.map(({ third }, index): [string, number] => [
      third.id,
      yesterday.likes[index] ?? 0,
    ]);
    const listed = likes({ timeScope: 1, day: '2026-03-02' });
    expect(listed).toEqual(new Map(happened.filter(([id]) => listed.has(id))));
    expect(listed.size).toBe([...yesterday.posts].filter((posts) => posts > 0).length);
  });

  it.each([7, 30] as const)(
    'of %i days are the sum of as many single days, the last one yesterday',
    (timeScope) => {
      const days = Array.from({ length: timeScope }, (_, ago) =>
        likes({ timeScope: 1, day: dayAfter(DAY, -ago) }),
      );
      expect(added(days)).toEqual(likes({ timeScope }));
    },
  );

  it('of all regions are the sum of every region', () => {
    expect(added(REGIONS.map((region) => likes({ region })))).toEqual(
      likes({ region: 'all_regions' }),
    );
  });

  it('grow with their length', () => {
    const [one, seven, thirty] = ([1, 7, 30] as const).map((timeScope) =>
      byId(list({ timeScope, cap: ALL })),
    ) as [Map<string, ListRow>, Map<string, ListRow>, Map<string, ListRow>];
    for (const [id, row] of one) expect(seven.get(id)?.post).toBeGreaterThanOrEqual(row.post);
    for (const [id, row] of seven) expect(thirty.get(id)?.post).toBeGreaterThanOrEqual(row.post);
  });

  it('state their growth against the window before, taken before rounding', () => {
    const before = byId(list({ day: dayAfter(DAY, -7), cap: ALL }));
    const recomputed = list({ cap: ALL }).map((row) => {
      const base = before.get(row.third_ecom_category.id)?.post ?? 0;
      return {
        row,
        base,
        growth: base === 0 ? 0 : Math.round(10_000 * (row.post / base - 1)) / 100 + 0,
      };
    });
    // Below 1,000 posts nothing was rounded.
    const exact = recomputed.filter(({ row, base }) => row.post < 1000 && base < 1000);
    expect(exact.filter(({ row, growth }) => Math.abs(row.post_change - growth) > 1e-9)).toEqual(
      [],
    );
    expect(recomputed.some(({ row, growth }) => Math.abs(row.post_change - growth) > 0.02)).toBe(
      true,
    );
  });
});

describe('from day to day', () => {
  const DAYS = 60;
  const daily = Array.from({ length: DAYS }, (_, index) =>
    list({ timeScope: 1, day: dayAfter(DAY, index), cap: ALL }),
  );
  const posts = daily.map(
    (rows) => new Map(rows.map((row) => [row.third_ecom_category.id, row.post])),
  );
  /** log(today / yesterday) of categories that yesterday had between `low` and `high` posts. */
  const steps = (low: number, high: number) =>
    posts
      .slice(1)
      .flatMap((today, index) =>
        [...(posts[index] ?? [])]
          .filter(([id, before]) => before >= low && before < high && today.has(id))
          .map(([id, before]) => Math.log((today.get(id) ?? NaN) / before)),
      );

  it.each([
    ['US', 1],
    ['GB', 1],
    ['ID', 1],
    ['all_regions', 1],
  ] as [string, TimeScope][])(
    'the top 500 of %s keeps 80 to 97 percent of its members',
    (region, timeScope) => {
      for (let index = 0; index < 14; index++) {
        const before = new Set(idsOf(list({ region, timeScope, day: dayAfter(DAY, index) })));
        const stayed = idsOf(list({ region, timeScope, day: dayAfter(DAY, index + 1) })).filter(
          (id) => before.has(id),
        ).length;
        expect(stayed / 500).toBeGreaterThanOrEqual(0.8);
        expect(stayed / 500).toBeLessThanOrEqual(0.97);
      }
    },
  );

  it('small categories are noisier than large ones', () => {
    expect(deviation(steps(500, 1e6))).toBeLessThan(0.25);
    expect(deviation(steps(10, 30))).toBeGreaterThan(0.4);
  });

  it('weekends are busier than Tuesdays', () => {
    const total = (index: number) => (daily[index] ?? []).reduce((sum, { post }) => sum + post, 0);
    const mean = (weekday: number) => {
      // The list of a day holds the posts of the day before.
      const indices = daily
        .map((_, index) => index)
        .filter(
          (index) => new Date(Date.parse(DAY) + (index - 1) * DAY_MS).getUTCDay() === weekday,
        );
      return indices.reduce((sum, index) => sum + total(index), 0) / indices.length;
    };
    expect(mean(6)).toBeGreaterThan(1.08 * mean(2));
  });

  it('categories come and go for days or weeks', () => {
    // Of categories that matter at their best; small ones have days without posts by chance.
    const ids = [...new Set(daily.flatMap(idsOf))].filter((id) =>
      posts.some((day) => (day.get(id) ?? 0) >= 50),
    );
    const seasons = ids.map((id) => posts.map((day) => day.has(id)));
    const births = seasons.flatMap((present) =>
      present.filter((now, index) => index > 0 && now && !present[index - 1]),
    );
    const deaths = seasons.flatMap((present) =>
      present.filter((now, index) => index > 0 && !now && present[index - 1]),
    );
    expect(births.length).toBeGreaterThan(10);
    expect(deaths.length).toBeGreaterThan(10);
    // An absence lasts: the day after a disappearance is, as a rule, without it too.
    const gone = seasons.flatMap((present) =>
      present
        .slice(1, -1)
        .flatMap((now, index) => (present[index] && !now ? [present[index + 2]] : [])),
    );
    expect(gone.filter((again) => !again).length / gone.length).toBeGreaterThan(0.8);
  });

  it('rare spikes multiply a category by 2 to 5 and fade within days', () => {
    const spikes: number[][] = [];
    for (let index = 3; index < DAYS - 8; index++) {
      for (const [id, now] of posts[index] ?? []) {
        const usual = median([1, 2, 3].map((ago) => posts[index - ago]?.get(id) ?? 0));
        if (usual >= 200 && now > 1.9 * usual)
          spikes.push([0, 1, 8].map((later) => (posts[index + later]?.get(id) ?? 0) / usual));
      }
    }
    expect(spikes.length).toBeGreaterThan(5);
    expect(spikes.length).toBeLessThan(DAYS * 2);
    expect(Math.max(...spikes.map(([peak = 0]) => peak))).toBeLessThan(7);
    expect(median(spikes.map(([, next = 0]) => next))).toBeLessThan(
      median(spikes.map(([peak = 0]) => peak)),
    );
    expect(median(spikes.map(([, , later = 0]) => later))).toBeLessThan(1.4);
  });
});
