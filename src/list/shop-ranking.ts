// KeyAPI's ranking of shops by what they sold in a day, a week or a month.
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

export const SHOP_RANKING: ListKind = declareList({
  name: 'shop-ranking',
  title: 'Shop ranking',
  seriesSource: 'keyapi.shop_ranking',
  row: { one: 'shop', many: 'shops' },
  identity: {
    id: ['seller_id'],
    name: ['seller_name'],
    groups: [['category_id'], ['category_l2_id']],
    groupsAre: 'categories',
    noGroup: ['0'],
  },
  parameters: [...WHERE_AND_WHEN, orderParameter({ sold: '1', creators: '2' }), ...CATEGORIES],
  metrics: [
    soldMetric('total_sale_cnt'),
    revenueMetric('total_sale_gmv_amt'),
    countMetric('creators', 'total_ifl_cnt', 'Creators who sell its products'),
    countMetric('videos', 'total_video_cnt', 'Videos about its products'),
    countMetric('lives', 'total_live_cnt', 'Live streams that show its products'),
    {
      ...countMetric('products', 'total_product_cnt', 'Its products; NULL where the source has 0'),
      zeroMayMeanUnknown: true,
    },
    declareMetric({
      column: 'rating',
      path: ['rating'],
      kind: 'number',
      label: 'rating',
      description: 'Rating by buyers, from 0 to 5',
    }),
  ],
  orderedBy: { by: 'order', of: { sold: 'sold', creators: 'creators' } },
  level: 'sold',
  shown: [...SOLD_SHOWN, { column: 'rating', head: 'rating', drop: 4 }],
  windowParameter: 'period',
  dated: DATED,
  echo: REGION_ECHO,
  request: rankingRequest('/v1/tiktok/shop/ranking/analytics', {
    ...CATEGORY_QUERY,
    seller_rank_field: '{order}',
  }),
});
