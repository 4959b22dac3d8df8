// Markets to judge lists of: the sandbox's, and one that was made in another way, so that no gate is fitted to one market.
import { roundSignificant } from '../../src/sandbox/rounding.ts';
import { createMarket, dayAfter, type TimeScope } from '../../src/sandbox/market.ts';
import type { Metrics } from '../../src/model.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { marketMetrics } from '../support/market-row.ts';
import { mulberry } from './mulberry.ts';

/** One list of one day, best first; days count from 0. */
export type ListOf = (region: string, timeScope: TimeScope, day: number) => RankedProduct[];

const FIRST_DAY = '2026-03-01';

/** Each list once: it is asked for by every wrong one. */
function remembered(make: ListOf): ListOf {
  const known = new Map<string, RankedProduct[]>();
  return (region, timeScope, day) => {
    const key = `${region} ${timeScope} ${day}`;
    const list = known.get(key) ?? make(region, timeScope, day);
    known.set(key, list);
    return list;
  };
}

export const sandboxLists = (seed: number): ListOf => {
  const market = createMarket({ seed });
  return remembered((region, timeScope, day) =>
    market.list({ region, timeScope, day: dayAfter(FIRST_DAY, day) }).map((row, index) => ({
      rank: index + 1,
      product: {
        upstreamId: row.third_ecom_category.id,
        name: row.third_ecom_category.value,
        categoryL1: null,
        categoryL2: null,
      },
      metrics: marketMetrics(row),
    })),
  );
};

/** Sizes of the other market's regions; `all` is their sum. */
const OTHER_SIZES: Record<string, number> = { A: 1, B: 0.9, C: 0.55, D: 0.35, E: 0.2, F: 0.01 };
export const OTHER_REGIONS = [...Object.keys(OTHER_SIZES), 'all_regions'];
const OTHER_PRODUCTS = 1_300;
const OTHER_DAYS = 120;

/**
 * A market that is not the sandbox's: a Zipf law of sizes, walks that return to their level, noise with heavy tails, whole-market
 * holidays (a day at 1.5 times the level, another at 0.6), growth of 1 % a day, and products that come and go.
 */
export function otherLists(seed: number): ListOf {
  const random = mulberry(seed);
  const normal = () => {
    const [u, v] = [1 - random(), random()];
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  };
  const heavy = () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3);
  const base = Array.from({ length: OTHER_PRODUCTS }, () => 9 - 1.1 * Math.log(1 + 400 * random()));
  const perPost = base.map(() => Math.exp(0.5 * normal()));
  const holidays = new Map(
    Array.from({ length: 8 }, (_, index) => [
      20 + Math.floor(random() * (OTHER_DAYS - 20)),
      index % 2 === 0 ? 1.5 : 0.6,
    ]),
  );
  const daily = new Map(
    Object.entries(OTHER_SIZES).map(([region, size]) => {
      const levels = base.map((level) => level + Math.log(size) + 0.7 * normal());
      const walk = levels.map(() => 0);
      const present = levels.map(() => random() < 0.93);
      const days = Array.from({ length: OTHER_DAYS }, (_, day) =>
        Float64Array.from(levels, (level, product) => {
          walk[product] = 0.9 * (walk[product] ?? 0) + 0.05 * normal();
          if (random() < 0.015) present[product] = !(present[product] ?? false);
          if (present[product] !== true) return 0;
          const noise = Math.min(0.35, 0.08 + 0.6 / Math.sqrt(Math.exp(level))) * heavy();
          return Math.floor(
            Math.exp(level + 0.01 * day + (walk[product] ?? 0) + noise) * (holidays.get(day) ?? 1) +
              random(),
          );
        }),
      );
      return [region, days];
    }),
  );
  const sums = Array.from({ length: OTHER_DAYS }, (_, day) =>
    Float64Array.from(base, (_, product) =>
      [...daily.values()].reduce((sum, days) => sum + (days[day]?.[product] ?? 0), 0),
    ),
  );
  daily.set('all_regions', sums);

  return remembered((region, timeScope, day) => {
    const days = (daily.get(region) ?? []).slice(day + 30 - timeScope, day + 30);
    const posts = base.map((_, product) =>
      roundSignificant(days.reduce((sum, one) => sum + (one[product] ?? 0), 0)),
    );
    return [...posts.keys()]
      .filter((product) => (posts[product] ?? 0) > 0)
      .sort((a, b) => (posts[b] ?? 0) - (posts[a] ?? 0) || a - b)
      .slice(0, 500)
      .map((product, index) => ({
        rank: index + 1,
        product: {
          upstreamId: String(600_000 + product),
          name: `Product ${product}`,
          categoryL1: null,
          categoryL2: null,
        },
        metrics: metricsOf(posts[product] ?? 0, perPost[product] ?? 1, product + day),
      }));
  });
}

function metricsOf(posts: number, perPost: number, salt: number): Metrics {
  const shake = 1 + 0.1 * Math.sin(salt * 12.9898);
  const impressions = roundSignificant(Math.round(posts * 2_000 * perPost * shake));
  const cost = roundSignificant((impressions / 1000) * 3 * shake);
  return {
    posts,
    posts_growth: Math.round(1000 * Math.sin(salt)) / 100,
    impressions,
    likes: Math.round(impressions * 0.003 * shake),
    comments: Math.round(impressions * 0.00005 * shake),
    shares: Math.round(impressions * 0.00007 * shake),
    ctr: Math.round(160 * shake * perPost) / 100,
    cvr: Math.round(600 * shake) / 100,
    view_rate_6s: Math.round(900 * shake) / 100,
    cpa: roundSignificant(4.5 * shake * perPost),
    cost,
  };
}
