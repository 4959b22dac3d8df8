// KeyAPI's ranking of creators by what they sold, or by followers, in a day, a week or a month.
import { declareList } from './declare.ts';
import type { ListKind } from './list-kind.ts';
import {
  DATED,
  REGION_ECHO,
  SOLD_SHOWN,
  WHERE_AND_WHEN,
  WITHIN_CATEGORY,
  countMetric,
  orderParameter,
  rankingRequest,
  revenueMetric,
  soldMetric,
} from './ranking-of-date.ts';

const inPeriod = (column: string, path: string, description: string) => ({
  ...countMetric(column, path, description),
  label: column.replaceAll('_', ' '),
  window: 'period' as const,
});

export const CREATOR_RANKING: ListKind = declareList({
  name: 'creator-ranking',
  title: 'Creator ranking',
  seriesSource: 'keyapi.creator_ranking',
  row: { one: 'creator', many: 'creators' },
  identity: {
    id: ['user_id'],
    name: ['nick_name'],
    groups: [['category']],
    noGroup: ['0', 'Other'],
  },
  parameters: [
    ...WHERE_AND_WHEN,
    orderParameter({ sold: '2', followers: '1' }),
    WITHIN_CATEGORY.parameter,
  ],
  metrics: [
    soldMetric('total_sale_cnt'),
    revenueMetric('total_sale_gmv_amt'),
    countMetric('followers', 'total_followers_history_cnt', 'Followers, all in all'),
    inPeriod('new_followers', 'total_followers_cnt', 'Followers gained in the period'),
    inPeriod('likes', 'total_digg_cnt', 'Likes in the period'),
    inPeriod('videos', 'total_post_video_cnt', 'Videos posted in the period'),
    inPeriod('lives', 'total_live_cnt', 'Live streams in the period'),
    inPeriod('products', 'total_product_cnt', 'Products sold in the period'),
  ],
  orderedBy: { by: 'order', of: { sold: 'sold', followers: 'new_followers' } },
  level: 'followers',
  shown: [...SOLD_SHOWN, { column: 'followers', head: 'followers', drop: 4 }],
  windowParameter: 'period',
  dated: DATED,
  echo: REGION_ECHO,
  request: rankingRequest('/v1/tiktok/influencer/ranking/analytics', {
    ...WITHIN_CATEGORY.query,
    influencer_rank_field: '{order}',
  }),
});
