// The simulated market's goods: real-looking products of one region, what each sells on a day, and
// who sells it. All invented.
import { readCatalogue, type Leaf } from '../catalogue.ts';
import { popularityOf } from '../popularity.ts';
import { uniform, wholeNumber } from '../random.ts';

/** Sizes against the United States, of the regions that rankings of a date have. */
const SIZES: Readonly<Record<string, number>> = {
  US: 1,
  ID: 0.9,
  TH: 0.6,
  PH: 0.5,
  MY: 0.5,
  VN: 0.6,
  GB: 0.5,
  MX: 0.4,
  SG: 0.2,
  SA: 0.2,
  BR: 0.4,
  ES: 0.3,
  JP: 0.3,
  DE: 0.3,
  IT: 0.25,
  FR: 0.25,
};

/** Regions that have rankings of a date, as upstream documents them. */
export const GOODS_REGIONS: readonly string[] = Object.keys(SIZES);

const GOODS = 600;
const SHOPS = 140;
const CREATORS = 160;

const STREAM = { brand: 901, kind: 902, pack: 903, price: 904, rate: 905, shop: 906, id: 907 };
const MORE = { creators: 911, growth: 912, lives: 913, whole: 914, share: 915, rating: 916 };

const BRANDS =
  'Lumora Velto Nimba Korva Sunfig Aurelle Bexley Tandro Ovanti Mirelo Pazzy Quillo Fernly Zestra Halden Ricova Sable Tupelo Wrenly Yumari Caldia Dovetail Embri Folkway Glimra Havno Iskra Jolita'.split(
    ' ',
  );
const KINDS = ['Everyday', 'Mini', 'Classic', 'Pro', 'Soft', 'Travel', 'Deluxe', 'Original'];
const PACKS = [
  '',
  ', 2-Pack',
  ', 3-Pack',
  ' with Case',
  ', Gift Edition',
  ' (New)',
  ', Refill Set',
];
const RATES = [0, 5, 8, 10, 10, 12, 15, 15, 20, 25];

/** A row as served: fields by their upstream names. */
export type GoodsRow = Readonly<Record<string, unknown>>;

export type Good = {
  id: string;
  name: string;
  leaf: Leaf;
  /** Is it known down to the third level? */
  hasThird: boolean;
  price: number;
  dearest: number;
  commission: number;
  shop: number;
  creators: number;
  /** By how much its creators, videos and lives grow in a day. */
  growth: number;
  lives: number;
};

/** A shop, a creator or a video: known by an id and a name. */
export type Seller = { id: string; name: string; share: number; rating: number };

export type RegionGoods = {
  goods: readonly Good[];
  shops: readonly Seller[];
  creators: readonly Seller[];
  /** What a product sold on a day (whole days since 1970-01-01 UTC). */
  soldOn(good: number, day: number): number;
};

/** 19 digits, as real ids have them: `prefix`, the region, chance, and the place. */
function idOf(seed: number, prefix: string, region: number, index: number): string {
  const chance = Math.floor(1e9 * uniform(seed, STREAM.id, region * 10_000 + index));
  const at = `${String(region + 10)}${String(chance).padStart(9, '0')}${String(index).padStart(4, '0')}`;
  return `${prefix}${at}`.slice(0, 19);
}

const pick = <One>(from: readonly One[], draw: number): One =>
  from[Math.floor(draw * from.length)] as One;

/** One region's goods. The same seed gives the same ones. */
export function goodsOf(seed: number, region: string): RegionGoods {
  const place = GOODS_REGIONS.indexOf(region);
  const own = seed + 7_919 * (place + 1);
  const size = SIZES[region] ?? 0;
  const leaves = readCatalogue();
  const popularity = popularityOf(own, 0, GOODS);
  const draw = (stream: number, index: number) => uniform(own, stream, index);
  const goods = Array.from({ length: GOODS }, (_, index): Good => {
    const leaf = leaves[Math.floor(leaves.length * draw(STREAM.kind, index))] as Leaf;
    const price = Math.round(400 * Math.exp(3 * draw(STREAM.price, index))) / 100;
    const name = `${pick(BRANDS, draw(STREAM.brand, index))} ${pick(KINDS, draw(STREAM.kind + 50, index))} ${leaf.third.value}${pick(PACKS, draw(STREAM.pack, index))}`;
    const level = popularity.postsOn(index, 20_000);
    return {
      id: idOf(seed, '1729', place, index),
      name,
      leaf,
      hasThird: index % 5 !== 0,
      price,
      dearest: Math.round(100 * price * (1 + draw(STREAM.price + 50, index))) / 100,
      commission: pick(RATES, draw(STREAM.rate, index)),
      shop: Math.floor(SHOPS * draw(STREAM.shop, index) ** 2),
      creators: 3 + Math.round(Math.sqrt(level) * (1 + 4 * draw(MORE.creators, index))),
      growth: 0.002 + 0.01 * draw(MORE.growth, index),
      lives: Math.round(30 * draw(MORE.lives, index)),
    };
  });
  const sellers = (count: number, prefix: string, nameOf: (index: number) => string) =>
    Array.from({ length: count }, (_, index): Seller => ({
      id: idOf(seed, prefix, place, index),
      name: nameOf(index),
      share: 0.02 + 0.3 * draw(MORE.share + count, index),
      rating: Math.round(10 * (3.6 + 1.4 * draw(MORE.rating, index))) / 10,
    }));
  return {
    goods,
    shops: sellers(
      SHOPS,
      '7495',
      (index) =>
        `${pick(BRANDS, draw(801, index))} ${pick(['Store', 'Official', 'Outlet', 'Studio', 'Home', 'Market'], draw(802, index))} ${index + 1}`,
    ),
    creators: sellers(
      CREATORS,
      '6813',
      (index) =>
        `${pick(BRANDS, draw(803, index)).toLowerCase()}.${pick(['finds', 'home', 'daily', 'style', 'tests'], draw(804, index))}${index + 1}`,
    ),
    soldOn: (good, day) =>
      wholeNumber(size * 1.6 * popularity.postsOn(good, day), uniform(own, MORE.whole, good, day)),
  };
}
