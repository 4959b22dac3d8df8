// The rankings of a date, as rows in the shape in which they are served.
import type { Instant } from '../../lib/clock.ts';
import type { Period } from '../../list/dated.ts';
import { boundedMemo } from '../bounded-memo.ts';
import type { Leaf } from '../catalogue.ts';
import { goodsOf, type Good, type GoodsRow, type RegionGoods, type Seller } from './goods.ts';
import { daysOf } from './period.ts';
import { createTrends, type TrendingQuery } from './trends.ts';

export type RankingName = 'product' | 'seller' | 'influencer' | 'video';

export type RankingQuery = {
  ranking: RankingName;
  region: string;
  period: Period;
  /** `YYYY-MM-DD`: the day, a Monday, or a first. */
  date: string;
  /** 1 or 2, as the ranking has it. */
  order: number;
  /** Ids of categories, one for each level; null for no filter. */
  categories: readonly (string | null)[];
};

export type GoodsMarket = {
  list(query: RankingQuery): readonly GoodsRow[];
  /** What trends in a region in so many days, the last of which is the day before `now`. */
  trending(query: TrendingQuery, now: Instant): readonly GoodsRow[];
};

/** What orders each ranking, by the number that asks for it. */
const ORDERS: Readonly<Record<RankingName, readonly [string, string]>> = {
  product: ['total_sale_cnt', 'total_ifl_cnt'],
  seller: ['total_sale_cnt', 'total_ifl_cnt'],
  influencer: ['total_followers_cnt', 'total_sale_cnt'],
  video: ['total_views_cnt', 'total_video_sale_cnt'],
};

const NONE = '0';
const money = (value: number): number => Math.round(100 * value) / 100;

const categoriesOf = ({ first, second, third }: Leaf, hasThird: boolean) => ({
  category_id: first.id,
  category_l2_id: second.id,
  category_l3_id: hasThird ? third.id : NONE,
});

/** What has come together by a day: it only grows. */
const grown = (start: number, growth: number, day: number): number =>
  Math.floor(start * (1 + growth * Math.max(0, day - 19_000)));

type Sums = { sold: Float64Array; region: RegionGoods; regionCode: string; to: number };

const productRow = (good: Good, sold: number, region: string, day: number): GoodsRow => {
  const creators = grown(good.creators, good.growth, day);
  return {
    ...categoriesOf(good.leaf, good.hasThird),
    max_price: good.dearest,
    min_price: good.price,
    product_commission_rate: good.commission,
    product_id: good.id,
    product_name: good.name,
    region,
    spu_avg_price: money((good.price + good.dearest) / 2),
    total_ifl_cnt: creators,
    total_live_cnt: grown(good.lives, good.growth / 2, day),
    total_sale_cnt: sold,
    total_sale_gmv_amt: money((sold * (good.price + good.dearest)) / 2),
    total_video_cnt: Math.floor(creators * 1.7),
  };
};

const products = ({ sold, region, regionCode, to }: Sums): GoodsRow[] =>
  region.goods.map((good, index) => productRow(good, sold[index] ?? 0, regionCode, to));

/** The products of each shop, and their sums. */
function shops({ sold, region, regionCode, to }: Sums): GoodsRow[] {
  return region.shops.flatMap((shop, place) => {
    const own = region.goods.flatMap((good, index) =>
      good.shop === place ? [productRow(good, sold[index] ?? 0, regionCode, to)] : [],
    );
    const [first] = own;
    if (first === undefined) return [];
    const sum = (field: string) => own.reduce((total, row) => total + Number(row[field]), 0);
    return [
      {
        category_id: first.category_id,
        category_l2_id: first.category_l2_id,
        category_l3_id: first.category_l3_id,
        cover_url: '',
        from_flag: 1 + (place % 2),
        rating: shop.rating,
        region: regionCode,
        seller_id: shop.id,
        seller_name: shop.name,
        total_ifl_cnt: sum('total_ifl_cnt'),
        total_live_cnt: sum('total_live_cnt'),
        total_product_cnt: own.length,
        total_sale_cnt: sum('total_sale_cnt'),
        total_sale_gmv_amt: money(sum('total_sale_gmv_amt')),
        total_video_cnt: sum('total_video_cnt'),
        user_id: NONE,
      },
    ];
  });
}

/** What a creator, or a video, sells: a share of one product in so many. */
function shareOf({ sold, region }: Sums, { share }: Seller, place: number) {
  const index = (place * 37) % region.goods.length;
  const good = region.goods[index] as Good;
  const count = Math.floor(share * (sold[index] ?? 0));
  return { good, count, amount: money((count * (good.price + good.dearest)) / 2) };
}

const creators = (sums: Sums): GoodsRow[] =>
  sums.region.creators.map((creator, place) => {
    const { good, count, amount } = shareOf(sums, creator, place);
    const followers = Math.floor(2_000 + 4e6 * creator.share ** 3);
    return {
      avatar: '',
      category: good.leaf.first.value,
      ec_score: creator.rating,
      most_category_id: good.leaf.first.id,
      nick_name: creator.name,
      region: sums.regionCode,
      total_digg_cnt: Math.floor(followers / 9),
      total_digg_history_cnt: grown(followers, 0.02, sums.to),
      total_followers_cnt: Math.floor(followers / 300) + (count % 17),
      total_followers_history_cnt: grown(followers, 0.001, sums.to),
      total_live_cnt: place % 4,
      total_post_video_cnt: 1 + (place % 6),
      total_product_cnt: 1 + (place % 9),
      total_sale_cnt: count,
      total_sale_gmv_amt: amount,
      unique_id: creator.name.replace('.', '_'),
      user_id: creator.id,
    };
  });

const videos = (sums: Sums): GoodsRow[] =>
  sums.region.creators.map((creator, place) => {
    const { good, count, amount } = shareOf(sums, creator, place + 3);
    const views = count * 210 + Math.floor(9_000 * creator.share);
    return {
      category: good.leaf.first.value,
      create_time: String(1_700_000_000 + place * 7_200),
      created_by_ai: place % 7 === 0 ? 'true' : 'false',
      duration: 15 + (place % 60),
      nick_name: creator.name,
      region: sums.regionCode,
      sales_flag: 1,
      total_comments_cnt: Math.floor(views / 900),
      total_digg_cnt: Math.floor(views / 30),
      total_favorites_cnt: Math.floor(views / 160),
      total_shares_cnt: Math.floor(views / 420),
      total_video_sale_cnt: count,
      total_video_sale_gmv_amt: amount,
      total_views_cnt: views,
      unique_id: creator.name.replace('.', '_'),
      user_id: creator.id,
      video_desc: `${good.name}: worth it?`,
      video_id: creator.id.replace(/^6813/, '7601'),
    };
  });

const MAKERS: Readonly<Record<RankingName, (sums: Sums) => GoodsRow[]>> = {
  product: products,
  seller: shops,
  influencer: creators,
  video: videos,
};

/** Lists and regions that are kept: a demo looks at one of each day. */
const SUMS_KEPT = 48;

/** The goods of all regions. The same seed gives the same lists, whatever the hour. */
export function createGoodsMarket({ seed }: { seed: number }): GoodsMarket {
  const regionOf = boundedMemo(4, (region: string) => goodsOf(seed, region));
  const sumsOf = boundedMemo(SUMS_KEPT, (key: string): Sums => {
    const [regionCode = '', period = 'day', date = ''] = key.split('/');
    const region = regionOf(regionCode);
    const { from, to } = daysOf(period as Period, date);
    const sold = new Float64Array(region.goods.length);
    for (let day = from; day < to; day++)
      for (let good = 0; good < sold.length; good++)
        sold[good] = (sold[good] ?? 0) + region.soldOn(good, day);
    return { sold, region, regionCode, to };
  });
  // A list is asked for page by page: made once, it serves them all.
  const listOf = boundedMemo(SUMS_KEPT, (key: string): readonly GoodsRow[] => {
    const { ranking, region, period, date, order, categories } = JSON.parse(key) as RankingQuery;
    const rows = MAKERS[ranking](sumsOf(`${region}/${period}/${date}`));
    const field = ORDERS[ranking][order - 1] ?? '';
    const levels = ['category_id', 'category_l2_id', 'category_l3_id'];
    return rows
      .filter(
        (row) =>
          Number(row[field]) > 0 &&
          categories.every((id, level) => id === null || row[levels[level] ?? ''] === id),
      )
      .sort((a, b) => Number(b[field]) - Number(a[field]));
  });
  return {
    trending: createTrends(seed),
    list: ({ ranking, region, period, date, order, categories }) =>
      listOf(JSON.stringify({ ranking, region, period, date, order, categories })),
  };
}
