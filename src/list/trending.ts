// KeyAPI's trending hashtags and music. Their rows say their ranks.
import { declareList, declareParameter, declareRequest } from './declare.ts';
import type { ListKind, Parameter } from './list-kind.ts';
import { KEYAPI_ENVELOPE, countMetric } from './ranking-of-date.ts';

const REGION = /^[A-Z]{2}$/;

const PARAMETERS: readonly Parameter[] = [
  declareParameter({
    key: 'region',
    description: 'Country as two capital letters (ISO 3166-1 alpha-2).',
    values: {
      kind: 'text',
      check: (text) => (REGION.test(text) ? null : 'must be two capital letters (ISO 3166-1)'),
      pattern: REGION,
      examples: ['US', 'GB'],
      suggest: (text) => (REGION.test(text.toUpperCase()) ? text.toUpperCase() : undefined),
    },
  }),
  declareParameter({
    key: 'period',
    description: 'Days the list looks back: 7, 30 or 120.',
    values: { kind: 'whole', from: 1, to: 365 },
    fallback: 7,
    doubt: (days) =>
      [7, 30, 120].includes(Number(days))
        ? null
        : 'the source is known to serve 7, 30 and 120 days',
    write: (days) => `${days}-day window`,
  }),
];

const trendingRequest = (url: string, rows: string, query = {}) =>
  declareRequest({
    ...KEYAPI_ENVELOPE,
    url,
    query: { region: '{region}', period: '{period}', ...query, page: '{page}', limit: '{size}' },
    pages: { by: 'page', first: 1, size: 20, most: 50 },
    end: {
      total: ['data', 'pagination', 'total'],
      more: ['data', 'pagination', 'has_more'],
      shortPage: false,
    },
    rows: ['data', rows],
    creditsPerRequest: 2,
  });

export const TRENDING_HASHTAGS: ListKind = declareList({
  name: 'trending-hashtags',
  title: 'Trending hashtags',
  seriesSource: 'keyapi.trending_hashtags',
  row: { one: 'hashtag', many: 'hashtags' },
  identity: { id: ['hashtag_id'], name: ['hashtag_name'], groups: [['industry_info', 'value']] },
  rank: ['rank'],
  parameters: PARAMETERS,
  metrics: [
    {
      ...countMetric('posts', 'publish_cnt', 'Posts with it in the window'),
      window: 'period',
      scored: true,
      headline: { title: 'Posts', tinyBase: 100, moreIsGood: true },
    },
    {
      ...countMetric('views', 'video_views', 'Views of these posts'),
      window: 'period',
      headline: { title: 'Views', tinyBase: 10_000, moreIsGood: true },
    },
  ],
  level: 'posts',
  shown: [
    { column: 'posts', head: 'posts', drop: null },
    { column: 'posts_pct', head: '±%', drop: null },
    { column: 'views', head: 'views', drop: 3 },
  ],
  windowParameter: 'period',
  mostRanks: 100,
  echo: [{ path: ['country_info', 'id'], of: 'region' }],
  request: trendingRequest('/v1/tiktok/trending/hashtags', 'list', {
    industry_id: 'nothing',
    new_to_top_100: 'false',
  }),
});

export const TRENDING_MUSIC: ListKind = declareList({
  name: 'trending-music',
  title: 'Trending music',
  seriesSource: 'keyapi.trending_music',
  row: { one: 'sound', many: 'sounds' },
  identity: { id: ['clip_id'], name: ['title'], groups: [['author']] },
  rank: ['rank'],
  parameters: PARAMETERS,
  metrics: [],
  shown: [],
  windowParameter: 'period',
  mostRanks: 100,
  link: 'https://www.tiktok.com/music/x-{id}',
  echo: [{ path: ['country_code'], of: 'region' }],
  request: trendingRequest('/v1/tiktok/trending/music', 'sound_list'),
});
