// KeyAPI's ranking of videos by what they sold, or by views, in a day, a week or a month.
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

/** A list by sales has 0 for all of them. */
const reaction = (column: string, path: string, description: string) => ({
  ...countMetric(column, path, `${description} in the period; NULL throughout in a list by sales`),
  window: 'period' as const,
  zeroMayMeanUnknown: true,
});

export const VIDEO_RANKING: ListKind = declareList({
  name: 'video-ranking',
  title: 'Video ranking',
  seriesSource: 'keyapi.video_ranking',
  row: { one: 'video', many: 'videos' },
  identity: { id: ['video_id'], name: ['video_desc'], groups: [['category'], ['nick_name']] },
  parameters: [
    ...WHERE_AND_WHEN,
    orderParameter({ sold: '2', views: '1' }),
    WITHIN_CATEGORY.parameter,
  ],
  metrics: [
    soldMetric('total_video_sale_cnt'),
    revenueMetric('total_video_sale_gmv_amt'),
    reaction('views', 'total_views_cnt', 'Views'),
    reaction('likes', 'total_digg_cnt', 'Likes'),
    reaction('comments', 'total_comments_cnt', 'Comments'),
    reaction('shares', 'total_shares_cnt', 'Shares'),
    reaction('favourites', 'total_favorites_cnt', 'Times it was kept'),
  ],
  orderedBy: { by: 'order', of: { sold: 'sold', views: 'views' } },
  shown: [...SOLD_SHOWN, { column: 'views', head: 'views', drop: 4 }],
  windowParameter: 'period',
  dated: DATED,
  echo: REGION_ECHO,
  request: rankingRequest('/v1/tiktok/video/ranking/analytics', {
    ...WITHIN_CATEGORY.query,
    video_rank_field: '{order}',
  }),
});
