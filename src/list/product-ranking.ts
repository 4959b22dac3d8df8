// KeyAPI's ranking of real products by what they sold in a day, a week or a month.
import { declareList, declareMetric } from './declare.ts';
import type { ListKind } from './list-kind.ts';
import {
  CATEGORIES,
  CATEGORY_QUERY,
  DATED,
  REGION_ECHO,
  SOLD_SHOWN,
  WHERE_AND_WHEN,
  countMetric,
  orderParameter,
  rankingRequest,
  revenueMetric,
  soldMetric,
} from './ranking-of-date.ts';

const price = (column: string, path: string, label: string, description: string) =>
  declareMetric({ column, path: [path], kind: 'money', label, description });

export const PRODUCT_RANKING: ListKind = declareList({
  name: 'product-ranking',
  title: 'Product ranking',
  seriesSource: 'keyapi.product_ranking',
  row: { one: 'product', many: 'products' },
  identity: {
    id: ['product_id'],
    name: ['product_name'],
    groups: [['category_id'], ['category_l2_id']],
    groupsAre: 'categories',
    noGroup: ['0'],
  },
  parameters: [...WHERE_AND_WHEN, orderParameter({ sold: '1', creators: '2' }), ...CATEGORIES],
  metrics: [
    soldMetric('total_sale_cnt'),
    revenueMetric('total_sale_gmv_amt'),
    {
      ...countMetric('creators', 'total_ifl_cnt', 'Creators who sell it'),
      headline: { title: 'Creators', tinyBase: 20, moreIsGood: true },
    },
    countMetric('videos', 'total_video_cnt', 'Videos about it'),
    countMetric('lives', 'total_live_cnt', 'Live streams that show it'),
    price('price', 'spu_avg_price', 'price', 'Average price of its variants'),
    price('price_min', 'min_price', 'lowest price', 'Price of its cheapest variant'),
    price('price_max', 'max_price', 'highest price', 'Price of its dearest variant'),
    declareMetric({
      column: 'commission',
      path: ['product_commission_rate'],
      kind: 'percent',
      label: 'commission',
      description: 'What creators get of a sale, in percent; the unit is not documented',
    }),
  ],
  orderedBy: { by: 'order', of: { sold: 'sold', creators: 'creators' } },
  level: 'sold',
  shown: [
    ...SOLD_SHOWN,
    { column: 'price', head: 'price', drop: 4 },
    { column: 'commission', head: 'comm.', drop: 5 },
  ],
  windowParameter: 'period',
  dated: DATED,
  link: 'https://www.tiktok.com/view/product/{id}',
  echo: REGION_ECHO,
  request: rankingRequest('/v1/tiktok/product/ranking/analytics', {
    ...CATEGORY_QUERY,
    product_rank_field: '{order}',
  }),
});
