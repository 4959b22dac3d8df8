// Days of a ranking of real products: 19-digit ids, counts, and four amounts with decimals of their own.
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { mulberry } from './mulberry.ts';

/** What a watch of it asks for. */
export const RANKING_ASKED = {
  region: 'US',
  period: 'day',
  order: 'sold',
  category: null,
  category_l2: null,
  category_l3: null,
};

const PRODUCTS = 900;
const DEPTH = 500;

/** Every day another list of 500, by what was sold; prices have cents, as in the documented answers. */
export function rankingDays(): (day: number) => RankedProduct[] {
  const random = mulberry(11);
  const cents = (value: number) => Math.round(value * 100) / 100;
  const catalogue = Array.from({ length: PRODUCTS }, (_, index) => {
    const low = cents(4 + 60 * random());
    return {
      id: String(1_729_383_769_606_034_185n + BigInt(index) * 131_072n),
      size: 9 - 6 * random(),
      low,
      // Half of the products have one price.
      high: random() < 0.5 ? low : cents(low * (1 + random())),
      commission: Math.round(5 + 20 * random()),
    };
  });
  return () =>
    catalogue
      .map((product) => ({ ...product, sold: Math.round(Math.exp(product.size + random())) }))
      .sort((a, b) => b.sold - a.sold)
      .slice(0, DEPTH)
      .map(({ id, sold, low, high, commission }, place): RankedProduct => {
        const price = cents((low + high) / 2);
        return {
          rank: place + 1,
          product: {
            upstreamId: id,
            name: `Product ${id}`,
            categoryL1: 'Beauty',
            categoryL2: null,
          },
          metrics: {
            sold,
            revenue: cents(sold * price * (0.9 + 0.1 * random())),
            creators: Math.round(Math.sqrt(sold) * random()),
            videos: Math.round(Math.sqrt(sold) * 2 * random()),
            lives: Math.round(10 * random()),
            price,
            price_min: low,
            price_max: high,
            commission,
          },
        };
      });
}
