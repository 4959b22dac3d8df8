// KeyAPI's Top Products Insights, whose "products" are third-level categories. Names and units: the
// design, section 3.
import type { ListKind, Metric } from './list-kind.ts';
import { TOP_PRODUCTS_PARAMETERS } from './top-products-parameters.ts';

type Given = Pick<Metric, 'column' | 'path' | 'kind' | 'label' | 'description'> & Partial<Metric>;

const metric = (given: Given): Metric => ({
  currency: given.kind === 'money' ? 'USD' : null,
  signed: false,
  window: 'period',
  significant: null,
  zeroMayMeanUnknown: false,
  scored: false,
  headline: null,
  ...given,
});

/** The source rounds posts, impressions, cost and cpa so; measured on real rows. */
const ROUNDED = { significant: 3 };

export const TOP_PRODUCTS: ListKind = {
  name: 'top-products',
  title: 'Top products',
  seriesSource: 'keyapi.top_products_insights',
  row: { one: 'product', many: 'products' },
  identity: {
    id: ['third_ecom_category', 'id'],
    name: ['third_ecom_category', 'value'],
    groups: [
      ['first_ecom_category', 'value'],
      ['second_ecom_category', 'value'],
    ],
    noGroup: [],
  },
  rank: null,
  echo: [],
  request: null,
  dated: null,
  link: null,
  parameters: TOP_PRODUCTS_PARAMETERS,
  metrics: [
    metric({
      column: 'posts',
      path: ['post'],
      kind: 'count',
      label: 'posts',
      description: 'Posts in the window ("popularity"), rounded upstream to 3 significant digits',
      ...ROUNDED,
      scored: true,
      headline: { title: 'Posts', tinyBase: 100, moreIsGood: true },
    }),
    metric({
      column: 'posts_growth',
      path: ['post_change'],
      kind: 'percent',
      signed: true,
      label: 'posts growth',
      description: 'Posts against the preceding window, in percent (0.27 means +0.27 %), as served',
    }),
    metric({
      column: 'impressions',
      path: ['impression'],
      kind: 'count',
      label: 'impressions',
      description: 'Impressions in the window, rounded upstream to 3 significant digits',
      ...ROUNDED,
      scored: true,
      headline: { title: 'Impressions', tinyBase: 10_000, moreIsGood: true },
    }),
    metric({
      column: 'likes',
      path: ['like'],
      kind: 'count',
      label: 'likes',
      description: 'Likes in the window',
    }),
    metric({
      column: 'comments',
      path: ['comment'],
      kind: 'count',
      label: 'comments',
      description: 'Comments in the window',
    }),
    metric({
      column: 'shares',
      path: ['share'],
      kind: 'count',
      label: 'shares',
      description: 'Shares in the window',
    }),
    metric({
      column: 'ctr',
      path: ['ctr'],
      kind: 'percent',
      label: 'CTR',
      description: 'Click-through rate, percent from 0 to 100',
    }),
    metric({
      column: 'cvr',
      path: ['cvr'],
      kind: 'percent',
      label: 'CVR',
      description: 'Conversion rate, percent from 0 to 100',
    }),
    metric({
      column: 'view_rate_6s',
      path: ['play_six_rate'],
      kind: 'percent',
      label: '6s view rate',
      description: 'Views of 6 seconds or more per view, percent from 0 to 100',
    }),
    metric({
      column: 'cpa',
      path: ['cpa'],
      kind: 'money',
      label: 'CPA',
      description: 'Cost per action in USD; 0 when nothing converted',
      ...ROUNDED,
    }),
    metric({
      column: 'cost',
      path: ['cost'],
      kind: 'money',
      label: 'cost',
      description: 'Ad spend in USD, rounded upstream to 3 significant digits',
      ...ROUNDED,
      headline: { title: 'Ad spend', tinyBase: 100, moreIsGood: false },
    }),
  ],
  orderedBy: 'posts',
  level: 'posts',
  hashedInOrder: [
    'posts',
    'posts_growth',
    'impressions',
    'likes',
    'comments',
    'shares',
    'ctr',
    'cvr',
    'view_rate_6s',
    'cpa',
    'cost',
  ],
  shown: [
    { column: 'posts', head: 'posts', drop: null },
    { column: 'posts_pct', head: '±%', drop: null },
    { column: 'ctr', head: 'CTR', drop: 3 },
    { column: 'cost', head: 'cost', drop: 4 },
  ],
  table: 'observations',
  viewPrefix: '',
  keyedInOrder: ['region', 'time_scope', 'category', 'keyword'],
  windowParameter: 'time_scope',
};
