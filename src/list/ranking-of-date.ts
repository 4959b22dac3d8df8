// What KeyAPI's rankings of a date share: parameters, pages, the envelope, what its refusals say.
import { declareMetric, declareParameter, declareRequest } from './declare.ts';
import type { Dated } from './dated.ts';
import type { CategoryLevel, Metric, Parameter } from './list-kind.ts';
import type { ListRequest } from './request.ts';

const REGIONS = 'US ID TH PH MY VN GB MX SG SA BR ES JP DE IT FR'.split(' ') as readonly string[];

const region = declareParameter({
  key: 'region',
  description: `Country as two capital letters (ISO 3166-1 alpha-2): one of the ${REGIONS.length} that have this list.`,
  values: { kind: 'choice', of: REGIONS.map((code) => ({ value: code, sent: code })) },
});

const PERIODS = { day: '1', week: '2', month: '3' };

const period = declareParameter({
  key: 'period',
  description:
    'What its figures count over: day, week (from Monday) or month (from the 1st), all UTC.',
  values: {
    kind: 'choice',
    of: Object.entries(PERIODS).map(([value, sent]) => ({ value, sent })),
  },
  fallback: 'day',
  write: (value) => `by ${value}`,
});

/** What a list is ordered by: each value with the number that the source has for it. */
export const orderParameter = (of: Readonly<Record<string, string>>): Parameter =>
  declareParameter({
    key: 'order',
    description: `What the list is ordered by: ${Object.keys(of).join(' or ')}.`,
    values: { kind: 'choice', of: Object.entries(of).map(([value, sent]) => ({ value, sent })) },
    fallback: Object.keys(of)[0],
    write: (value) => `ordered by ${value}`,
    column: { name: 'ordered_by', description: 'What the list is ordered by', inChanges: false },
  });

const CATEGORY = /^\d{1,20}$/;

const category = (key: string, level: string, name: string, categories: CategoryLevel): Parameter =>
  declareParameter({
    key,
    description: `Only products of this ${level} category, by its id or its name; null for all.`,
    values: {
      kind: 'id',
      check: (text) =>
        CATEGORY.test(text)
          ? null
          : 'must be a category id of digits; tidemark categories finds it by its name',
      pattern: CATEGORY,
      categories,
      examples: ['601450'],
    },
    fallback: null,
    write: (id) => `category ${id}`,
    column: { name, description: `Filter by ${level} category`, inChanges: false },
  });

/** First-, second- and third-level category, each for itself. */
export const CATEGORIES: readonly Parameter[] = [
  category('category', 'first-level', 'category', 1),
  category('category_l2', 'second-level', 'filter_l2', 2),
  category('category_l3', 'third-level', 'filter_l3', 3),
];

/** Of lists that take one category of any level, under a name of its own. */
export const WITHIN_CATEGORY = {
  parameter: category('category', 'product', 'category', 'any'),
  query: { product_category_id: '{category}' },
};

/** Where and when: what every ranking of a date is asked for first. */
export const WHERE_AND_WHEN: readonly Parameter[] = [region, period];

/** The list of a period is there on the day after it. */
export const DATED: Dated = { by: 'period', period: 'day', lagMs: 0, since: null };

/** Words by which the account is out of quota, whatever status they come with. */
const NO_QUOTA = ['quota is not enough', 'usage limit exceeded', 'increase quota', 'out of quota'];

/** How KeyAPI answers: what is a success, and where it says what is wrong. */
export const KEYAPI_ENVELOPE = {
  ok: { path: ['code'], equals: 0 },
  fail: { message: ['message'], quota: NO_QUOTA, code: ['code'] },
  requestId: ['requestId'],
};

/** Sizes above it are refused: `page_size max is 10`. */
const PAGE_SIZE = 10;

/**
 * Pages by number, an array in `data`, no total: a page of fewer rows, or of none, is the end. An
 * empty first page is a list that is not published yet.
 */
export const rankingRequest = (url: string, query: Readonly<Record<string, string>>): ListRequest =>
  declareRequest({
    url,
    query: {
      date: '{date}',
      region: '{region}',
      rank_type: '{period}',
      ...query,
      page_num: '{page}',
      page_size: '{size}',
    },
    pages: { by: 'page', first: 1, size: PAGE_SIZE, most: 1_000 },
    end: { total: null, more: null, shortPage: true },
    ...KEYAPI_ENVELOPE,
    empty: 'not_yet',
    rows: ['data'],
    creditsPerRequest: 1,
  });

/** Filters by category, as they go out. */
export const CATEGORY_QUERY = {
  category_id: '{category}',
  category_l2_id: '{category_l2}',
  category_l3_id: '{category_l3}',
};

/** The region that each row says it is of: another one is a silent fallback. */
export const REGION_ECHO = [{ path: ['region'], of: 'region' }];

/** Units sold in the period. */
export const soldMetric = (path: string): Metric =>
  declareMetric({
    column: 'sold',
    path: [path],
    kind: 'count',
    window: 'period',
    label: 'sold',
    description: 'Units sold in the period, as the source estimates it',
    scored: true,
    headline: { title: 'Sold', tinyBase: 50, moreIsGood: true },
  });

/** Revenue of the period. 0 may mean that the market is not covered. */
export const revenueMetric = (path: string): Metric =>
  declareMetric({
    column: 'revenue',
    path: [path],
    kind: 'money',
    window: 'period',
    zeroMayMeanUnknown: true,
    label: 'revenue',
    description:
      'Revenue in the period, as the source estimates it; its currency is not documented, and 0, which may mean "not covered", is NULL',
    scored: true,
    headline: { title: 'Revenue', tinyBase: 500, moreIsGood: true },
  });

/** A count that the source gives as a total, or does not say of what time. */
export const countMetric = (column: string, path: string, description: string): Metric =>
  declareMetric({
    column,
    path: [path],
    kind: 'count',
    window: 'total',
    label: column,
    description,
  });

/** What tables show of lists by sales, before what is special to each. */
export const SOLD_SHOWN = [
  { column: 'sold', head: 'sold', drop: null },
  { column: 'sold_pct', head: '±%', drop: null },
  { column: 'revenue', head: 'revenue', drop: 3 },
];
