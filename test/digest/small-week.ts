// A week of one list of a dozen products, by hand: small enough to check a digest of it with a pencil.
import {
  makeRule,
  makeWatch,
  makeWorld,
  fetchedList,
  dayAt,
  type RowSpec,
  type World,
} from '../support/world.ts';
import type { Config } from '../../src/config/config.ts';
import { DAY_MS } from '../../src/lib/clock.ts';

const PRODUCTS: Record<string, { name: string; l1: string; l2: string; posts: number }> = {
  perfume: { name: 'Perfume', l1: 'Beauty & Personal Care', l2: 'Makeup & Perfume', posts: 11_500 },
  serum: { name: 'Face Serum', l1: 'Beauty & Personal Care', l2: 'Skincare', posts: 9_120 },
  lipstick: {
    name: 'Lipstick & Lip Gloss',
    l1: 'Beauty & Personal Care',
    l2: 'Makeup & Perfume',
    posts: 7_640,
  },
  shirts: { name: 'T-Shirts', l1: 'Womenswear', l2: "Women's Tops", posts: 6_010 },
  dresses: { name: 'Casual Dresses', l1: 'Womenswear', l2: "Women's Dresses", posts: 4_480 },
  mens: { name: 'T-Shirts', l1: 'Menswear', l2: "Men's Tops", posts: 3_220 },
  cases: { name: 'Phone Cases', l1: 'Phones & Electronics', l2: 'Phone Accessories', posts: 2_150 },
  chargers: {
    name: 'Chargers <65W>',
    l1: 'Phones & Electronics',
    l2: 'Phone Accessories',
    posts: 1_030,
  },
  matcha: { name: 'Matcha', l1: 'Food & Beverages', l2: 'Drinks', posts: 412 },
  treats: { name: 'Cat Treats', l1: 'Pet Supplies', l2: 'Cat Food', posts: 88 },
  mugs: { name: 'Mugs', l1: 'Kitchenware', l2: 'Drinkware', posts: 17 },
  candles: { name: 'Candles', l1: 'Home Supplies', l2: 'Home Decor', posts: 12 },
  yarn: { name: 'Yarn', l1: 'Toys & Hobbies', l2: 'Crafts', posts: 9 },
};

/** Day by day, best first; the last day is the one a digest is of, and day 7 lies a week before it. */
const DAYS: readonly (readonly string[])[] = [
  ...Array<string>(7).fill(
    'serum lipstick perfume shirts dresses mens cases chargers matcha mugs treats',
  ),
  'serum lipstick shirts dresses mens perfume cases chargers matcha mugs treats yarn',
  'serum lipstick shirts perfume dresses mens cases matcha chargers mugs treats yarn',
  '',
  'serum perfume lipstick shirts dresses matcha mens cases chargers candles treats',
  'perfume serum lipstick shirts matcha dresses mens cases chargers candles treats',
  'perfume serum lipstick matcha shirts dresses mens cases chargers treats candles',
  'perfume serum matcha lipstick shirts dresses mens cases chargers treats candles',
  'perfume serum matcha lipstick shirts dresses cases mens chargers treats candles',
].map((day) => day.split(' ').filter(Boolean));

export const LAST_DAY = DAYS.length - 1;

/** Matcha grows by a third from day to day in the second week; Face Serum by less than its rounding shows. */
function postsOf(id: string, posts: number, day: number): number {
  if (id === 'matcha' && day > 7) return Number((posts * 1.33 ** (day - 7)).toPrecision(3));
  return id === 'serum' && day === LAST_DAY ? 9_130 : posts;
}

function row(id: string, day: number): RowSpec {
  const product = PRODUCTS[id];
  if (product === undefined) throw new Error(`no product ${id}`);
  const { name, l1, l2 } = product;
  const grown = postsOf(id, product.posts, day);
  // Likes differ from day to day: a list that is the same row for row would be stale.
  return {
    id,
    name,
    l1,
    l2,
    likes: day,
    posts: grown,
    impressions: grown * 1_700,
    cost: grown * 4.2,
  };
}

export const listOfDay = (day: number, ids: readonly string[] = DAYS[day] ?? []) =>
  fetchedList(ids.map((id) => row(id, day)));

/** Takes the snapshots of days `from` to `to`; the one of day 9 fails. */
export async function takeSmallDays(world: World, from = 0, to = LAST_DAY): Promise<void> {
  for (let day = from; day <= to; day++) {
    const list = listOfDay(day);
    const failed = {
      ...list,
      pages: [],
      missing: [{ page: 1, reason: 'server_error' as const, detail: 'HTTP 503 on page 1' }],
    };
    await world.pass(dayAt(day), (DAYS[day] ?? []).length === 0 ? failed : list);
  }
}

export const makeSmallWorld = (overrides: Partial<Config> = {}): World =>
  makeWorld({
    watches: [makeWatch({ depth: 50 })],
    rules: [
      makeRule({
        name: 'top-3',
        when: 'rank <= 3',
        clear: 'rank > 3',
        resolved: true,
        severity: 'warning',
      }),
      makeRule({ name: 'surge', when: 'posts_pct >= 30', cooldownMs: 30 * DAY_MS }),
    ],
    ...overrides,
  });
