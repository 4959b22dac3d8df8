// The pages of a Wikipedia that are looked at most in a day: no account, the date in the address.
import { declareList, declareMetric, declareParameter, declareRequest } from './declare.ts';
import type { ListKind } from './list-kind.ts';

const PROJECT = /^[a-z][a-z0-9-]{0,30}\.[a-z]{4,20}$/;

const project = declareParameter({
  key: 'project',
  description: 'Wiki as its language and its kind, such as en.wikipedia or de.wiktionary.',
  values: {
    kind: 'text',
    check: (text) => (PROJECT.test(text) ? null : 'must be a wiki such as en.wikipedia'),
    pattern: PROJECT,
    examples: ['en.wikipedia', 'de.wikipedia', 'ja.wikipedia'],
    suggest: (text) => (/^[a-z-]{2,12}$/.test(text) ? `${text}.wikipedia` : undefined),
  },
  fallback: 'en.wikipedia',
  write: (wiki) => `${wiki}`,
});

/** The most pages that Wikimedia names of a day. */
const MOST = 1_000;

/**
 * The articles of a day by their views. The main page, and pages of other namespaces, such as
 * `Special:Search`, are no articles and are left out: ranks count what is left.
 */
export const TOP_PAGES: ListKind = declareList({
  name: 'top-pages',
  title: 'Top pages',
  seriesSource: 'wikimedia.top-pages',
  row: { one: 'page', many: 'pages' },
  identity: { id: ['article'], name: ['article'] },
  parameters: [project],
  metrics: [
    declareMetric({
      column: 'pageviews',
      path: ['views'],
      kind: 'count',
      window: 'period',
      label: 'views',
      description: 'Views in the day, on all devices',
      scored: true,
      headline: { title: 'Views', tinyBase: 1_000, moreIsGood: true },
    }),
  ],
  orderedBy: 'pageviews',
  shown: [
    { column: 'pageviews', head: 'views', drop: null },
    { column: 'pageviews_pct', head: '±%', drop: null },
  ],
  mostRanks: MOST,
  dated: { by: null, period: 'day', lagMs: 0, since: '2015-07-01' },
  link: 'https://{project}.org/wiki/{id}',
  request: declareRequest({
    url: '/api/rest_v1/metrics/pageviews/top/{project}/all-access/{date:yyyy/MM/dd}',
    pages: { by: 'none', size: MOST, most: 1 },
    rows: ['items', '0', 'articles'],
    // Titles have underscores for blanks, so that `Alien:_Romulus` is of no namespace.
    where: [
      { path: ['article'], matches: '^(?:Main_Page|-)$', keep: false },
      { path: ['article'], matches: '^[^:_]+:[^_]', keep: false },
    ],
    empty: 'not_yet',
    emptyStatus: [404],
  }),
});

/** Wikipedia's daily top pages, by `preset: wikipedia-top-pages`. */
export const WIKIPEDIA_TOP_PAGES = {
  baseUrl: 'https://wikimedia.org',
  lists: [TOP_PAGES],
};
