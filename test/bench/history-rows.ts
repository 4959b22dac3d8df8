// Rows of the lists that the years of history are made of: simple markets, whose sizes, overlap from day to day (about
// 90 %) and rounding are those of real lists.
import type { ListKind } from '../../src/list/list-kind.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { Metrics } from '../../src/model.ts';
import { mulberry } from './mulberry.ts';

export type HistoryRow = { productId: number; rank: number; metrics: Metrics };

/** The products of a list have the ids from `firstId` on. */
export type HistoryList = {
  list: ListKind;
  firstId: number;
  upstreamIdOf(product: number): string;
};

export const HISTORY_PRODUCTS = 1_600;
export const HISTORY_DEPTH = 500;

export const HISTORY_LISTS: readonly HistoryList[] = [
  { list: TOP_PRODUCTS, firstId: 1, upstreamIdOf: (product) => String(600_000 + product) },
  {
    list: PRODUCT_RANKING,
    firstId: 1 + HISTORY_PRODUCTS,
    upstreamIdOf: (product) => String(1_729_383_769_606_034_185n + BigInt(product) * 131_072n),
  },
];

/** Makes the list of the next day, by id, at each call. */
export function historyDays({ list, firstId }: HistoryList): () => HistoryRow[] {
  const random = mulberry(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const base = Float64Array.from({ length: HISTORY_PRODUCTS }, () => 5 + 1.7 * normal());
  const rates = Float64Array.from({ length: HISTORY_PRODUCTS }, () => 1 + 3 * random());
  const drift = new Float64Array(HISTORY_PRODUCTS);
  const metricsOf = list === TOP_PRODUCTS ? topMetrics : rankingMetrics;
  return () =>
    Array.from(base, (level, product) => {
      drift[product] = 0.985 * (drift[product] ?? 0) + 0.1 * normal();
      return { product, level: level + (drift[product] ?? 0) + 0.25 * normal() };
    })
      .sort((a, b) => b.level - a.level)
      .slice(0, HISTORY_DEPTH)
      .map(({ product, level }, place) => ({
        productId: firstId + product,
        rank: place + 1,
        metrics: metricsOf(Math.exp(level), rates[product] ?? 1, { random, normal }),
      }))
      .sort((a, b) => a.productId - b.productId);
}

type Dice = { random: () => number; normal: () => number };

function topMetrics(size: number, rate: number, { random, normal }: Dice): Metrics {
  const posts = rounded(size);
  return {
    posts,
    posts_growth: twoDigits(normal() * 5),
    impressions: rounded(size * 1_700 * (0.8 + 0.4 * random())),
    likes: Math.floor(posts * rate * 4),
    comments: Math.floor(posts * rate * 0.2),
    shares: Math.floor(posts * rate * 0.1),
    ctr: twoDigits(rate + 0.05 * normal()),
    cvr: twoDigits(rate * 1.5 + 0.05 * normal()),
    view_rate_6s: twoDigits(7 + rate),
    cpa: random() < 0.05 ? 0 : rounded(100 * (2 + rate)) / 100,
    cost: rounded(posts * rate * 4),
  };
}

function rankingMetrics(size: number, rate: number, { random }: Dice): Metrics {
  const sold = Math.round(size * 3);
  const low = twoDigits(rate * 9);
  const high = rate < 2.5 ? low : twoDigits(low * 1.3);
  const price = twoDigits((low + high) / 2);
  return {
    sold,
    revenue: twoDigits(sold * price * (0.9 + 0.1 * random())),
    creators: Math.round(Math.sqrt(sold) * random()),
    videos: Math.round(Math.sqrt(sold) * 2 * random()),
    lives: Math.round(10 * random()),
    price,
    price_min: low,
    price_max: high,
    commission: Math.round(5 * rate),
  };
}

/** To 3 significant digits, as the source rounds. */
function rounded(value: number): number {
  const size = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2);
  return Math.round(value / size) * size;
}
const twoDigits = (value: number): number => Math.round(value * 100) / 100;
