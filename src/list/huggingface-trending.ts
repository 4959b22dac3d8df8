// Hugging Face's trending models: no account, a list at the top of the answer, and a Link header.
import { declareList, declareMetric, declareRequest } from './declare.ts';
import type { ListKind } from './list-kind.ts';

/** The models that are looked at most just now. */
export const TRENDING_MODELS: ListKind = declareList({
  name: 'trending-models',
  title: 'Trending models',
  seriesSource: 'huggingface.trending-models',
  row: { one: 'model', many: 'models' },
  identity: { id: ['id'], name: ['id'], groups: [['pipeline_tag']] },
  parameters: [],
  metrics: [
    declareMetric({
      column: 'trending',
      path: ['trendingScore'],
      kind: 'number',
      label: 'trending score',
      description: 'What the list is ordered by, as served',
    }),
    declareMetric({
      column: 'likes',
      path: ['likes'],
      kind: 'count',
      window: 'total',
      label: 'likes',
      description: 'Likes since it was published',
      headline: { title: 'Likes', tinyBase: 100, moreIsGood: true },
    }),
    declareMetric({
      column: 'downloads',
      path: ['downloads'],
      kind: 'count',
      label: 'downloads',
      description: 'Downloads of the last 30 days',
      headline: { title: 'Downloads', tinyBase: 1_000, moreIsGood: true },
    }),
  ],
  shown: [
    { column: 'likes', head: 'likes', drop: null },
    { column: 'downloads', head: 'downloads', drop: 3 },
  ],
  mostRanks: 1_000,
  link: 'https://huggingface.co/{id}',
  request: declareRequest({
    url: '/api/models',
    query: { sort: 'trendingScore', limit: '{size}' },
    pages: { by: 'link', size: 100, most: 10 },
    rows: [],
  }),
});

/** Hugging Face, by `preset: huggingface-trending`. */
export const HUGGINGFACE_TRENDING = {
  baseUrl: 'https://huggingface.co',
  lists: [TRENDING_MODELS],
};
