// Hacker News: no account, pages from 0, a total.
import { declareList, declareMetric, declareRequest } from './declare.ts';
import type { ListKind } from './list-kind.ts';

/** The stories of the front page, by Algolia's search. */
export const FRONT_PAGE: ListKind = declareList({
  name: 'front-page',
  title: 'Front page',
  seriesSource: 'hackernews.front-page',
  row: { one: 'story', many: 'stories' },
  identity: { id: ['objectID'], name: ['title'], groups: [['author']] },
  parameters: [],
  metrics: [
    declareMetric({
      column: 'points',
      path: ['points'],
      kind: 'count',
      window: 'total',
      label: 'points',
      description: 'Votes so far',
      headline: { title: 'Points', tinyBase: 20, moreIsGood: true },
    }),
    declareMetric({
      column: 'comments',
      path: ['num_comments'],
      kind: 'count',
      window: 'total',
      label: 'comments',
      description: 'Comments so far',
      headline: { title: 'Comments', tinyBase: 20, moreIsGood: true },
    }),
  ],
  shown: [
    { column: 'points', head: 'points', drop: null },
    { column: 'comments', head: 'comments', drop: 3 },
  ],
  mostRanks: 1_000,
  link: 'https://news.ycombinator.com/item?id={id}',
  request: declareRequest({
    url: '/api/v1/search',
    query: { tags: 'front_page', hitsPerPage: '{size}', page: '{page}' },
    pages: { by: 'page', first: 0, size: 100, most: 10 },
    end: { total: ['nbHits'], more: null, shortPage: true },
    rows: ['hits'],
  }),
});

/** Hacker News, by `preset: hacker-news`. */
export const HACKER_NEWS = {
  baseUrl: 'https://hn.algolia.com',
  lists: [FRONT_PAGE],
};
